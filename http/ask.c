/* Asks: requests that wait for a command's outcome, and the query of one.  SPDX-License-Identifier: Apache-2.0 */
#include "http/ask.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "http/hall.h"
#include "http/outcome.h"
#include "http/query.h"
#include "process/config.h"
#include "process/memory.h"
#include "sql/pool.h"
#include "topics/messages.h"

enum { BUCKETS = 4096 };

struct asks {
    struct hall *hall;
    _Atomic uint32_t count;
    struct ask *buckets[BUCKETS];
};

struct asks *asks_new(struct hall *hall)
{
    struct asks *asks = memory_new(sizeof *asks);
    asks->hall = hall;
    return asks;
}

void asks_free(struct asks *asks)
{
    free(asks);
}

static struct ask **bucket_of(struct asks *asks, struct id command)
{
    uint32_t start;
    memcpy(&start, command.bytes, sizeof start); /* of a digest: well spread */
    return &asks->buckets[start % BUCKETS];
}

static void take_off(struct ask *ask)
{
    *ask->link = ask->next;
    if (ask->next)
        ask->next->link = ask->link;
    ask->link = NULL;
    loop_timer_clear(ask->asks->hall->loop, &ask->timer);
    atomic_fetch_sub(&ask->asks->count, 1);
    metric_add(METRIC_requests_waiting, -1);
}

static void hear(struct ask *ask, bool came)
{
    take_off(ask);
    ask->heard(ask, came);
}

static void time_over(struct loop *loop, struct loop_timer *timer)
{
    (void)loop;
    hear((struct ask *)((char *)timer - offsetof(struct ask, timer)), false);
}

/* The ask is registered before the view is looked at, and the view tells whoever is registered after it took the outcome
 * in: so one of the two sees the other. */
void ask_wait(struct asks *asks, struct ask *ask, struct id command, int64_t ms,
              void (*heard)(struct ask *ask, bool came))
{
    struct ask **bucket = bucket_of(asks, command);
    struct known_outcome outcome;
    *ask = (struct ask){.next = *bucket, .link = bucket, .asks = asks, .command = command, .heard = heard};
    if (ask->next)
        ask->next->link = &ask->next;
    *bucket = ask;
    atomic_fetch_add(&asks->count, 1);
    metric_add(METRIC_requests_waiting, 1);
    loop_timer_set(asks->hall->loop, &ask->timer, ms, time_over);
    if (outcomes_find(asks->hall->front->outcomes, command, NULL, &outcome))
        hear(ask, true);
}

/* In the loop's thread: outcomes came. */
static void take_news(struct loop *loop, void *argument)
{
    struct outcome_news *news = argument;
    struct asks *asks = news->listener;
    (void)loop;
    for (size_t i = 0; i < news->count && atomic_load(&asks->count); i++) {
        struct ask *ask = *bucket_of(asks, news->ids[i]), *next;
        for (; ask; ask = next) {
            next = ask->next;
            if (id_equal(ask->command, news->ids[i]))
                hear(ask, true);
        }
    }
    free(news);
}

/* In the views' thread. */
static bool tell(struct outcome_news *news)
{
    struct asks *asks = news->listener;
    return loop_post(asks->hall->loop, take_news, news);
}

void asks_listen(struct asks *asks)
{
    outcomes_listen(asks->hall->front->outcomes, &asks->count, asks, tell);
}

static void show(struct visit *visit, enum command_status status, struct slice result, struct slice problem)
{
    const struct command_outcome *asked = visit->message;
    struct outcome_shown shown = {.command = asked->command, .status = status, .has_result = result.length > 0,
                                  .result = result, .has_problem = problem.length > 0, .problem = problem};
    query_answer_one(visit, &shown);
}

/* PostgreSQL's word on a command that the view does not know. */
static void found_in_inbox(void *context, const struct rows *rows, const struct sql_failure *failure)
{
    struct visit *visit = context;
    struct slice none = {NULL, 0};
    if (failure) {
        visit_refuse_as(visit, PROBLEM_database_away, "The outcome is older than what is held here", "该结果需查询数据库");
    } else if (rows_count(rows) == 0) {
        show(visit, COMMAND_ACCEPTED, none, none);
    } else {
        bool applied = row_number(rows, 0, 0) < 300;
        struct slice text = row_text(rows, 0, 1);
        show(visit, applied ? COMMAND_APPLIED : COMMAND_REJECTED, applied ? text : none, applied ? none : text);
    }
}

static void answer_outcome(struct visit *visit)
{
    const struct command_outcome *asked = visit->message;
    struct known_outcome outcome;
    struct arguments arguments = arguments_new(64);
    if (outcomes_find(visit->front->outcomes, asked->command, visit->arena, &outcome)) {
        show(visit, outcome.applied ? COMMAND_APPLIED : COMMAND_REJECTED, outcome.result, outcome.problem);
        return;
    }
    value_id(argument(&arguments), asked->command.bytes);
    if (!pool_ask(visit->hall->pool, "outcome_find", &arguments, found_in_inbox, visit))
        visit_refuse_as(visit, PROBLEM_database_away, "The outcome is older than what is held here", "该结果需查询数据库");
    arguments_free(&arguments);
}

void asks_offer(struct front *front)
{
    front_offer_answer(front, DECLARED(command_outcome), answer_outcome);
}
