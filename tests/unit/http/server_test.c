/* The server over real sockets: framing, order, ceilings, deadlines, clients that leave, stopping.
 * SPDX-License-Identifier: Apache-2.0 */
#include "rig.h"

#define GET(path) "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"
#define GET_CLOSE(path) "GET " path " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"

static void replies(void **state)
{
    struct rig rig;
    (void)state;
    rig_start(&rig, rig_settings());
    char *text = ask(&rig,
                     "POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello");
    assert_true(strncmp(text, "HTTP/1.1 200 OK\r\nDate: ", 23) == 0);
    assert_has(text, "\r\nContent-Length: 5\r\n");
    assert_has(text, "\r\nConnection: close\r\n");
    assert_has(text, "\r\nCache-Control: no-store\r\n");
    assert_has(text, "\r\n\r\nhello");
    free(text);
    text = ask(&rig, GET_CLOSE("/none"));
    assert_has(text, "HTTP/1.1 204 No Content\r\n");
    assert_lacks(text, "Content-Length");
    free(text);
    text = ask(&rig, "HEAD /big HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    assert_has(text, "\r\nContent-Length: 4194304\r\n");
    assert_true(strcmp(strstr(text, "\r\n\r\n"), "\r\n\r\n") == 0);
    free(text);
    text = ask(&rig, "GET /echo HTTP/1.0\r\n\r\n");
    assert_has(text, "\r\nConnection: close\r\n");
    free(text);
    text = ask(&rig, GET("/close"));
    assert_has(text, "\r\nConnection: close\r\n");
    free(text);
    text = ask(&rig, GET_CLOSE("/elsewhere"));
    assert_has(text, "HTTP/1.1 404 Not Found\r\n");
    assert_has(text, "Content-Type: application/problem+json\r\n");
    assert_has(text, "{\"type\":\"urn:baoting:problem:not_found\",\"title\":");
    assert_has(text, "\"status\":404,\"detail\":\"There is nothing here\",\"detail_zh\":\"这里没有内容\",\"errors\":[]}");
    free(text);
    rig_stop(&rig);
}

static void big_reply_that_stays(void **state)
{
    struct rig rig;
    (void)state;
    rig_start(&rig, rig_settings());
    char *text = ask(&rig, GET_CLOSE("/big"));
    assert_int_equal(strlen(strstr(text, "\r\n\r\n") + 4), sizeof big);
    free(text);
    rig_stop(&rig);
}

/* Requests sent at once are answered in their order, whether at once or later. */
static void pipelining(void **state)
{
    struct rig rig;
    (void)state;
    rig_start(&rig, rig_settings());
    char *text = ask(&rig,
                     GET("/later?a=1") "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\na==2" GET(
                         "/later?a=3") GET("/stream") GET_CLOSE("/later?a=4") GET("/never"));
    const char *order[] = {"a=1", "a==2", "a=3", "data: 1", "data: 2", "0\r\n\r\n", "a=4"};
    const char *at = text;
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        at = strstr(at, order[i]);
        assert_non_null(at);
    }
    assert_lacks(text, "404");
    assert_int_equal(rig_counts(&rig).requests, 5);
    free(text);
    rig_stop(&rig);
}

static void many_pipelined(void **state)
{
    struct rig rig;
    struct buffer text = buffer_new(1 << 20);
    enum { COUNT = 2000 };
    (void)state;
    rig_start(&rig, rig_settings());
    for (int i = 0; i < COUNT; i++)
        buffer_add_text(&text, i < COUNT - 1 ? GET("/none") : GET_CLOSE("/none"));
    buffer_add_byte(&text, '\0');
    char *answer = ask(&rig, text.at);
    size_t seen = 0;
    for (const char *at = answer; (at = strstr(at, "HTTP/1.1 204")); at++)
        seen++;
    assert_int_equal(seen, COUNT);
    free(answer);
    buffer_free(&text);
    rig_stop(&rig);
}

static void byte_by_byte(void **state)
{
    struct rig rig;
    const char *text = "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
                       "chunked\r\n\r\n3\r\nabc\r\n4;x\r\ndefg\r\n0\r\n\r\n";
    (void)state;
    rig_start(&rig, rig_settings());
    int fd = client(&rig);
    for (int round = 0; round < 2; round++) {
        for (const char *at = text; *at; at++) {
            assert_int_equal(send(fd, at, 1, MSG_NOSIGNAL), 1);
            if ((at - text) % 16 == 0)
                usleep(1000);
        }
        char *answer = hear(fd, "abcdefg", 1);
        assert_has(answer, "200 OK");
        free(answer);
    }
    close(fd);
    rig_stop(&rig);
}

static void assert_refused(const struct rig *rig, int status, const char *text)
{
    char line[64];
    char *answer = ask(rig, text);
    snprintf(line, sizeof line, "HTTP/1.1 %d ", status);
    if (strncmp(answer, line, strlen(line)) != 0)
        fail_msg("expected %d: %s", status, answer);
    assert_has(answer, "application/problem+json");
    assert_has(answer, "Connection: close");
    snprintf(line, sizeof line, "\"status\":%d,", status);
    assert_has(answer, line);
    free(answer);
}

static void refusals(void **state)
{
    struct rig rig;
    struct buffer bomb = buffer_new(1 << 20);
    (void)state;
    rig_start(&rig, rig_settings());
    assert_refused(&rig, 400, "GET /echo HTTP/1.1\r\n\r\n" GET("/echo"));
    assert_refused(
        &rig, 400,
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n" GET("/echo"));
    assert_refused(&rig, 413, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 20001\r\n\r\nthe beginning");
    assert_refused(&rig, 417, "POST / HTTP/1.1\r\nHost: a\r\nExpect: a\r\n\r\n");
    assert_refused(&rig, 501, "BREW / HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_refused(&rig, 505, "GET / HTTP/1.2\r\nHost: a\r\n\r\n");
    buffer_add_text(&bomb, "GET / HTTP/1.1\r\nHost: a\r\n");
    for (int i = 0; i < 60000; i++)
        buffer_add_text(&bomb, "a:\r\n");
    buffer_add_byte(&bomb, '\0');
    assert_refused(&rig, 431, bomb.at);
    assert_int_equal(rig_counts(&rig).requests, 0);
    assert_int_equal(rig_counts(&rig).refused, 7);
    buffer_free(&bomb);
    rig_stop(&rig);
}

static void slow_senders(void **state)
{
    struct rig rig;
    struct server_settings settings = rig_settings();
    (void)state;
    settings.head_ms = settings.body_ms = 300;
    rig_start(&rig, settings);
    assert_refused(&rig, 408, "GET / HT");
    assert_refused(&rig, 408, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel");
    assert_refused(&rig, 408, "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel");
    assert_int_equal(rig_counts(&rig).timeouts, 3);
    /* A byte now and then does not put the end off. */
    int fd = client(&rig);
    const char *head = "GET /echo HTTP/1.1\r\nHost: a\r\n\r\n";
    for (int i = 0; i < 20 && rig_counts(&rig).timeouts < 4; i++) {
        send(fd, head + i, 1, MSG_NOSIGNAL);
        usleep(50000);
    }
    assert_int_equal(rig_counts(&rig).timeouts, 4);
    close(fd);
    /* Idle connections are closed without a word. */
    char *answer = ask(&rig, "");
    assert_string_equal(answer, "");
    free(answer);
    rig_stop(&rig);
}

static void continue_is_said(void **state)
{
    struct rig rig;
    (void)state;
    rig_start(&rig, rig_settings());
    int fd = client(&rig);
    say(fd, "POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
    char *answer = hear(fd, "\r\n\r\n", 1);
    assert_string_equal(answer, "HTTP/1.1 100 Continue\r\n\r\n");
    free(answer);
    say(fd, "hello");
    answer = hear(fd, "hello", 1);
    assert_has(answer, "200 OK");
    free(answer);
    close(fd);
    rig_stop(&rig);
}

static void large_bodies(void **state)
{
    struct rig rig;
    struct server_settings settings = rig_settings();
    struct buffer text = buffer_new(4 << 20);
    enum { SIZE = 300000 };
    (void)state;
    settings.large = 600000;
    rig_start(&rig, settings);
    for (int chunked = 0; chunked < 2; chunked++) {
        buffer_empty(&text);
        buffer_add_text(&text, GET("/none") "POST /echo?large HTTP/1.1\r\nHost: a\r\nConnection: close\r\n");
        if (chunked)
            buffer_add_text(&text, "Transfer-Encoding: chunked\r\n\r\n");
        else
            buffer_add_format(&text, "Content-Length: %d\r\n\r\n", SIZE);
        for (int i = 0; i < SIZE / 10; i++)
            buffer_add_text(&text, chunked ? "A;x=yz\r\n0123456789\r\n" : "0123456789");
        buffer_add_text(&text, chunked ? "0\r\n\r\n" : "");
        buffer_add_byte(&text, '\0');
        char *answer = ask(&rig, text.at);
        assert_has(answer, "HTTP/1.1 204");
        assert_has(answer, "HTTP/1.1 200");
        assert_int_equal(strlen(strstr(strstr(answer, "200 OK"), "\r\n\r\n") + 4), SIZE);
        free(answer);
    }
    int fd = client(&rig); /* one that takes up the lane's room for large requests */
    say(fd, "POST /echo?large HTTP/1.1\r\nHost: a\r\nContent-Length: 300000\r\n\r\n");
    usleep(100000);
    assert_refused(&rig, 503, "POST /echo?large HTTP/1.1\r\nHost: a\r\nContent-Length: 300000\r\n\r\n");
    close(fd);
    buffer_free(&text);
    rig_stop(&rig);
}

/* Sends in cuts of odd sizes. */
static void say_cut(int fd, struct slice text)
{
    for (size_t at = 0, step = 1; at < text.length; at += step, step = step * 7 % 30011 + 1) {
        size_t left = text.length - at;
        step = step < left ? step : left;
        assert_int_equal(send(fd, text.at + at, step, MSG_NOSIGNAL), (ssize_t)step);
    }
}

/* A request for /pieces with a body of `lines` lines, and one behind it. */
static void write_pieces(struct buffer *text, struct buffer *body, bool chunked, int lines)
{
    buffer_empty(text);
    buffer_empty(body);
    for (int i = 0; i < lines; i++)
        buffer_add_format(body, "%09d\n", i);
    buffer_add_text(text, "POST /pieces?large HTTP/1.1\r\nHost: a\r\n");
    if (chunked)
        buffer_add_text(text, "Transfer-Encoding: chunked\r\n\r\n");
    else
        buffer_add_format(text, "Content-Length: %zu\r\n\r\n", body->length);
    for (size_t at = 0, step = 1; chunked && at < body->length; at += step, step = step * 5 % 9973 + 1) {
        step = step < body->length - at ? step : body->length - at;
        buffer_add_format(text, "%zx;a=\"b\"\r\n", step);
        buffer_add(text, body->at + at, step);
        buffer_add_text(text, "\r\n");
    }
    if (chunked)
        buffer_add_text(text, "0\r\nX-Trailer: 1\r\n\r\n");
    else
        buffer_add_slice(text, buffer_slice(body));
    buffer_add_text(text, "GET /close HTTP/1.1\r\nHost: a\r\n\r\n");
}

static void bodies_in_pieces(void **state)
{
    struct rig rig;
    struct server_settings settings = rig_settings();
    struct buffer text = buffer_new(4 << 20), body = buffer_new(4 << 20);
    (void)state;
    settings.large = 100000; /* ten bodies of this size would not fit in */
    rig_start(&rig, settings);
    for (int round = 0; round < 4; round++) {
        write_pieces(&text, &body, round % 2, 100000 + round);
        int fd = client(&rig);
        if (round < 2)
            say_cut(fd, buffer_slice(&text));
        else
            assert_int_equal(send(fd, text.at, text.length, MSG_NOSIGNAL), (ssize_t)text.length);
        char *answer = hear(fd, NULL, 0), *start = strstr(answer, "\r\n\r\n") + 4;
        assert_memory_equal(start, body.at, body.length);
        assert_has(start + body.length, "bye");
        assert_in_range(rig.pieces.largest, 1, 65536);
        assert_int_equal(rig.pieces.dropped, round + 1);
        free(answer);
        close(fd);
    }
    write_pieces(&text, &body, true, 120000); /* 1.2 MB, over the ceiling, found out on the way */
    int fd = client(&rig);
    (void)!send(fd, text.at, text.length, MSG_NOSIGNAL);
    char *answer = hear(fd, NULL, 0);
    assert_has(answer, "HTTP/1.1 413");
    assert_int_equal(rig.pieces.dropped, 5);
    free(answer);
    close(fd);
    fd = client(&rig); /* one too large from the start is not begun; one whose client leaves is dropped */
    say(fd, "POST /pieces?large HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000\r\n\r\n");
    answer = hear(fd, NULL, 0);
    assert_has(answer, "HTTP/1.1 413");
    assert_int_equal(rig.pieces.dropped, 5);
    free(answer);
    close(fd);
    fd = client(&rig);
    say(fd, "POST /pieces?large HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1000000\r\n\r\n");
    free(hear(fd, "100 Continue\r\n\r\n", 1));
    say(fd, "half");
    usleep(50000);
    char more[64];
    assert_int_equal(recv(fd, more, sizeof more, MSG_DONTWAIT), -1); /* it is said once */
    close(fd);
    UNTIL(__atomic_load_n(&rig.pieces.dropped, __ATOMIC_SEQ_CST) == 6);
    buffer_free(&text);
    buffer_free(&body);
    buffer_free(&rig.pieces.body);
    rig_stop(&rig);
}

static void ceilings_of_connections(void **state)
{
    struct rig rig;
    struct server_settings settings = rig_settings();
    (void)state;
    settings.address_connections = 3;
    settings.connection_requests = 2;
    rig_start(&rig, settings);
    int kept[3];
    for (int i = 0; i < 3; i++) {
        kept[i] = client(&rig);
        say(kept[i], GET("/none"));
        char *answer = hear(kept[i], "\r\n\r\n", 1);
        assert_has(answer, "204");
        assert_lacks(answer, "Connection:");
        free(answer);
    }
    int one_more = client(&rig);
    char nothing;
    assert_true(recv(one_more, &nothing, 1, 0) <= 0);
    close(one_more);
    assert_int_equal(rig_counts(&rig).turned_away, 1);
    say(kept[0], GET("/none"));
    char *answer = hear(kept[0], NULL, 0);
    assert_has(answer, "Connection: close");
    free(answer);
    for (int i = 0; i < 3; i++)
        close(kept[i]);
    UNTIL(rig_counts(&rig).open == 0);
    answer = ask(&rig, GET_CLOSE("/none"));
    assert_has(answer, "204");
    free(answer);
    rig_stop(&rig);
}

static void full_lane_listens_again(void **state)
{
    struct rig rig;
    struct server_settings settings = rig_settings();
    (void)state;
    settings.connections = 2;
    rig_start(&rig, settings);
    int first = client(&rig), second = client(&rig), third = client(&rig);
    say(third, GET_CLOSE("/none"));
    UNTIL(rig_counts(&rig).open == 2);
    usleep(50000);
    assert_int_equal(rig_counts(&rig).requests, 0);
    close(first);
    char *answer = hear(third, NULL, 0);
    assert_has(answer, "204");
    free(answer);
    close(second);
    close(third);
    rig_stop(&rig);
}

static void bad_settings(void **state)
{
    struct rig rig;
    struct server_settings settings = rig_settings();
    struct server_handlers handlers = {.on_request = rig_request};
    char fault[256] = "";
    (void)state;
    settings.address = "somewhere";
    assert_null(server_new(&settings, &handlers, fault));
    assert_has(fault, "somewhere");
    settings = rig_settings();
    settings.certificate = settings.certificate_key = "/nonexistent.pem";
    assert_null(server_new(&settings, &handlers, fault));
    assert_has(fault, "certificate");
    settings = rig_settings();
    settings.address = "::1";
    settings.loops = 2;
    rig_start(&rig, settings);
    rig_stop(&rig);
    struct server *never = server_new(&settings, &handlers, fault);
    assert_non_null(never);
    server_free(never);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(replies),
        cmocka_unit_test(big_reply_that_stays),
        cmocka_unit_test(pipelining),
        cmocka_unit_test(many_pipelined),
        cmocka_unit_test(byte_by_byte),
        cmocka_unit_test(refusals),
        cmocka_unit_test(slow_senders),
        cmocka_unit_test(continue_is_said),
        cmocka_unit_test(large_bodies),
        cmocka_unit_test(bodies_in_pieces),
        cmocka_unit_test(ceilings_of_connections),
        cmocka_unit_test(full_lane_listens_again),
        cmocka_unit_test(bad_settings),
    };
    memset(big, 'b', sizeof big);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
