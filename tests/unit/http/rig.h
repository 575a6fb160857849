/* For the server's tests: a server with handlers by path, and a blocking client.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "http/server.h"
#include "process/memory.h"

struct rig {
    struct server *server;
    struct server_settings settings;
    struct exchange *held; /* the last one of /hold; only in its loop */
    int gone;              /* clients that left while held or streamed to; atomic */
    int loops, loop_ends;
    struct rig_pieces {        /* of /pieces: */
        struct body_sink sink;
        struct buffer body;
        size_t largest;
        int dropped;           /* atomic */
    } pieces;
};

static char big[4 << 20];

static inline void reply(struct exchange *exchange, int status, struct slice body)
{
    struct response response = {.status = status, .content_type = SLICE("text/plain"), .body = body};
    exchange_answer(exchange, &response);
}

static inline void count_gone(struct exchange *exchange, void *context)
{
    struct rig *rig = context;
    assert_int_equal(exchange_place(exchange), EXCHANGE_GONE);
    __atomic_add_fetch(&rig->gone, 1, __ATOMIC_SEQ_CST);
}

static inline void count_gone_and_end(struct exchange *exchange, void *context)
{
    count_gone(exchange, context);
    exchange_stream_end(exchange);
}

static inline void answer_posted(struct loop *loop, void *argument)
{
    struct exchange *exchange = argument;
    assert_ptr_equal(exchange_loop(exchange), loop);
    reply(exchange, 202, exchange_request(exchange)->query);
}

static inline void *answer_from_thread(void *argument)
{
    usleep(20000);
    assert_true(loop_post(exchange_loop(argument), answer_posted, argument));
    return NULL;
}

static inline void answer_later(struct exchange *exchange)
{
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, answer_from_thread, exchange), 0);
    pthread_detach(thread);
}

static inline void stream(struct exchange *exchange, struct rig *rig, bool flood)
{
    struct response head = {.status = 200, .content_type = SLICE("text/event-stream")};
    exchange_stream_start(exchange, &head);
    if (!flood) {
        assert_true(exchange_stream_write(exchange, SLICE("data: 1\n\n")));
        assert_true(exchange_stream_write(exchange, SLICE("data: 2\n\n")));
        if (exchange_request(exchange)->query.length == 0) {
            exchange_stream_end(exchange);
            return;
        }
        exchange_on_gone(exchange, count_gone_and_end, rig);
        return;
    }
    struct slice piece = {big, 16384};
    while (exchange_stream_write(exchange, piece))
        assert_true(exchange_stream_pending(exchange) <= rig->settings.stream_pending);
    assert_int_equal(exchange_place(exchange), EXCHANGE_GONE);
    exchange_stream_end(exchange);
}

static inline void take_piece(struct body_sink *sink, struct slice piece)
{
    struct rig_pieces *pieces = (struct rig_pieces *)sink;
    buffer_add_slice(&pieces->body, piece);
    pieces->largest = piece.length > pieces->largest ? piece.length : pieces->largest;
}

static inline void drop_pieces(struct body_sink *sink)
{
    __atomic_add_fetch(&((struct rig_pieces *)sink)->dropped, 1, __ATOMIC_SEQ_CST);
}

static inline struct body_sink *rig_sink(struct exchange *exchange, void *context)
{
    struct rig *rig = context;
    if (!slice_equal(exchange_request(exchange)->path, SLICE("/pieces")))
        return NULL;
    rig->pieces.sink = (struct body_sink){take_piece, drop_pieces};
    buffer_free(&rig->pieces.body);
    rig->pieces.body = buffer_new(8 << 20);
    return &rig->pieces.sink;
}

static inline void rig_request(struct exchange *exchange, void *context)
{
    struct rig *rig = context;
    const struct request *request = exchange_request(exchange);
    assert_int_equal(exchange_place(exchange), EXCHANGE_CHECKED);
    assert_null(exchange_note(exchange));
    exchange_set_note(exchange, rig);
    assert_ptr_equal(exchange_note(exchange), rig);
    assert_non_null(arena_take(exchange_arena(exchange), 100));
    assert_true(exchange_peer(exchange).length > 0);
    assert_true(exchange_read_at(exchange) > 0);
    if (slice_equal(request->path, SLICE("/pieces"))) {
        assert_ptr_equal(exchange_body_sink(exchange), &rig->pieces.sink);
        assert_int_equal(request->body.length, 0);
        reply(exchange, 200, buffer_slice(&rig->pieces.body));
    } else if (slice_equal(request->path, SLICE("/echo"))) {
        reply(exchange, 200, request->body);
    } else if (slice_equal(request->path, SLICE("/later"))) {
        answer_later(exchange);
    } else if (slice_equal(request->path, SLICE("/hold"))) {
        rig->held = exchange;
        exchange_on_gone(exchange, count_gone, rig);
    } else if (slice_equal(request->path, SLICE("/stream"))) {
        stream(exchange, rig, false);
    } else if (slice_equal(request->path, SLICE("/flood"))) {
        stream(exchange, rig, true);
    } else if (slice_equal(request->path, SLICE("/big"))) {
        struct response response = {
            .status = 200, .body = {big, sizeof big}, .body_stays = true, .cacheable = true};
        exchange_answer(exchange, &response);
    } else if (slice_equal(request->path, SLICE("/none"))) {
        reply(exchange, 204, SLICE(""));
    } else if (slice_equal(request->path, SLICE("/close"))) {
        struct response response = {.status = 200, .body = SLICE("bye"), .close = true};
        exchange_answer(exchange, &response);
    } else {
        exchange_problem(exchange, PROBLEM_not_found, "There is nothing here", "这里没有内容");
    }
}

static inline void rig_loop(struct loop *loop, void *context)
{
    struct rig *rig = context;
    assert_non_null(loop_base(loop));
    __atomic_add_fetch(&rig->loops, 1, __ATOMIC_SEQ_CST);
}

static inline void rig_loop_end(struct loop *loop, void *context)
{
    struct rig *rig = context;
    (void)loop;
    __atomic_add_fetch(&rig->loop_ends, 1, __ATOMIC_SEQ_CST);
}

static inline size_t rig_ceiling(const struct request *request, void *context)
{
    struct rig *rig = context;
    return slice_equal(request->query, SLICE("large")) ? 1 << 20 : rig->settings.limits.body;
}

/* Small ceilings, patient deadlines: a test of a deadline sets its own. */
static inline struct server_settings rig_settings(void)
{
    struct server_settings settings = server_defaults();
    settings.port = 0;
    settings.limits.body = 20000;
    settings.head_ms = settings.body_ms = 5000;
    settings.idle_ms = 2000;
    settings.write_ms = 5000;
    settings.rate = 1 << 20;
    return settings;
}

static inline void rig_start(struct rig *rig, struct server_settings settings)
{
    char fault[256] = "";
    *rig = (struct rig){.settings = settings};
    struct server_handlers handlers = {rig, rig_loop, rig_loop_end, rig_ceiling, rig_request, rig_sink};
    rig->server = server_new(&rig->settings, &handlers, fault);
    if (!rig->server)
        fail_msg("%s", fault);
    server_start(rig->server);
}

static inline void rig_stop(struct rig *rig)
{
    server_stop(rig->server, 200);
    assert_int_equal(rig->loops, rig->settings.loops);
    assert_int_equal(rig->loop_ends, rig->settings.loops);
    struct server_counts counts;
    server_count(rig->server, &counts);
    assert_int_equal(counts.open, 0);
    assert_int_equal(counts.waiting, 0);
    assert_int_equal(counts.streaming, 0);
    server_free(rig->server);
}

static inline struct server_counts rig_counts(const struct rig *rig)
{
    struct server_counts counts;
    server_count(rig->server, &counts);
    return counts;
}

/* Waits (up to five seconds) until a condition holds. */
#define UNTIL(condition)                                                                                     \
    do {                                                                                                     \
        int tries = 0;                                                                                       \
        while (!(condition) && ++tries < 1000)                                                               \
            usleep(5000);                                                                                    \
        assert_true(condition);                                                                              \
    } while (0)

/* ---- the client ---- */

static inline int client(const struct rig *rig)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(server_port(rig->server))};
    struct timeval patience = {5, 0};
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof at), 0);
    return fd;
}

static inline void say(int fd, const char *text)
{
    assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), (ssize_t)strlen(text));
}

/* Reads until `end` was seen `times` times, or the server closes (or, without `end`, only then). A text, the
 * caller's to free. */
static inline char *hear(int fd, const char *end, int times)
{
    size_t length = 0, room = sizeof big + 65536;
    char *text = memory_new(room + 1);
    for (;;) {
        int seen = 0;
        for (char *at = text; end && (at = strstr(at, end)); at += strlen(end))
            seen++;
        if (end && seen >= times)
            return text;
        ssize_t got = recv(fd, text + length, room - length, 0);
        if (got <= 0)
            return text;
        length += (size_t)got;
    }
}

/* One exchange on a connection of its own that the server must close; the reply. */
static inline char *ask(const struct rig *rig, const char *text)
{
    int fd = client(rig);
    say(fd, text);
    char *answer = hear(fd, NULL, 0);
    close(fd);
    return answer;
}

static inline void assert_has(const char *text, const char *piece)
{
    if (!strstr(text, piece))
        fail_msg("\"%s\" is not in: %.2000s", piece, text);
}

static inline void assert_lacks(const char *text, const char *piece)
{
    if (strstr(text, piece))
        fail_msg("\"%s\" is in: %.2000s", piece, text);
}
