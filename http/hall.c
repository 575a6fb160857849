/* What one loop has for itself: Kafka's reports and PostgreSQL's descriptors in its event base.  SPDX-License-Identifier: Apache-2.0 */
#include "http/hall.h"

#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>

#include "http/ask.h"
#include "http/command.h"
#include "http/front.h"
#include "http/stream.h"
#include "http/token.h"
#include "process/config.h"
#include "process/memory.h"
#include "sql/pool.h"

enum { SCRATCH = 8 << 20 };

struct pool_watched {
    struct hall *hall;
    struct event *event;
    unsigned slot;
};

static void pool_later(struct hall *hall);

static void pool_event(evutil_socket_t fd, short what, void *argument)
{
    struct pool_watched *watched = argument;
    (void)fd;
    (void)what;
    pool_ready(watched->hall->pool, watched->slot, loop_now());
    pool_later(watched->hall);
}

/* The pool says what it wants to know of a session's descriptor. */
static void watch(void *loop, unsigned slot, int fd, bool read, bool write)
{
    struct hall *hall = loop;
    struct pool_watched *watched = &hall->watched[slot];
    if (watched->event)
        event_free(watched->event);
    watched->event = NULL;
    if (fd < 0 || (!read && !write))
        return;
    short what = (short)(EV_PERSIST | (read ? EV_READ : 0) | (write ? EV_WRITE : 0));
    watched->event = event_new(loop_base(hall->loop), fd, what, pool_event, watched);
    if (!watched->event || event_add(watched->event, NULL) != 0)
        abort();
}

static void pool_time(struct loop *loop, struct loop_timer *timer)
{
    (void)loop;
    pool_later((struct hall *)((char *)timer - offsetof(struct hall, pool_timer)));
}

static void pool_later(struct hall *hall)
{
    int64_t pause = pool_turn(hall->pool, loop_now());
    loop_timer_set(hall->loop, &hall->pool_timer, pause > 100 ? pause : 100, pool_time);
}

static void reports(evutil_socket_t fd, short what, void *argument)
{
    (void)fd;
    (void)what;
    flights_landed(argument);
}

static void make_pool(struct hall *hall)
{
    unsigned halls = hall->front->hall_count, sessions = (unsigned)config->database_connections / halls;
    sessions = sessions < 1 ? 1 : sessions > POOL_SESSIONS ? POOL_SESSIONS : sessions;
    hall->watched = memory_new_many(POOL_SESSIONS, sizeof *hall->watched);
    for (unsigned i = 0; i < POOL_SESSIONS; i++)
        hall->watched[i] = (struct pool_watched){.hall = hall, .slot = i};
    struct pool_settings settings = {
        .uri = config->front_database,
        .program = "front",
        .sessions = sessions,
        .queue = (unsigned)config->database_waiting / halls + 1,
        .patience = config->database_wait_ms,
        .watch = watch,
        .loop = hall,
    };
    hall->pool = pool_new(&settings);
    pool_later(hall);
}

struct hall *hall_new(struct front *front, struct loop *loop)
{
    struct hall *hall = memory_new(sizeof *hall);
    hall->front = front;
    hall->loop = loop;
    hall->headers = buffer_new(SCRATCH);
    hall->body = buffer_new(SCRATCH);
    hall->accepted = memory_new_many(catalogue_declaration_count, sizeof *hall->accepted);
    hall->tokens = token_cache_new((uint32_t)config->token_cache);
    hall->flights = flights_new();
    hall->asks = asks_new(hall);
    hall->streams = streams_new(hall);
    hall->port = writer_port_new(front->writer);
    hall->port_event =
        event_new(loop_base(loop), writer_port_fd(hall->port), EV_READ | EV_PERSIST, reports, hall);
    if (!hall->port_event || event_add(hall->port_event, NULL) != 0)
        abort();
    make_pool(hall);
    return hall;
}

void hall_end(struct hall *hall)
{
    event_free(hall->port_event);
    loop_timer_clear(hall->loop, &hall->pool_timer);
    loop_timer_clear(hall->loop, &hall->beat_timer);
    streams_end(hall->streams);
    pool_free(hall->pool);
    for (unsigned i = 0; i < POOL_SESSIONS; i++)
        if (hall->watched[i].event)
            event_free(hall->watched[i].event);
    free(hall->watched);
}

void hall_free(struct hall *hall)
{
    if (!hall)
        return;
    streams_free(hall->streams);
    token_cache_free(hall->tokens);
    asks_free(hall->asks);
    flights_free(hall->flights);
    buffer_free(&hall->headers);
    buffer_free(&hall->body);
    free(hall->accepted);
    free(hall);
}

struct series *hall_answered(struct hall *hall, int status)
{
    struct series **series = &hall->answered[status];
    if (!*series) {
        char text[16];
        snprintf(text, sizeof text, "%d", status);
        *series = metric_series(METRIC_http_requests, text);
    }
    return *series;
}

struct series *hall_accepted(struct hall *hall, size_t declaration)
{
    struct series **series = &hall->accepted[declaration];
    if (!*series)
        *series = metric_series(METRIC_commands_accepted, catalogue_declarations[declaration].name);
    return *series;
}
