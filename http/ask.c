/* Asks: requests that wait for a command's outcome.  SPDX-License-Identifier: Apache-2.0 */
#include "http/ask.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "http/hall.h"
#include "http/outcome.h"
#include "process/memory.h"

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
