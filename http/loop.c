/* A loop: libevent's base, a queue of posts behind an eventfd, a wheel of coarse timers.
 * SPDX-License-Identifier: Apache-2.0 */
#include "http/loop.h"

#include <assert.h>
#include <event2/event.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "process/memory.h"

enum {
    TICK_MS = 100,      /* the wheel's grain */
    WHEEL_SLOTS = 1024, /* 102.4 s a turn; what is due later waits in its slot for another turn */
};

struct post {
    void (*function)(struct loop *loop, void *argument);
    void *argument;
};

struct loop {
    struct event_base *base;
    unsigned index;
    int wake;
    struct event *wake_event, *tick_event;
    /* Posts: two arrays of `room`; others fill one under the lock while the loop drains the other. */
    pthread_mutex_t lock;
    struct post *filled, *drained;
    size_t filled_count, room;
    bool stopping, ended;
    /* Timers */
    size_t timers;
    int64_t tick; /* the last one that was served */
    struct loop_timer *slots[WHEEL_SLOTS];
};

int64_t loop_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- posts ---- */

static void post_lock(struct loop *loop)
{
    int fault = pthread_mutex_lock(&loop->lock);
    assert(fault == 0);
    (void)fault;
}

static void post_unlock(struct loop *loop)
{
    int fault = pthread_mutex_unlock(&loop->lock);
    assert(fault == 0);
    (void)fault;
}

/* Takes the posts that wait; the caller runs them. */
static size_t post_take(struct loop *loop, bool *ret_stopping)
{
    post_lock(loop);
    struct post *full = loop->filled;
    size_t count = loop->filled_count;
    loop->filled = loop->drained;
    loop->drained = full;
    loop->filled_count = 0;
    *ret_stopping = loop->stopping;
    loop->ended = loop->ended || loop->stopping;
    post_unlock(loop);
    return count;
}

static void on_wake(evutil_socket_t wake, short what, void *argument)
{
    struct loop *loop = argument;
    uint64_t count;
    bool stopping;
    (void)what;
    if (read(wake, &count, sizeof count) < 0)
        return;
    size_t posts = post_take(loop, &stopping);
    for (size_t i = 0; i < posts; i++)
        loop->drained[i].function(loop, loop->drained[i].argument);
    if (stopping)
        event_base_loopbreak(loop->base);
}

static void wake(struct loop *loop)
{
    uint64_t one = 1;
    ssize_t written = write(loop->wake, &one, sizeof one);
    assert(written == sizeof one);
    (void)written;
}

bool loop_post(struct loop *loop, void (*function)(struct loop *loop, void *argument), void *argument)
{
    post_lock(loop);
    bool taken = loop->filled_count < loop->room && !loop->ended;
    bool first = loop->filled_count == 0;
    if (taken)
        loop->filled[loop->filled_count++] = (struct post){function, argument};
    post_unlock(loop);
    if (taken && first)
        wake(loop);
    return taken;
}

void loop_stop(struct loop *loop)
{
    post_lock(loop);
    loop->stopping = true;
    post_unlock(loop);
    wake(loop);
}

/* ---- timers ---- */

static void timer_unlink(struct loop *loop, struct loop_timer *timer)
{
    *timer->link = timer->next;
    if (timer->next)
        timer->next->link = timer->link;
    timer->link = NULL;
    timer->next = NULL;
    loop->timers--;
}

static void timer_link(struct loop_timer **head, struct loop_timer *timer)
{
    timer->next = *head;
    timer->link = head;
    if (timer->next)
        timer->next->link = &timer->next;
    *head = timer;
}

static void tick_arm(struct loop *loop)
{
    static const struct timeval tick = {0, TICK_MS * 1000};
    int fault = event_add(loop->tick_event, &tick);
    assert(fault == 0);
    (void)fault;
}

void loop_timer_set(struct loop *loop, struct loop_timer *timer, int64_t ms,
                    void (*function)(struct loop *loop, struct loop_timer *timer))
{
    assert(ms >= 0);
    if (timer->link)
        timer_unlink(loop, timer);
    int64_t now = loop_now();
    if (loop->timers == 0) {
        loop->tick = now / TICK_MS;
        tick_arm(loop);
    }
    timer->due = now + ms;
    timer->function = function;
    int64_t slot = (timer->due + TICK_MS - 1) / TICK_MS;
    if (slot <= loop->tick)
        slot = loop->tick + 1;
    timer_link(&loop->slots[slot % WHEEL_SLOTS], timer);
    loop->timers++;
}

void loop_timer_clear(struct loop *loop, struct loop_timer *timer)
{
    if (timer->link)
        timer_unlink(loop, timer);
}

/* Calls what is due in one slot. A function may set and clear any timer: the due ones wait on a list of their
 * own. */
static void serve_slot(struct loop *loop, int64_t slot, int64_t now)
{
    struct loop_timer *due = NULL, *next;
    for (struct loop_timer *timer = loop->slots[slot % WHEEL_SLOTS]; timer; timer = next) {
        next = timer->next;
        if (timer->due > now)
            continue;
        timer_unlink(loop, timer);
        timer_link(&due, timer);
        loop->timers++;
    }
    while (due) {
        struct loop_timer *timer = due;
        timer_unlink(loop, timer);
        timer->function(loop, timer);
    }
}

static void on_tick(evutil_socket_t none, short what, void *argument)
{
    struct loop *loop = argument;
    int64_t now = loop_now(), tick = now / TICK_MS;
    (void)none;
    (void)what;
    if (tick - loop->tick > WHEEL_SLOTS)
        loop->tick = tick - WHEEL_SLOTS;
    while (loop->tick < tick)
        serve_slot(loop, ++loop->tick, now);
    if (loop->timers > 0 && !event_pending(loop->tick_event, EV_TIMEOUT, NULL))
        tick_arm(loop);
}

/* ---- life ---- */

/* Without epoll's change list: it would take a closed descriptor off only later, when its number may be
 * another loop's already, and our events do not change from request to request anyway. */
static struct event_base *base_new(void)
{
    struct event_config *config = event_config_new();
    struct event_base *base = NULL;
    if (config && event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK) == 0)
        base = event_base_new_with_config(config);
    if (config)
        event_config_free(config);
    return base;
}

/* A loop without its descriptors is as fatal as one without memory. */
static void must(bool done, const char *what)
{
    if (done)
        return;
    fprintf(stderr, "{\"event\":\"loop_failed\",\"what\":\"%s\"}\n", what);
    abort();
}

struct loop *loop_new(unsigned index, size_t posts)
{
    struct loop *loop = memory_new(sizeof *loop);
    loop->index = index;
    loop->room = posts;
    loop->filled = memory_new_many(posts, sizeof *loop->filled);
    loop->drained = memory_new_many(posts, sizeof *loop->drained);
    must(pthread_mutex_init(&loop->lock, NULL) == 0, "mutex");
    loop->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    must(loop->wake >= 0, "eventfd");
    loop->base = base_new();
    must(loop->base != NULL, "event base");
    loop->wake_event = event_new(loop->base, loop->wake, EV_READ | EV_PERSIST, on_wake, loop);
    loop->tick_event = evtimer_new(loop->base, on_tick, loop);
    must(loop->wake_event && loop->tick_event && event_add(loop->wake_event, NULL) == 0, "event");
    return loop;
}

void loop_run(struct loop *loop)
{
    event_base_loop(loop->base, EVLOOP_NO_EXIT_ON_EMPTY);
    post_lock(loop);
    loop->ended = true;
    post_unlock(loop);
}

void loop_free(struct loop *loop)
{
    if (!loop)
        return;
    event_free(loop->wake_event);
    event_free(loop->tick_event);
    event_base_free(loop->base);
    close(loop->wake);
    pthread_mutex_destroy(&loop->lock);
    free(loop->filled);
    free(loop->drained);
    free(loop);
}

struct event_base *loop_base(struct loop *loop)
{
    return loop->base;
}

unsigned loop_index(const struct loop *loop)
{
    return loop->index;
}
