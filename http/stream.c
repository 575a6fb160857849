/* Streams: the leaderboard as server-sent events.  SPDX-License-Identifier: Apache-2.0 */
#include "http/stream.h"

#include <event2/event.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "http/account.h"
#include "http/hall.h"
#include "http/leaderboard.h"
#include "process/clock.h"
#include "process/config.h"
#include "process/log.h"
#include "process/memory.h"
#include "topics/encode.h"
#include "topics/messages.h"

enum { LIMIT = 20, LOOK_MS = 1000, KEEP_ALIVE_MS = 15000, FRAME_BYTES = 1 << 20, ARENA_CEILING = 4 << 20 };

/* One reader. */
struct stream {
    struct stream *next, **link;
    struct streams *streams;
    struct sight *sight;
    struct exchange *exchange;
    struct id member;
    int64_t issued_ms; /* when his token was */
    bool mine; /* wants the own row */
};

/* What several readers look at. */
struct sight {
    struct sight *next, **link;
    struct board_look look;
    struct stream *streams;
    uint32_t changes, period;
    int64_t sent_us; /* when its last frame left; the next leaves stream_frame_ms later at the soonest */
    bool waits;      /* it moved, and its frame waits for that */
};

struct streams {
    struct hall *hall;
    struct sight *sights;
    struct loop_timer timer;  /* looks at the calendar, and keeps connections alive */
    struct event *due;        /* when the first frame that waits may leave; exact, unlike the timer */
    _Atomic bool told;        /* streams_moved() was said and not yet heard */
    _Atomic uint32_t count;
    struct arena *arena;
    struct buffer frame, own;
    int64_t spoken_at; /* when every reader last heard something, frames aside */
};

static void frames_due(evutil_socket_t none, short what, void *argument);

struct streams *streams_new(struct hall *hall)
{
    struct streams *streams = memory_new(sizeof *streams);
    streams->hall = hall;
    streams->arena = arena_new(65536, ARENA_CEILING);
    streams->frame = buffer_new(FRAME_BYTES);
    streams->own = buffer_new(FRAME_BYTES);
    streams->due = evtimer_new(loop_base(hall->loop), frames_due, streams);
    if (!streams->due)
        abort();
    return streams;
}

void streams_end(struct streams *streams)
{
    loop_timer_clear(streams->hall->loop, &streams->timer);
    event_free(streams->due);
    for (struct sight *sight = streams->sights, *next_sight; sight; sight = next_sight) {
        next_sight = sight->next;
        for (struct stream *stream = sight->streams, *next; stream; stream = next) {
            next = stream->next;
            free(stream);
        }
        free(sight);
    }
    streams->sights = NULL;
}

void streams_free(struct streams *streams)
{
    arena_free(streams->arena);
    buffer_free(&streams->frame);
    buffer_free(&streams->own);
    free(streams);
}

static bool same_look(const struct board_look *a, const struct board_look *b)
{
    return a->organisation == b->organisation && a->limit == b->limit && a->branch == b->branch &&
           strcmp(a->period, b->period) == 0;
}

static struct sight *sight_of(struct streams *streams, const struct board_look *look)
{
    for (struct sight *sight = streams->sights; sight; sight = sight->next)
        if (same_look(&sight->look, look))
            return sight;
    struct sight *sight = memory_new(sizeof *sight);
    sight->look = *look;
    sight->link = &streams->sights;
    sight->next = streams->sights;
    if (sight->next)
        sight->next->link = &sight->next;
    streams->sights = sight;
    return sight;
}

/* Takes the reader off and ends its exchange. */
static void drop(struct streams *streams, struct stream *stream)
{
    struct sight *sight = stream->sight;
    struct exchange *exchange = stream->exchange;
    *stream->link = stream->next;
    if (stream->next)
        stream->next->link = stream->link;
    if (!sight->streams) {
        *sight->link = sight->next;
        if (sight->next)
            sight->next->link = sight->link;
        free(sight);
    }
    free(stream);
    streams->count--;
    metric_add(METRIC_streams, -1);
    exchange_stream_end(exchange);
}

/* The event without the end of its data, so that a reader's own row can follow: id, then {"at":…,"total":…,"rows":[…]. */
static bool make_frame(struct streams *streams, struct sight *sight)
{
    struct front *front = streams->hall->front;
    struct board_frame frame = {.at = clock_now()};
    uint32_t total = 0;
    size_t count = 0;
    arena_reset(streams->arena);
    const void *rows = board_look_rows(front, &sight->look, sight->period, streams->arena, &count, &total);
    if (!rows)
        return false;
    frame.total = total;
    frame.rows.at = arena_take(streams->arena, (count + 1) * sizeof *frame.rows.at);
    if (!frame.rows.at)
        return false;
    memcpy(frame.rows.at, rows, count * sizeof *frame.rows.at);
    frame.rows.count = count;
    buffer_empty(&streams->frame);
    buffer_add_format(&streams->frame, "id: %lld\nevent: frame\ndata: ", (long long)frame.at);
    encode(&streams->frame, board_frame_shape(), &frame);
    streams->frame.length--; /* its brace comes with each reader's end */
    return !streams->frame.overflowed;
}

/* Sends the frame with the reader's own row. False: the reader is gone. */
static bool send_frame(struct streams *streams, struct stream *stream)
{
    struct front *front = streams->hall->front;
    struct sight *sight = stream->sight;
    buffer_empty(&streams->own);
    buffer_add_slice(&streams->own, buffer_slice(&streams->frame));
    const void *mine = stream->mine ? board_look_mine(front, &sight->look, sight->period, stream->member, streams->arena)
                                    : NULL;
    if (mine) {
        buffer_add_text(&streams->own, ",\"me\":");
        encode(&streams->own, ranked_member_shape(), mine);
    }
    buffer_add_text(&streams->own, "}\n\n");
    return exchange_stream_write(stream->exchange, buffer_slice(&streams->own));
}

static void lost(struct streams *streams, struct stream *stream)
{
    if (exchange_place(stream->exchange) != EXCHANGE_GONE || exchange_stream_pending(stream->exchange)) {
        metric_add(METRIC_streams_dropped, 1);
        LOG(stream_dropped, log_slice("address", exchange_peer(stream->exchange)));
    }
    drop(streams, stream);
}

/* Whether the reader would still be let in, and the board shown to him. */
static bool may_read(const struct streams *streams, const struct stream *stream)
{
    struct front *front = streams->hall->front;
    uint64_t roles;
    return accounts_roles(front->accounts, stream->member, stream->issued_ms, clock_now(), &roles) &&
           board_shows(front, roles);
}

/* Sends one text to all readers of a sight, or the frame where the text is absent; nothing where it is empty. Who may not
 * read any more has heard the last of it. */
static void tell(struct streams *streams, struct sight *sight, struct slice text)
{
    for (struct stream *stream = sight->streams, *next; stream; stream = next) {
        next = stream->next;
        bool last = !next;
        if (!may_read(streams, stream))
            drop(streams, stream);
        else if (text.at ? text.length && !exchange_stream_write(stream->exchange, text) : !send_frame(streams, stream))
            lost(streams, stream);
        if (last)
            return; /* the sight may be gone with its last reader */
    }
}

/* Whether the ranking changed since this was last asked. */
static bool has_moved(struct streams *streams, struct sight *sight)
{
    uint32_t changes = board_changes(streams->hall->front->board, sight->look.organisation, sight->period);
    bool moved = changes != sight->changes;
    sight->changes = changes;
    return moved;
}

/* Goes to the period that the look means now; whether it is another one. */
static bool has_turned(struct sight *sight)
{
    uint32_t period;
    if (!board_look_period(&sight->look, clock_now(), &period) || period == sight->period)
        return false;
    sight->period = period;
    return true;
}

/* Sends the frame of a sight that moved if it may leave by now, else it waits; returns the microseconds until then. */
static int64_t send_or_wait(struct streams *streams, struct sight *sight, int64_t now)
{
    int64_t left = sight->sent_us + config->stream_frame_ms * 1000 - now;
    sight->waits = left > 0;
    if (left > 0)
        return left;
    sight->sent_us = now;
    if (make_frame(streams, sight))
        tell(streams, sight, (struct slice){NULL, 0});
    return 0;
}

/* Sends what may leave of what moved, and wakes again when the next of it may. */
static void send_frames(struct streams *streams, bool look)
{
    int64_t now = clock_monotonic_us(), wait = INT64_MAX;
    for (struct sight *sight = streams->sights, *next; sight; sight = next) {
        next = sight->next;
        if (!sight->waits && !(look && has_moved(streams, sight)))
            continue;
        int64_t left = send_or_wait(streams, sight, now);
        if (left > 0 && left < wait)
            wait = left;
    }
    if (wait == INT64_MAX)
        return;
    struct timeval time = {wait / 1000000, wait % 1000000};
    event_add(streams->due, &time);
}

static void frames_due(evutil_socket_t none, short what, void *argument)
{
    (void)none, (void)what;
    send_frames(argument, false);
}

/* In the loop's thread, after streams_moved(). */
static void moved(struct loop *loop, void *argument)
{
    struct streams *streams = argument;
    (void)loop;
    atomic_store(&streams->told, false);
    send_frames(streams, true);
}

void streams_moved(struct streams *streams)
{
    if (atomic_load(&streams->count) == 0 || atomic_exchange(&streams->told, true))
        return;
    if (!loop_post(streams->hall->loop, moved, streams))
        atomic_store(&streams->told, false);
}

static void turn(struct loop *loop, struct loop_timer *timer)
{
    struct streams *streams = (struct streams *)((char *)timer - offsetof(struct streams, timer));
    bool keep_alive = loop_now() - streams->spoken_at >= KEEP_ALIVE_MS;
    for (struct sight *sight = streams->sights, *next; sight; sight = next) {
        next = sight->next;
        sight->waits = has_turned(sight) || sight->waits;
        tell(streams, sight, keep_alive ? SLICE(": keep-alive\n\n") : SLICE(""));
    }
    if (keep_alive)
        streams->spoken_at = loop_now();
    send_frames(streams, true);
    if (streams->count)
        loop_timer_set(loop, &streams->timer, LOOK_MS, turn);
}

static void gone(struct exchange *exchange, void *context)
{
    struct stream *stream = context;
    (void)exchange;
    drop(stream->streams, stream);
}

static void begin(struct visit *visit, const struct board_look *look, bool mine)
{
    struct streams *streams = visit->hall->streams;
    struct sight *sight = sight_of(streams, look);
    struct stream *stream = memory_new(sizeof *stream);
    *stream = (struct stream){.next = sight->streams, .link = &sight->streams, .streams = streams, .sight = sight,
                              .exchange = visit->exchange, .member = visit->caller.account,
                              .issued_ms = visit->caller.issued_ms, .mine = mine};
    if (stream->next)
        stream->next->link = &stream->next;
    sight->streams = stream;
    streams->count++;
    metric_add(METRIC_streams, 1);
    struct response head = {.status = 200, .content_type = SLICE("text/event-stream"),
                            .headers = SLICE("X-Accel-Buffering: no\r\n")};
    visit_count(visit, 200);
    exchange_on_gone(visit->exchange, gone, stream);
    exchange_stream_start(visit->exchange, &head);
    if (!loop_timer_is_set(&streams->timer)) {
        streams->spoken_at = loop_now();
        loop_timer_set(visit->hall->loop, &streams->timer, LOOK_MS, turn);
    }
    if (!stream->next) { /* the first to look at this: its snapshot is the sight's last frame */
        (void)has_turned(sight);
        (void)has_moved(streams, sight);
        sight->sent_us = clock_monotonic_us();
    }
    if (!make_frame(streams, sight) || !send_frame(streams, stream))
        drop(streams, stream);
}

void stream_answer(struct visit *visit)
{
    const struct leaderboard_stream *asked = visit->message;
    struct board_look look;
    if (visit->hall->streams->count >= config->streams) {
        visit_refuse_as(visit, PROBLEM_busy, "Too many streams are open", "打开的数据流过多");
        return;
    }
    if (!board_look_allowed(visit) || !board_look_of(visit, asked->has_org ? &asked->org : NULL,
                                                     asked->has_period ? &asked->period : NULL, &look)) {
        visit_refuse(visit);
        return;
    }
    look.limit = asked->has_limit ? (uint32_t)asked->limit : LIMIT;
    begin(visit, &look, asked->has_me && asked->me);
}
