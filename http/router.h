/* From method and path to what serves them, made from the catalogue's rows.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "http/front.h"
#include "http/request.h"

struct router;
struct permit_plan;

/* What serves a path: a declared message, or a function of the house (health, documents). */
struct route {
    enum method method;
    const char *path;
    const struct declaration *declaration; /* NULL for a function */
    front_answer *answer;                  /* set for functions, calls and view queries */
    struct permit_plan *plan;              /* what references a message holds; NULL: none */
    const struct field *awaited;           /* of a command that a query awaits: the field that names the thing; else NULL */
    bool private;                          /* a message has personal fields */
};

/* A router over all commands, calls and queries of the catalogue. Free with router_free(). */
struct router *router_new(const struct front *front) __attribute__((returns_nonnull));
void router_free(struct router *router);

/* Adds a function for GET on a path that stands as long as the router. Before the first router_find(). */
void router_add(struct router *router, const char *path, front_answer *answer);

/* Adds a function for GET on every path under `/path/` that no other route fits. Before the first router_find(). */
void router_add_under(struct router *router, const char *path, front_answer *answer);

/* The route; HEAD is served by GET's. NULL: none, and *ret_allowed has the bits (1 << method) that the path offers. */
const struct route *router_find(const struct router *router, enum method method, struct slice path,
                                unsigned *ret_allowed);

/* Appends "GET, HEAD, POST" for the bits. */
void router_methods(unsigned allowed, struct buffer *buffer);
