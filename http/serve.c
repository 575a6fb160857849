/* What every request goes through.  SPDX-License-Identifier: Apache-2.0 */
#include "http/serve.h"

#include "http/command.h"
#include "http/files.h"
#include "http/hall.h"
#include "http/names.h"
#include "http/permit.h"
#include "http/query.h"
#include "http/router.h"
#include "http/session.h"
#include "process/clock.h"
#include "process/config.h"
#include "topics/decode.h"

size_t serve_body_ceiling(const struct request *request, void *context)
{
    const struct front *front = context;
    unsigned allowed;
    const struct route *route = router_find(front->router, request->method, request->path, &allowed);
    if (!route || !route->declaration || !route->declaration->uploads)
        return (size_t)config->body_bytes;
    return (size_t)config->upload_bytes;
}

static struct visit *visit_new(struct exchange *exchange, struct front *front)
{
    struct visit *visit = arena_take(exchange_arena(exchange), sizeof *visit);
    if (!visit)
        return NULL;
    struct trace before;
    visit->front = front;
    visit->hall = front->halls[loop_index(exchange_loop(exchange))];
    visit->exchange = exchange;
    visit->request = exchange_request(exchange);
    visit->arena = exchange_arena(exchange);
    visit->accepted_ms = clock_now();
    visit->begun_us = clock_monotonic_us();
    problem_none(&visit->problem);
    struct slice parent = request_header(visit->request, HEADER_TRACEPARENT);
    visit->trace = parent.at && trace_parse(parent, &before) ? trace_child(&before) : trace_new();
    return visit;
}

/* Somebody may have typed the path: what he sees is protected as a page is. */
static void refuse_route(struct visit *visit, unsigned allowed)
{
    files_protect(&visit->hall->headers);
    if (allowed) {
        struct buffer methods = buffer_new(128);
        router_methods(allowed, &methods);
        response_header(&visit->hall->headers, "Allow", buffer_slice(&methods));
        buffer_free(&methods);
        visit_refuse_as(visit, PROBLEM_method_not_allowed, "See the header Allow", "参见响应头 Allow");
    } else {
        visit_refuse_as(visit, PROBLEM_not_found, "There is nothing at this path", "该路径下没有内容");
    }
}

/* Decodes a call or query; a call's body must be JSON. */
static bool read_message(struct visit *visit)
{
    struct decode_source source = {.path = visit->request->path, .query = visit->request->query,
                                   .body = visit->request->body};
    visit->message = arena_take(visit->arena, visit->declaration->shape()->size + 1);
    if (!visit->message)
        return problem_say(&visit->problem, PROBLEM_too_large, "The request needs too much memory", "请求占用内存过多");
    return decode(visit->declaration, &source, DECODE_STRICT, (int)config->json_depth, visit->arena, NULL,
                  visit->message, &visit->problem);
}

static void serve_call(struct visit *visit, const struct route *route)
{
    if (command_media(visit) && read_message(visit))
        route->answer(visit);
    else
        visit_refuse(visit);
}

/* What is answered once it is permitted. */
static void serve_answer(struct visit *visit, const struct route *route)
{
    route->answer(visit);
}

static void serve_query(struct visit *visit, const struct route *route)
{
    if (route->answer)
        route->answer(visit);
    else
        query_answer(visit);
}

static void seek_query(struct visit *visit, const struct route *route)
{
    names_seek(visit, route, serve_query);
}

static void serve_declared(struct visit *visit, const struct route *route)
{
    visit->declaration = route->declaration;
    if (visit->declaration->kind == A_CALL && !visit->declaration->roles) {
        serve_call(visit, route);
        return;
    }
    if (!session_admit(visit) || !permit_role(visit)) {
        visit_refuse(visit);
        return;
    }
    if (visit->declaration->kind == A_COMMAND) {
        command_take(visit, route);
        return;
    }
    bool call = visit->declaration->kind == A_CALL;
    if ((!call || command_media(visit)) && read_message(visit))
        permit_message(visit, route, call ? serve_answer : seek_query);
    else
        visit_refuse(visit);
}

void serve_request(struct exchange *exchange, void *context)
{
    struct front *front = context;
    struct visit *visit = visit_new(exchange, front);
    unsigned allowed;
    if (!visit) {
        exchange_problem(exchange, PROBLEM_busy, "The request needs too much memory", "请求占用内存过多");
        return;
    }
    const struct route *route = router_find(front->router, visit->request->method, visit->request->path, &allowed);
    if (!route)
        refuse_route(visit, allowed);
    else if (!route->declaration)
        route->answer(visit);
    else
        serve_declared(visit, route);
}
