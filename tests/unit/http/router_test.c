/* Routes: every declared path is found, nothing else is, and 405 knows what is offered.  SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/router.h"
#include "topics/catalogue.h"

static void answer(struct visit *visit)
{
    (void)visit;
}

static struct router *router_of_all(struct front *front)
{
    for (size_t i = 0; i < catalogue_declaration_count; i++) {
        const struct declaration *declaration = &catalogue_declarations[i];
        if (declaration->kind == A_CALL || (declaration->kind == A_QUERY && declaration->source == VIEW))
            front_offer_answer(front, declaration, answer);
    }
    return router_new(front);
}

static enum method method_of(const struct declaration *declaration)
{
    return declaration->method == GET ? METHOD_GET : declaration->method == POST ? METHOD_POST : METHOD_PUT;
}

/* The path with something in its places. */
static void fill(const char *path, struct buffer *buffer)
{
    buffer_empty(buffer);
    for (; *path; path++) {
        if (*path != '{') {
            buffer_add_byte(buffer, *path);
            continue;
        }
        buffer_add_text(buffer, "0193-x");
        path = strchr(path, '}');
    }
}

static void every_declared_path(void **state)
{
    struct front front = {0};
    struct router *router = router_of_all(&front);
    struct buffer path = buffer_new(1024);
    unsigned allowed;
    (void)state;
    for (size_t i = 0; i < catalogue_declaration_count; i++) {
        const struct declaration *declaration = &catalogue_declarations[i];
        if (!declaration->path)
            continue;
        fill(declaration->path, &path);
        const struct route *route = router_find(router, method_of(declaration), buffer_slice(&path), &allowed);
        assert_non_null(route);
        assert_ptr_equal(route->declaration, declaration);
        assert_null(router_find(router, METHOD_PATCH, buffer_slice(&path), &allowed));
        assert_true(allowed & 1u << method_of(declaration));
        buffer_add_text(&path, "/");
        assert_null(router_find(router, method_of(declaration), buffer_slice(&path), &allowed));
    }
    buffer_free(&path);
    router_free(router);
}

static void what_is_not_there(void **state)
{
    static const char *const paths[] = {"", "/", "//", "/v1", "/v1/", "/v1/exams/", "/v1//attempts", "/v1/exams//attempts",
                                        "/V1/exams", "v1/exams", "/v1/exams/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p", "*"};
    struct front front = {0};
    struct router *router = router_of_all(&front);
    unsigned allowed;
    (void)state;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        assert_null(router_find(router, METHOD_GET, slice_of(paths[i]), &allowed));
        assert_int_equal(allowed, 0);
    }
    router_free(router);
}

static void head_and_allow(void **state)
{
    struct front front = {0};
    struct router *router = router_of_all(&front);
    struct buffer methods = buffer_new(100);
    unsigned allowed;
    (void)state;
    router_add(router, "/healthz", answer);
    const struct route *route = router_find(router, METHOD_HEAD, SLICE("/healthz"), &allowed);
    assert_non_null(route);
    assert_null(route->declaration);
    assert_null(router_find(router, METHOD_POST, SLICE("/healthz"), &allowed));
    router_methods(allowed, &methods);
    assert_true(slice_equal(buffer_slice(&methods), SLICE("GET, HEAD")));
    buffer_free(&methods);
    router_free(router);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_declared_path), cmocka_unit_test(what_is_not_there),
                                       cmocka_unit_test(head_and_allow)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
