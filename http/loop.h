/* A loop: one thread, one event base, coarse timers, and a queue by which other threads reach it.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "process/text.h"

struct event_base;
struct loop;

/* All but loop_post() and loop_stop() is called from the loop's own thread, or before it runs. */

/* A loop with room for `posts` waiting calls. Its event base has no locks. */
struct loop *loop_new(unsigned index, size_t posts) __attribute__((returns_nonnull));

/* Frees a loop that does not run; posts that never ran are forgotten. */
void loop_free(struct loop *loop);

/* Runs until loop_stop(), in the calling thread. */
void loop_run(struct loop *loop);

/* Makes loop_run() return soon; any thread. Posts made before it still run. */
void loop_stop(struct loop *loop);

/* Calls function(loop, argument) from the loop's thread, in the order of posting; any thread. False: the
 * queue is full or the loop has ended, and nothing was taken. Room for two posts a connection never fills by
 * answers. */
MUST bool loop_post(struct loop *loop, void (*function)(struct loop *loop, void *argument), void *argument);

/* libevent's base, for events on foreign descriptors (a Kafka queue, PostgreSQL); never used from another
 * thread. */
struct event_base *loop_base(struct loop *loop);

/* 0 for the first loop. */
unsigned loop_index(const struct loop *loop);

/* Milliseconds of the monotonic clock, coarse (4 ms): for deadlines, never for what a person sees. */
int64_t loop_now(void);

/* A timer, kept inside what it belongs to. Zeroed memory is a timer that is not set. Coarse: it comes up to
 * 0.2 s late, never early. Setting and clearing cost a few nanoseconds. */
struct loop_timer {
    struct loop_timer *next, **link;
    int64_t due;
    void (*function)(struct loop *loop, struct loop_timer *timer);
};

/* (Re)sets the timer to call `function` once, `ms` milliseconds from now. */
void loop_timer_set(struct loop *loop, struct loop_timer *timer, int64_t ms,
                    void (*function)(struct loop *loop, struct loop_timer *timer));

/* Clears it, set or not. */
void loop_timer_clear(struct loop *loop, struct loop_timer *timer);

static inline bool loop_timer_is_set(const struct loop_timer *timer)
{
    return timer->link != NULL;
}
