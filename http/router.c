/* From method and path to what serves them: routes by their number of segments, fixed ones first.  SPDX-License-Identifier: Apache-2.0 */
#include "http/router.h"

#include <assert.h>
#include <stdlib.h>

#include "http/permit.h"
#include "http/sealing.h"
#include "process/memory.h"

enum { SEGMENTS_MOST = 10, UNDER_MOST = 8 };

struct segments {
    size_t count;
    struct slice at[SEGMENTS_MOST];
};

struct routed {
    struct route route;
    struct segments segments;
    unsigned fixed; /* the bit SEGMENTS_MOST - i: segment i is that text, else a place that takes any */
};

struct router {
    size_t count[SEGMENTS_MOST + 1];
    struct routed *routes[SEGMENTS_MOST + 1]; /* by number of segments */
    struct route under[UNDER_MOST];           /* whole subtrees of paths */
    size_t unders;
};

static bool split(struct slice path, struct segments *segments)
{
    segments->count = 0;
    if (path.length == 0 || path.at[0] != '/')
        return false;
    const char *at = path.at + 1, *end = path.at + path.length;
    for (;;) {
        const char *slash = memchr(at, '/', (size_t)(end - at));
        const char *stop = slash ? slash : end;
        if (segments->count == SEGMENTS_MOST)
            return false;
        segments->at[segments->count++] = (struct slice){at, (size_t)(stop - at)};
        if (!slash)
            return true;
        at = slash + 1;
    }
}

static int more_fixed(const void *left, const void *right)
{
    const struct routed *a = left, *b = right;
    return (int)b->fixed - (int)a->fixed;
}

static void add(struct router *router, const struct route *route)
{
    struct routed routed = {.route = *route};
    bool good = split(slice_of(route->path), &routed.segments);
    assert(good);
    size_t count = routed.segments.count;
    for (size_t i = 0; i < count; i++) {
        if (routed.segments.at[i].length == 0 || routed.segments.at[i].at[0] != '{')
            routed.fixed |= 1u << (SEGMENTS_MOST - i);
    }
    router->routes[count] = memory_resize(router->routes[count], (router->count[count] + 1) * sizeof routed);
    router->routes[count][router->count[count]++] = routed;
    qsort(router->routes[count], router->count[count], sizeof routed, more_fixed);
}

static enum method method_of(enum http_method method)
{
    static const enum method methods[] = {[GET] = METHOD_GET, [POST] = METHOD_POST, [PUT] = METHOD_PUT,
                                          [DELETE] = METHOD_COUNT};
    assert(methods[method] != METHOD_COUNT);
    return methods[method];
}

/* The field by which a query asks for accepted ones of this command; NULL where none does. */
static const struct field *awaited_field(const struct declaration *command)
{
    for (size_t i = 0; i < catalogue_declaration_count; i++) {
        const struct declaration *query = &catalogue_declarations[i];
        if (query->awaits && strcmp(query->awaits, command->name) == 0)
            return shape_field(command->shape(), query->awaits_field);
    }
    return NULL;
}

struct router *router_new(const struct front *front)
{
    struct router *router = memory_new(sizeof *router);
    for (size_t i = 0; i < catalogue_declaration_count; i++) {
        const struct declaration *declaration = &catalogue_declarations[i];
        if (!declaration->path)
            continue;
        struct route route = {.method = method_of(declaration->method),
                              .path = declaration->path,
                              .declaration = declaration,
                              .answer = front_answer_of(front, declaration),
                              .plan = permit_plan_new(declaration->shape()),
                              .awaited = awaited_field(declaration),
                              .private = sealing_concerns(declaration->shape())};
        bool served = declaration->kind == A_COMMAND || route.answer ||
                      (declaration->kind == A_QUERY && declaration->source == SQL);
        assert(served); /* a call or a view's query that no file answers */
        add(router, &route);
    }
    return router;
}

void router_free(struct router *router)
{
    if (!router)
        return;
    for (size_t count = 0; count <= SEGMENTS_MOST; count++) {
        for (size_t i = 0; i < router->count[count]; i++)
            permit_plan_free(router->routes[count][i].route.plan);
        free(router->routes[count]);
    }
    free(router);
}

void router_add(struct router *router, const char *path, front_answer *answer)
{
    add(router, &(struct route){.method = METHOD_GET, .path = path, .answer = answer});
}

void router_add_under(struct router *router, const char *path, front_answer *answer)
{
    assert(router->unders < UNDER_MOST);
    router->under[router->unders++] = (struct route){.method = METHOD_GET, .path = path, .answer = answer};
}

static const struct route *find_under(const struct router *router, struct slice path)
{
    for (size_t i = 0; i < router->unders; i++) {
        size_t length = strlen(router->under[i].path);
        if (path.length > length && memcmp(path.at, router->under[i].path, length) == 0 && path.at[length] == '/')
            return &router->under[i];
    }
    return NULL;
}

static bool fits(const struct routed *routed, const struct segments *path)
{
    for (size_t i = 0; i < path->count; i++)
        if (routed->fixed >> (SEGMENTS_MOST - i) & 1 ? !slice_equal(routed->segments.at[i], path->at[i])
                                                     : path->at[i].length == 0)
            return false;
    return true;
}

const struct route *router_find(const struct router *router, enum method method, struct slice path,
                                unsigned *ret_allowed)
{
    struct segments segments;
    unsigned allowed = 0;
    enum method wanted = method == METHOD_HEAD ? METHOD_GET : method;
    if (split(path, &segments)) {
        const struct routed *routes = router->routes[segments.count];
        for (size_t i = 0; i < router->count[segments.count]; i++) {
            if (!fits(&routes[i], &segments))
                continue;
            if (routes[i].route.method == wanted)
                return &routes[i].route;
            allowed |= 1u << routes[i].route.method;
        }
    }
    const struct route *under = allowed ? NULL : find_under(router, path);
    if (under && under->method == wanted)
        return under;
    if (under)
        allowed |= 1u << under->method;
    if (allowed & 1u << METHOD_GET)
        allowed |= 1u << METHOD_HEAD;
    *ret_allowed = allowed;
    return NULL;
}

void router_methods(unsigned allowed, struct buffer *buffer)
{
    bool first = true;
    for (unsigned method = 0; method < METHOD_COUNT; method++) {
        if (!(allowed >> method & 1))
            continue;
        if (!first)
            buffer_add_text(buffer, ", ");
        buffer_add_slice(buffer, method_name((enum method)method));
        first = false;
    }
}
