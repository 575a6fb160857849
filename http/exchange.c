/* An exchange's places and its answer.  SPDX-License-Identifier: Apache-2.0 */
#include "http/exchange.h"

#include <assert.h>

#include "http/connection.h"
#include "process/clock.h"

/* From which places (rows) an exchange may move to which (bits). What is gone stays gone. */
#define TO(place) (1u << EXCHANGE_##place)
static const unsigned ways[] = {
    [EXCHANGE_READING] = TO(CHECKED) | TO(ANSWERED) | TO(GONE),
    [EXCHANGE_CHECKED] = TO(WAITING) | TO(STREAMING) | TO(ANSWERED) | TO(GONE),
    [EXCHANGE_WAITING] = TO(STREAMING) | TO(ANSWERED) | TO(GONE),
    [EXCHANGE_STREAMING] = TO(ANSWERED) | TO(GONE),
    [EXCHANGE_ANSWERED] = 0,
    [EXCHANGE_GONE] = 0,
};

static void count_place(struct lane *lane, enum exchange_place place, int step)
{
    if (place == EXCHANGE_WAITING)
        LANE_COUNT(lane, waiting, step);
    else if (place == EXCHANGE_STREAMING)
        LANE_COUNT(lane, streaming, step);
}

void exchange_move(struct exchange *exchange, enum exchange_place place)
{
    struct lane *lane = exchange->connection->lane;
    assert(ways[exchange->place] & (1u << place));
    count_place(lane, exchange->place, -1);
    count_place(lane, place, 1);
    exchange->place = place;
}

void exchange_finish(struct exchange *exchange)
{
    struct connection *connection = exchange->connection;
    assert(connection->exchange == exchange);
    assert(exchange->place == EXCHANGE_ANSWERED || exchange->place == EXCHANGE_GONE);
    connection->exchange = NULL;
    if (exchange->sink)
        exchange->sink->drop(exchange->sink);
    lane_exchange_back(connection->lane, exchange);
}

/* ---- what the handler asks ---- */

const struct request *exchange_request(const struct exchange *exchange)
{
    return &exchange->request;
}

struct arena *exchange_arena(struct exchange *exchange)
{
    return exchange->arena;
}

struct loop *exchange_loop(const struct exchange *exchange)
{
    return exchange->connection->lane->loop;
}

enum exchange_place exchange_place(const struct exchange *exchange)
{
    return exchange->place;
}

int64_t exchange_read_at(const struct exchange *exchange)
{
    return exchange->read_at;
}

struct slice exchange_peer(const struct exchange *exchange)
{
    return (struct slice){exchange->connection->peer, exchange->connection->peer_length};
}

struct body_sink *exchange_body_sink(const struct exchange *exchange)
{
    return exchange->sink;
}

void exchange_set_note(struct exchange *exchange, void *note)
{
    exchange->note = note;
}

void *exchange_note(const struct exchange *exchange)
{
    return exchange->note;
}

void exchange_on_gone(struct exchange *exchange, void (*gone)(struct exchange *exchange, void *context),
                      void *context)
{
    exchange->gone = gone;
    exchange->gone_context = context;
}

/* ---- the answer ---- */

static const struct response_date *date_now(struct lane *lane)
{
    response_date_set(&lane->date, clock_now() / 1000);
    return &lane->date;
}

/* The connection's output with a pooled block under it. */
static struct buffer *output_of(struct connection *connection)
{
    if (!connection->out.at) {
        connection->out.at = lane_block(connection->lane);
        connection->out.room = BLOCK;
    }
    return &connection->out;
}

/* Writes a reply's head (and body, by its form), deciding whether the connection goes on behind it. */
static void write_reply(struct exchange *exchange, const struct response *response, enum response_form form)
{
    struct connection *connection = exchange->connection;
    struct lane *lane = connection->lane;
    const struct request *request = &exchange->request;
    unsigned most = lane->settings->connection_requests;
    bool last = most > 0 && ++connection->served >= most;
    bool keep = request->keep_alive && !response->close && !lane->stopping && !last &&
                form != RESPONSE_UNTIL_CLOSE;
    connection->closing = !keep;
    response_write(output_of(connection), response, form, date_now(lane), keep, !request->http_1_1);
}

/* The exchange is over: from inside the handler the turn that called it goes on, else one is asked for. */
static void end(struct exchange *exchange, bool at_once)
{
    struct connection *connection = exchange->connection;
    bool overflowed = connection->out.overflowed;
    exchange_finish(exchange);
    if (overflowed)
        connection_drop(connection);
    if (!at_once)
        connection_later(connection);
}

void exchange_answer(struct exchange *exchange, const struct response *response)
{
    struct connection *connection = exchange->connection;
    enum exchange_place place = exchange->place;
    assert(place != EXCHANGE_STREAMING && place != EXCHANGE_ANSWERED);
    if (place != EXCHANGE_GONE) {
        bool mute = exchange->mute;
        write_reply(exchange, response, mute ? RESPONSE_HEAD : RESPONSE_LENGTH);
        if (response->body_stays && !mute && !response_is_bodiless(response->status))
            connection->tail = response->body;
        exchange_move(exchange, EXCHANGE_ANSWERED);
    }
    end(exchange, place == EXCHANGE_CHECKED || place == EXCHANGE_READING);
}

void exchange_problem(struct exchange *exchange, enum problem_code code, const char *detail,
                      const char *detail_zh)
{
    enum { PROBLEM_MOST = 4096 };
    struct buffer body = buffer_new(PROBLEM_MOST);
    struct problem problem;
    problem_none(&problem);
    (void)problem_say(&problem, code, "%1$s%2$.0s", "%1$.0s%2$s", detail, detail_zh);
    problem_json(&body, &problem);
    int status = problem_status(code);
    struct response response = {.status = status,
                                .content_type = RESPONSE_PROBLEM_TYPE,
                                .headers = status == 503 ? SLICE("Retry-After: 1\r\n") : SLICE(""),
                                .body = buffer_slice(&body)};
    exchange_answer(exchange, &response);
    buffer_free(&body);
}

/* ---- streams ---- */

void exchange_stream_start(struct exchange *exchange, const struct response *head)
{
    assert(head->body.length == 0);
    if (exchange->place == EXCHANGE_GONE)
        return;
    enum response_form form = exchange->request.http_1_1 ? RESPONSE_CHUNKED : RESPONSE_UNTIL_CLOSE;
    write_reply(exchange, head, form);
    exchange_move(exchange, EXCHANGE_STREAMING);
    connection_later(exchange->connection);
}

bool exchange_stream_write(struct exchange *exchange, struct slice bytes)
{
    struct connection *connection = exchange->connection;
    struct lane *lane = connection->lane;
    if (exchange->place == EXCHANGE_GONE)
        return false;
    assert(exchange->place == EXCHANGE_STREAMING);
    if (exchange->mute)
        return true;
    if (exchange_stream_pending(exchange) + bytes.length > lane->settings->stream_pending) {
        LANE_COUNT(lane, dropped, 1);
        exchange->gone = NULL;
        connection_drop(connection);
        return false;
    }
    if (exchange->request.http_1_1)
        response_chunk(output_of(connection), bytes);
    else
        buffer_add_slice(output_of(connection), bytes);
    connection_later(connection);
    return true;
}

size_t exchange_stream_pending(const struct exchange *exchange)
{
    return exchange->place == EXCHANGE_GONE ? 0 : connection_pending(exchange->connection);
}

void exchange_stream_end(struct exchange *exchange)
{
    assert(exchange->place == EXCHANGE_STREAMING || exchange->place == EXCHANGE_GONE);
    if (exchange->place == EXCHANGE_STREAMING) {
        if (exchange->request.http_1_1 && !exchange->mute)
            buffer_add_slice(output_of(exchange->connection), SLICE("0\r\n\r\n"));
        exchange_move(exchange, EXCHANGE_ANSWERED);
    }
    end(exchange, false);
}
