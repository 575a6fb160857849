/* Paths against routes.  SPDX-License-Identifier: Apache-2.0 */
#include "topics/route.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "topics/catalogue.h"

static void matching(void **state)
{
    static const struct {
        const char *route, *path, *captured; /* captures joined by a space; NULL: not this route */
    } rows[] = {
        {"/v1/exams", "/v1/exams", ""}, {"/v1/exams", "/v1/exams/", NULL}, {"/v1/exams", "/v1/exam", NULL},
        {"/v1/exams/{exam}", "/v1/exams/7", "7"}, {"/v1/exams/{exam}", "/v1/exams/", NULL}, {"/v1/exams/{exam}", "/v1/exams/7/", NULL},
        {"/v1/exams/{exam}/attempts", "/v1/exams/a-b/attempts", "a-b"}, {"/v1/exams/{exam}/attempts", "/v1/exams//attempts", NULL},
        {"/v1/exams/{exam}/attempts", "/v1/exams/a/b/attempts", NULL}, {"/{a}/{b}/{c}", "/1/22/333", "1 22 333"},
        {"/v1/questions:import", "/v1/questions:import", ""}, {"/v1/questions:import", "/v1/questions", NULL},
        {"/v1/{a}:verb", "/v1/thing:verb", "thing"}, {"/v1/{a}:verb", "/v1/thing", NULL}, {"/v1/{a}", "/v1/a%2Fb", "a%2Fb"},
        {"/v1/{a}", "", NULL}, {"/v1/{a}", "/", NULL}, {"/v1/{a}", "/V1/x", NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct captures captures = {.count = 99};
        bool good = route_match(rows[i].route, slice_of(rows[i].path), &captures);
        if (good != (rows[i].captured != NULL))
            fail_msg("%s against %s", rows[i].path, rows[i].route);
        if (!good) {
            assert_int_equal(captures.count, 99); /* untouched */
            continue;
        }
        struct buffer joined = buffer_new(200);
        for (size_t c = 0; c < captures.count; c++) {
            if (c)
                buffer_add_byte(&joined, ' ');
            buffer_add_slice(&joined, captures.at[c]);
        }
        assert_true(slice_equal(buffer_slice(&joined), slice_of(rows[i].captured)));
        buffer_free(&joined);
    }
}

static void splitting(void **state)
{
    struct slice path, query;
    (void)state;
    route_split(SLICE("/a?b=1?c"), &path, &query);
    assert_true(slice_equal(path, SLICE("/a")) && slice_equal(query, SLICE("b=1?c")));
    route_split(SLICE("/a"), &path, &query);
    assert_true(slice_equal(path, SLICE("/a")) && query.at == NULL);
    route_split(SLICE("/a?"), &path, &query);
    assert_true(slice_equal(path, SLICE("/a")) && query.at != NULL && query.length == 0);
    route_split((struct slice){NULL, 0}, &path, &query);
    assert_true(path.length == 0 && query.at == NULL);
}

/* No path of the catalogue is another one's with the same method; each has its places as its rows say, in order. */
static void the_catalogues_paths(void **state)
{
    (void)state;
    for (size_t i = 0; i < catalogue_declaration_count; i++) {
        const struct declaration *declaration = &catalogue_declarations[i];
        if (!declaration->path)
            continue;
        const struct shape *shape = declaration->shape();
        struct captures captures;
        size_t next = 0;
        assert_true(route_match(declaration->path, slice_of(declaration->path), &captures));
        for (size_t f = 0; f < shape->count; f++) {
            if (shape->fields[f].place != IN_PATH)
                continue;
            struct slice place = captures.at[next++];
            assert_true(slice_equal((struct slice){place.at + 1, place.length - 2}, shape->fields[f].name));
        }
        assert_int_equal(next, captures.count);
        for (size_t j = 0; j < i; j++)
            if (catalogue_declarations[j].path && catalogue_declarations[j].method == declaration->method)
                assert_string_not_equal(catalogue_declarations[j].path, declaration->path);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(matching), cmocka_unit_test(splitting),
                                       cmocka_unit_test(the_catalogues_paths)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
