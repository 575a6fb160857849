/* A visit: one request on its way through the front, from its route to its answer.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "http/account.h"
#include "http/exchange.h"
#include "http/front.h"
#include "process/problem.h"
#include "process/trace.h"

struct decode_privates;

/* Lives in the exchange's arena, so as long as the exchange. */
struct visit {
    struct front *front;
    struct hall *hall;
    struct exchange *exchange;
    const struct request *request;
    struct arena *arena;
    const struct declaration *declaration;
    void *message;          /* the declaration's struct, once decoded */
    struct decode_privates *privates; /* its personal fields, NULL where it can have none */
    struct named *named;    /* whom the query's text names (names.h), NULL where it has none */
    struct slice key;       /* the idempotency key, absent if none was sent */
    int64_t accepted_ms;    /* when the request was whole, by the house's clock */
    int64_t begun_us;
    struct caller caller;   /* once signed in */
    uint64_t through;       /* the row's roles that reach what was named, once permitted */
    bool bound;             /* by the token to one attempt: */
    struct id attempt;
    struct trace trace;
    struct problem problem;
};

/* Answers with JSON and the header lines that stand in hall->headers, which is empty afterwards. */
void visit_answer(struct visit *visit, int status, struct slice json);

/* Answers with a text to print under that file name, and the header lines likewise. */
void visit_answer_document(struct visit *visit, const char *name, struct slice text);

/* Answers with a picture of that media type; as with every answer, nobody may store it. */
void visit_answer_picture(struct visit *visit, struct slice media, struct slice bytes);

/* Answers with a status that has no body, and the header lines likewise. */
void visit_answer_nothing(struct visit *visit, int status);

/* Answers with visit->problem, the lines of hall->headers and those that its status asks for. */
void visit_refuse(struct visit *visit);

/* The same with a member more beside the problem's own. */
void visit_refuse_with(struct visit *visit, const char *member, struct slice text);

/* Forgets any problem so far and answers with another: visit_refuse_as(visit, PROBLEM_busy, "…", "…", …). */
#define visit_refuse_as(visit, code, ...)                                                                             \
    (problem_none(&(visit)->problem), (void)problem_say(&(visit)->problem, code, __VA_ARGS__), visit_refuse(visit))

/* Counts the status and the latency, for whoever answers by other means (streams). */
void visit_count(const struct visit *visit, int status);
