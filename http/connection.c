/* A connection's turn: requests read out of its input one after another, its output sent, its deadline kept.
 * SPDX-License-Identifier: Apache-2.0 */
#include "http/connection.h"

#include <assert.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "process/memory.h"

enum step { STEP_AGAIN, STEP_NEEDS_BYTES, STEP_HELD };

/* ---- room for what is read ---- */

static void input_back(struct connection *connection)
{
    struct lane *lane = connection->lane;
    if (!connection->in)
        return;
    if (connection->in_size > BLOCK)
        lane->large -= connection->in_size;
    lane_block_back(lane, connection->in, connection->in_size);
    connection->in = NULL;
    connection->in_size = connection->in_start = connection->in_end = 0;
}

enum { PIECE = 65536 }; /* of a body that is given away while it comes */

/* How long the input must be able to get for the request that is being read. */
static size_t input_need(const struct connection *connection, const struct exchange *exchange)
{
    const struct request *request = &exchange->request;
    const struct request_limits *limits = &connection->lane->settings->limits;
    size_t length = connection->in_end - connection->in_start;
    if (exchange->sink && request->head_length + PIECE > connection->in_size)
        return request->head_length + PIECE;
    if (request->head_length > 0 && !request->chunked && !exchange->sink)
        return request->head_length + request->content_length;
    if (length < connection->in_size)
        return connection->in_size;
    /* Full: twice as much, but no more than the largest request may take with one chunk's size line. */
    enum { SIZE_LINE = 128 };
    size_t most = limits->head;
    if (request->head_length > 0)
        most = request->head_length + exchange->body_ceiling + limits->trailer + SIZE_LINE;
    size_t twice = connection->in_size * 2;
    return twice < most ? twice : most > length ? most : length + 1;
}

/* Makes room behind in_end while a request is being read: by closing gaps, by a larger block. False: the lane
 * holds too much already. */
static bool input_make_room(struct connection *connection, struct exchange *exchange)
{
    struct lane *lane = connection->lane;
    char *bytes = connection->in + connection->in_start;
    size_t length = connection->in_end - connection->in_start;
    if (connection->in_end == connection->in_size)
        length = request_compact(&exchange->request, bytes, length);
    connection->in_end = connection->in_start + length;
    size_t need = input_need(connection, exchange);
    if (connection->in_end < connection->in_size && connection->in_start + need <= connection->in_size)
        return true;
    if (need <= connection->in_size) {
        memmove(connection->in, bytes, length);
    } else {
        size_t others = lane->large - (connection->in_size > BLOCK ? connection->in_size : 0);
        if (need > lane->settings->large || others > lane->settings->large - need)
            return false;
        char *larger = memory_resize(NULL, need);
        memcpy(larger, bytes, length);
        input_back(connection);
        connection->in = larger;
        connection->in_size = need;
        lane->large += need;
    }
    connection->in_start = 0;
    connection->in_end = length;
    return true;
}

/* ---- one request ---- */

static struct exchange *begin(struct connection *connection)
{
    struct exchange *exchange = lane_exchange(connection->lane);
    exchange->connection = connection;
    exchange->place = EXCHANGE_READING;
    exchange->began = loop_now();
    connection->exchange = exchange;
    return exchange;
}

static void begin_body(const struct lane *lane, struct exchange *exchange)
{
    struct request *request = &exchange->request;
    exchange->head_read = loop_now();
    exchange->mute = request->method == METHOD_HEAD;
    exchange->body_ceiling = lane->settings->limits.body;
    if (request->has_body && lane->handlers->body_ceiling)
        exchange->body_ceiling = lane->handlers->body_ceiling(request, lane->handlers->context);
    bool fits = request->chunked || request->content_length <= exchange->body_ceiling;
    if (request->has_body && fits && lane->handlers->body_sink)
        exchange->sink = lane->handlers->body_sink(exchange, lane->handlers->context);
    request->piecemeal = exchange->sink != NULL;
}

/* Gives what is there of the body to what takes it. */
static void give_body(struct connection *connection, struct exchange *exchange)
{
    struct request *request = &exchange->request;
    size_t length = connection->in_end - connection->in_start;
    exchange->sink->take(exchange->sink, request->body);
    length = request_give(request, connection->in + connection->in_start, length);
    connection->in_end = connection->in_start + length;
}

static enum request_state read_request(struct connection *connection, struct exchange *exchange)
{
    const struct lane *lane = connection->lane;
    const struct request_limits *limits = &lane->settings->limits;
    struct request *request = &exchange->request;
    char *bytes = connection->in + connection->in_start;
    size_t length = connection->in_end - connection->in_start;
    if (request->head_length == 0) {
        enum request_state state = request_read_head(request, bytes, length, limits);
        if (state != REQUEST_READY)
            return state;
        begin_body(lane, exchange);
    }
    enum request_state state = request_read_body(request, bytes, length, exchange->body_ceiling, limits);
    if (exchange->sink && state != REQUEST_REFUSED)
        give_body(connection, exchange);
    return state;
}

/* Answers a request that will not be read to its end; the connection ends behind the answer. */
static void turn_down(struct connection *connection, enum problem_code code, const char *detail,
                      const char *detail_zh)
{
    struct exchange *exchange = connection->exchange;
    LANE_COUNT(connection->lane, refused, 1);
    exchange->request.keep_alive = false;
    connection->in_start = connection->in_end;
    exchange_problem(exchange, code, detail, detail_zh);
}

static void wait_for_more(struct connection *connection, struct exchange *exchange)
{
    const struct request *request = &exchange->request;
    if (!input_make_room(connection, exchange)) {
        turn_down(connection, PROBLEM_busy, "Too many large requests are being read", "正在接收的大请求过多");
        return;
    }
    bool none = connection->in_end - connection->in_start == request->head_length && request->given == 0;
    if (request->expect_continue && request->head_length > 0 && none && !exchange->continued) {
        buffer_add_slice(&connection->out, SLICE("HTTP/1.1 100 Continue\r\n\r\n"));
        exchange->continued = true;
    }
}

static void handle(struct connection *connection, struct exchange *exchange)
{
    const struct lane *lane = connection->lane;
    connection->in_start += exchange->request.consumed;
    exchange->read_at = loop_now();
    exchange_move(exchange, EXCHANGE_CHECKED);
    LANE_COUNT(connection->lane, requests, 1);
    lane->handlers->on_request(exchange, lane->handlers->context);
    if (connection->exchange == exchange && exchange->place == EXCHANGE_CHECKED)
        exchange_move(exchange, EXCHANGE_WAITING);
}

/* Whether no answer may be written now: too much waits, or a body that stays where it is, which goes before it. */
static bool is_full(const struct connection *connection)
{
    return connection->tail.length > 0 || connection_pending(connection) > connection->lane->settings->output;
}

static enum step step(struct connection *connection)
{
    struct exchange *exchange = connection->exchange;
    if (connection->fd < 0 || connection->closing || (exchange && exchange->place != EXCHANGE_READING))
        return STEP_HELD;
    if (connection->in_start == connection->in_end)
        return STEP_NEEDS_BYTES;
    if (is_full(connection))
        return STEP_HELD;
    if (!exchange)
        exchange = begin(connection);
    const struct request *request = &exchange->request;
    switch (read_request(connection, exchange)) {
    case REQUEST_MORE:
        wait_for_more(connection, exchange);
        return STEP_NEEDS_BYTES;
    case REQUEST_REFUSED:
        turn_down(connection, request->code, request->words.english, request->words.chinese);
        return STEP_HELD;
    default:
        handle(connection, exchange);
        return STEP_AGAIN;
    }
}

/* ---- deadlines ---- */

enum { NEVER = -1 };

static int64_t write_time(const struct server_settings *settings, size_t bytes)
{
    return settings->write_ms + (int64_t)(bytes / settings->rate) * 1000;
}

/* When patience ends with what the connection is doing now; NEVER while the handler has the request. */
static int64_t deadline_of(const struct connection *connection)
{
    const struct server_settings *settings = connection->lane->settings;
    const struct exchange *exchange = connection->exchange;
    if (connection->lingering)
        return connection->linger_deadline;
    if (connection->write_deadline)
        return connection->write_deadline;
    if (!exchange)
        return connection->idle_since + settings->idle_ms;
    if (exchange->place != EXCHANGE_READING)
        return NEVER;
    const struct request *request = &exchange->request;
    if (request->head_length == 0)
        return exchange->began + settings->head_ms;
    size_t body = request->chunked ? request->body.length + request->given : request->content_length;
    return exchange->head_read + settings->body_ms + (int64_t)(body / settings->rate) * 1000;
}

static void overdue(struct connection *connection)
{
    if (connection->exchange && connection->exchange->place == EXCHANGE_READING &&
        !connection->write_deadline) {
        LANE_COUNT(connection->lane, timeouts, 1);
        turn_down(connection, PROBLEM_request_timeout, "The request did not arrive in time", "请求未在时限内到达");
        connection_turn(connection);
        return;
    }
    if (connection->write_deadline)
        LANE_COUNT(connection->lane, dropped, 1);
    connection_drop(connection);
}

static void on_timer(struct loop *loop, struct loop_timer *timer)
{
    struct connection *connection = (struct connection *)(void *)((char *)timer -
                                                                  offsetof(struct connection, timer));
    int64_t deadline = deadline_of(connection), now = loop_now();
    if (deadline == NEVER)
        return;
    if (now >= deadline)
        overdue(connection);
    else
        loop_timer_set(loop, timer, deadline - now, on_timer);
}

/* Keeps the timer no later than the deadline. One that is set too early finds the later deadline when it
 * comes. */
static void keep_deadline(struct connection *connection, int64_t now)
{
    int64_t deadline = deadline_of(connection);
    struct loop_timer *timer = &connection->timer;
    if (deadline == NEVER || (loop_timer_is_set(timer) && timer->due <= deadline))
        return;
    loop_timer_set(connection->lane->loop, timer, deadline > now ? deadline - now : 0, on_timer);
}

/* ---- the turn ---- */

/* The last answer has left: no more is read but to let the client see it (closing on unread input would reset
 * it away). */
static void begin_end(struct connection *connection, int64_t now)
{
    if (connection->tls || connection->eof) {
        connection_drop(connection);
        return;
    }
    shutdown(connection->fd, SHUT_WR);
    connection->lingering = true;
    connection->linger_deadline = now + LINGER_MS;
    input_back(connection);
}

/* Whether input matters only by its end: nothing that the client might still say will be read. */
static bool awaits_end(const struct connection *connection)
{
    const struct exchange *exchange = connection->exchange;
    bool streams = connection->closing && exchange && exchange->place == EXCHANGE_STREAMING;
    return connection->lingering || (streams && !connection->tls);
}

/* Whether nothing more can come of the connection. */
static bool is_over(const struct connection *connection, size_t pending)
{
    const struct exchange *exchange = connection->exchange;
    if (connection->eof && exchange && exchange->place == EXCHANGE_STREAMING)
        return true;
    if (pending > 0)
        return false;
    if (!exchange)
        return connection->eof || (connection->lane->stopping && !connection->lingering);
    return connection->eof && exchange->place == EXCHANGE_READING;
}

/* Leaves the connection as it must be between two turns: events, deadline, room. */
static void settle(struct connection *connection)
{
    int64_t now = loop_now();
    size_t pending = connection_pending(connection);
    if (connection->closing && pending == 0 && !connection->exchange && !connection->lingering)
        begin_end(connection, now);
    else if (is_over(connection, pending))
        connection_drop(connection);
    if (connection->fd < 0)
        return;
    if (!connection->exchange) {
        connection->idle_since = now;
        if (connection->in_start == connection->in_end)
            input_back(connection);
    }
    if (pending == 0)
        connection->write_deadline = 0;
    else if (connection->write_deadline == 0)
        connection->write_deadline = now + write_time(connection->lane->settings, pending);
    bool room = !connection->in || connection->in_end < connection->in_size;
    wire_want(connection, !connection->eof && (awaits_end(connection) || (room && !connection->closing)),
              pending > 0);
    keep_deadline(connection, now);
}

void connection_turn(struct connection *connection)
{
    for (;;) {
        enum step next;
        do
            next = step(connection);
        while (next == STEP_AGAIN);
        if (connection->fd < 0)
            return;
        bool held = next == STEP_HELD && connection->in_start < connection->in_end;
        wire_flush(connection);
        if (connection->fd < 0)
            return;
        if (held && !connection->closing && !connection->exchange && !is_full(connection))
            continue; /* only the output held it */
        size_t end = connection->in_end;
        if (connection->tls && !connection->lingering && !connection->closing && next == STEP_NEEDS_BYTES)
            wire_fill(connection);
        if (connection->in_end == end)
            break;
    }
    settle(connection);
}

void connection_readable(struct connection *connection)
{
    if (awaits_end(connection)) {
        wire_discard(connection);
        return;
    }
    wire_fill(connection);
    if (connection->fd >= 0)
        connection_turn(connection);
}

/* ---- life ---- */

void connection_open(struct lane *lane, int fd, const struct address *address, const char *peer)
{
    struct connection *connection = lane_connection(lane);
    connection->lane = lane;
    connection->fd = fd;
    connection->address = *address;
    connection->out = buffer_new(OUTPUT_MOST);
    connection->peer_length = (uint8_t)strnlen(peer, sizeof connection->peer - 1);
    memcpy(connection->peer, peer, connection->peer_length);
    connection->next = lane->open;
    connection->link = &lane->open;
    if (lane->open)
        lane->open->link = &connection->next;
    lane->open = connection;
    lane->open_count++;
    LANE_COUNT(lane, open, 1);
    if (wire_open(connection))
        settle(connection);
    else
        connection_drop(connection);
}

void connection_later(struct connection *connection)
{
    struct lane *lane = connection->lane;
    if (connection->dirty)
        return;
    connection->dirty = true;
    connection->dirty_next = NULL;
    if (!lane->dirty) {
        lane->last = &lane->dirty;
        event_active(lane->turn_event, EV_TIMEOUT, 1);
    }
    *lane->last = connection;
    lane->last = &connection->dirty_next;
}

void connection_drop(struct connection *connection)
{
    struct lane *lane = connection->lane;
    struct exchange *exchange = connection->exchange;
    if (connection->fd < 0)
        return;
    wire_close(connection);
    loop_timer_clear(lane->loop, &connection->timer);
    address_leave(lane->addresses, connection->address);
    LANE_COUNT(lane, open, -1);
    if (connection->out.at)
        lane_block_back(lane, connection->out.at, connection->out.room);
    connection->out = buffer_new(OUTPUT_MOST);
    connection->tail = (struct slice){NULL, 0};
    connection_later(connection);
    if (!exchange)
        return;
    bool held = exchange->place != EXCHANGE_READING;
    exchange_move(exchange, EXCHANGE_GONE);
    if (!held) {
        exchange_finish(exchange);
        return;
    }
    LANE_COUNT(lane, gone, 1);
    if (exchange->gone)
        exchange->gone(exchange, exchange->gone_context);
}

/* The memory of a connection that was dropped and whose exchange has ended. */
static void connection_free(struct connection *connection)
{
    struct lane *lane = connection->lane;
    input_back(connection);
    *connection->link = connection->next;
    if (connection->next)
        connection->next->link = connection->link;
    lane_connection_back(lane, connection);
    lane->open_count--;
    lane_room(lane);
}

void lane_turn(struct lane *lane)
{
    while (lane->dirty) {
        struct connection *connection = lane->dirty;
        lane->dirty = connection->dirty_next;
        if (!lane->dirty)
            lane->last = &lane->dirty;
        connection->dirty = false;
        if (connection->fd >= 0)
            connection_turn(connection);
        else if (!connection->exchange)
            connection_free(connection);
    }
}
