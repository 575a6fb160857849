/* The request parser: framing cases in one piece and cut anywhere, ceilings, headers, decoding.
 * SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "http/request.h"
#include "http/syntax.h"
#include "http/target.h"
#include "process/memory.h"

static const struct request_limits limits = {
    .head = 8192, .target = 1024, .headers = 64, .body = 65536, .trailer = 256};

enum { OK = 0, MORE = -1 };

struct outcome {
    int verdict; /* a status, OK or MORE */
    size_t consumed, body_length;
    char body[64];
};

/* Parses bytes that arrive as text[0..first), then `step` bytes at a time; the buffer moves before each
 * piece. */
static struct outcome parse(struct slice text, size_t first, size_t step)
{
    struct request *request = memory_new(sizeof *request);
    struct outcome outcome = {.verdict = MORE};
    char *bytes = memory_new(1);
    size_t held = 0, length = first;
    request_reset(request);
    for (;;) {
        if (length > text.length)
            length = text.length;
        char *moved = memory_new(length + 1);
        memcpy(moved, bytes, held);
        memcpy(moved + held, text.at + held, length - held);
        free(bytes);
        bytes = moved;
        held = length;
        enum request_state state = request_parse(request, bytes, held, &limits);
        if (state == REQUEST_READY) {
            assert_true(request->consumed <= held);
            outcome = (struct outcome){.consumed = request->consumed, .body_length = request->body.length};
            size_t kept = request->body.length < 64 ? request->body.length : 64;
            memcpy(outcome.body, request->body.at, kept);
            break;
        }
        if (state == REQUEST_REFUSED) {
            assert_int_not_equal(request->code, PROBLEM_none);
            assert_non_null(request->words.english);
            assert_non_null(request->words.chinese);
            outcome.verdict = request->status;
            break;
        }
        if (length == text.length)
            break;
        length += step;
    }
    free(bytes);
    free(request);
    return outcome;
}

static void assert_same(const char *name, struct outcome a, struct outcome b)
{
    if (a.verdict != b.verdict || a.consumed != b.consumed || a.body_length != b.body_length ||
        memcmp(a.body, b.body, sizeof a.body) != 0)
        fail_msg("%s: %d (%zu) in one piece, %d (%zu) when cut", name, a.verdict, a.consumed, b.verdict,
                 b.consumed);
}

static void check_case(const char *name, int verdict, struct slice body, struct slice text, size_t consumed)
{
    struct outcome whole = parse(text, text.length, 1);
    if (whole.verdict != verdict)
        fail_msg("%s: expected %d, got %d", name, verdict, whole.verdict);
    if (verdict == OK && (whole.body_length != body.length || memcmp(whole.body, body.at, body.length) != 0))
        fail_msg("%s: another body, of %zu bytes", name, whole.body_length);
    if (verdict == OK && whole.consumed != consumed)
        fail_msg("%s: consumed %zu of %zu", name, whole.consumed, consumed);
    assert_same(name, whole, parse(text, 0, 1));
    assert_same(name, whole, parse(text, 0, 7));
    for (size_t cut = 1; cut < text.length; cut++)
        assert_same(name, whole, parse(text, cut, text.length));
}

static void framing_cases(void **state)
{
    struct row {
        const char *name;
        int verdict;
        struct slice body, text;
    } rows[] = {
#define CASE(name, verdict, body, bytes) {name, verdict, SLICE(body), SLICE(bytes)},
#include "request_cases.def"
    };
    size_t count = sizeof rows / sizeof rows[0];
    (void)state;
    assert_true(count >= 120);
    for (size_t i = 0; i < count; i++) {
        char bytes[1024];
        size_t length = rows[i].text.length, consumed = length;
        assert_true(length < sizeof bytes);
        memcpy(bytes, rows[i].text.at, length);
        char *mark = rows[i].verdict == OK ? memchr(bytes, '|', length) : NULL;
        if (mark && strncmp(rows[i].name, "odd token", 9) != 0) {
            consumed = (size_t)(mark - bytes);
            memmove(mark, mark + 1, --length - consumed);
        }
        check_case(rows[i].name, rows[i].verdict, rows[i].body, (struct slice){bytes, length}, consumed);
    }
}

/* ---- folder cases: tests/cases/request/<name>/{request,verdict}; the verdict is a status, or "ok CONSUMED
 * BODY" ---- */

static struct buffer read_file(const char *folder, const char *name)
{
    char path[512];
    struct buffer content = buffer_new(1 << 20);
    snprintf(path, sizeof path, "%s/request/%s/%s", CASES, folder, name);
    FILE *file = fopen(path, "rb");
    if (!file)
        fail_msg("%s is missing", path);
    int byte;
    while ((byte = fgetc(file)) != EOF)
        buffer_add_byte(&content, (char)byte);
    fclose(file);
    return content;
}

static void folder_cases(void **state)
{
    DIR *folder = opendir(CASES "/request");
    int count = 0;
    (void)state;
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder)); count++) {
        if (entry->d_name[0] == '.')
            continue;
        struct buffer text = read_file(entry->d_name, "request"),
                      verdict = read_file(entry->d_name, "verdict");
        buffer_add_byte(&verdict, '\0');
        size_t consumed = 0, body = 0;
        struct outcome whole = parse(buffer_slice(&text), text.length, 1);
        int expected = OK;
        if (sscanf(verdict.at, "ok %zu %zu", &consumed, &body) != 2)
            expected = strncmp(verdict.at, "more", 4) == 0 ? MORE : (int)strtol(verdict.at, NULL, 10);
        if (whole.verdict != expected || whole.consumed != consumed || whole.body_length != body)
            fail_msg("%s: got %d, %zu, %zu", entry->d_name, whole.verdict, whole.consumed, whole.body_length);
        for (size_t step = 1; step < 9; step += 2)
            assert_same(entry->d_name, whole, parse(buffer_slice(&text), step, step));
        buffer_free(&text);
        buffer_free(&verdict);
    }
    closedir(folder);
    assert_true(count > 10);
}

/* ---- ceilings ---- */

static void add_many(struct buffer *text, char byte, size_t count)
{
    for (size_t i = 0; i < count; i++)
        buffer_add_byte(text, byte);
}

/* "GET /aaa… HTTP/1.1" whose target has `length` bytes. */
static int verdict_of_target(size_t length)
{
    struct buffer text = buffer_new(1 << 20);
    buffer_add_text(&text, "GET /");
    add_many(&text, 'a', length - 1);
    buffer_add_text(&text, " HTTP/1.1\r\nHost: a\r\n\r\n");
    struct outcome whole = parse(buffer_slice(&text), text.length, 1);
    assert_same("target", whole, parse(buffer_slice(&text), 0, 11));
    buffer_free(&text);
    return whole.verdict;
}

static int verdict_of_head(size_t length, bool whole_head)
{
    struct buffer text = buffer_new(1 << 20);
    buffer_add_text(&text, "GET / HTTP/1.1\r\nHost: a\r\nX: ");
    add_many(&text, 'a', length - text.length - 4);
    buffer_add_text(&text, whole_head ? "\r\n\r\n" : "aaaa");
    struct outcome whole = parse(buffer_slice(&text), text.length, 1);
    assert_same("head", whole, parse(buffer_slice(&text), 0, 101));
    buffer_free(&text);
    return whole.verdict;
}

static int verdict_of_count(int lines)
{
    struct buffer text = buffer_new(1 << 20);
    buffer_add_text(&text, "GET / HTTP/1.1\r\nHost: a\r\n");
    for (int i = 1; i < lines; i++)
        buffer_add_format(&text, "X%d:\r\n", i);
    buffer_add_text(&text, "\r\n");
    struct outcome whole = parse(buffer_slice(&text), text.length, 1);
    assert_same("count", whole, parse(buffer_slice(&text), 0, 3));
    buffer_free(&text);
    return whole.verdict;
}

static int verdict_of_trailer(size_t length)
{
    struct buffer text = buffer_new(1 << 20);
    buffer_add_text(&text,
                    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: b\r\nX: ");
    add_many(&text, 'a', length - 6 - 5);
    buffer_add_text(&text, "\r\n\r\n");
    struct outcome whole = parse(buffer_slice(&text), text.length, 1);
    assert_same("trailer", whole, parse(buffer_slice(&text), 0, 1));
    buffer_free(&text);
    return whole.verdict;
}

static void ceilings(void **state)
{
    (void)state;
    assert_int_equal(verdict_of_target(1024), OK);
    assert_int_equal(verdict_of_target(1025), 414);
    assert_int_equal(verdict_of_target(20000), 414);
    assert_int_equal(verdict_of_head(8192, true), OK);
    assert_int_equal(verdict_of_head(8193, true), 431);
    assert_int_equal(verdict_of_head(8191, false), MORE);
    assert_int_equal(verdict_of_head(8192, false), 431);
    assert_int_equal(verdict_of_head(60000, true), 431);
    assert_int_equal(verdict_of_count(64), OK);
    assert_int_equal(verdict_of_count(65), 431);
    assert_int_equal(verdict_of_count(900), 431);
    assert_int_equal(verdict_of_trailer(256), OK);
    assert_int_equal(verdict_of_trailer(257), 431);
    assert_int_equal(verdict_of_trailer(5000), 431);
}

static void body_at_the_ceiling(void **state)
{
    struct buffer text = buffer_new(1 << 20);
    (void)state;
    buffer_add_text(&text, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 4096; i++)
        buffer_add_text(&text, "10\r\n0123456789abcdef\r\n");
    buffer_add_text(&text, "0\r\n\r\n");
    struct outcome whole = parse(buffer_slice(&text), text.length, 1);
    assert_int_equal(whole.verdict, OK);
    assert_int_equal(whole.body_length, 65536);
    assert_same("chunks", whole, parse(buffer_slice(&text), 0, 997));
    buffer_free(&text);
}

/* Chunks that arrive one by one into a small buffer, compacted each time, as the server does it. */
static void compacted_chunks(void **state)
{
    static const char head[] = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    struct request request;
    char bytes[256];
    size_t length = sizeof head - 1;
    (void)state;
    request_reset(&request);
    memcpy(bytes, head, length);
    for (int i = 0; i < 40; i++) {
        const char *piece = i < 39 ? "1;x=0123456789\r\nz\r\n" : "0\r\nT: u\r\n\r\n";
        memcpy(bytes + length, piece, strlen(piece));
        length += strlen(piece);
        enum request_state got = request_parse(&request, bytes, length, &limits);
        assert_int_equal(got, i < 39 ? REQUEST_MORE : REQUEST_READY);
        if (i < 39)
            length = request_compact(&request, bytes, length);
    }
    assert_int_equal(request.body.length, 39);
    assert_int_equal(request.consumed, length);
    for (size_t i = 0; i < 39; i++)
        assert_int_equal(request.body.at[i], 'z');
}

/* ---- what is read out of a request ---- */

static struct request parsed(char *bytes)
{
    struct request request;
    request_reset(&request);
    assert_int_equal(request_parse(&request, bytes, strlen(bytes), &limits), REQUEST_READY);
    return request;
}

static void assert_slice(struct slice slice, const char *text)
{
    assert_non_null(slice.at);
    assert_int_equal(slice.length, strlen(text));
    assert_memory_equal(slice.at, text, slice.length);
}

static void headers(void **state)
{
    char bytes[] =
        "POST /a/b?c=d HTTP/1.1\r\nHost: h\r\nACCEPT: one\r\nAccept: two\r\nx-own:  v w \r\n"
        "Authorization: Bearer t\r\nIdempotency-Key: k\r\nPrefer: wait=5\r\ntraceparent: 00-a\r\n"
        "Content-Type: application/json\r\nIf-None-Match: \"e\"\r\nAccept-Encoding: br\r\nRange: bytes=0-\r\n"
        "Last-Event-ID: 7\r\nCookie: c=1\r\nContent-Encoding: gzip\r\nExpect: 100-continue\r\n"
        "Connection: keep-alive\r\nContent-Length: 0\r\n\r\n";
    struct request request = parsed(bytes);
    (void)state;
    assert_slice(method_name(request.method), "POST");
    assert_slice(request.target, "/a/b?c=d");
    assert_slice(request.path, "/a/b");
    assert_slice(request.query, "c=d");
    assert_slice(request_header(&request, HEADER_HOST), "h");
    assert_slice(request_header(&request, HEADER_ACCEPT), "one");
    assert_slice(request_header(&request, HEADER_AUTHORIZATION), "Bearer t");
    assert_slice(request_header(&request, HEADER_IDEMPOTENCY_KEY), "k");
    assert_slice(request_header(&request, HEADER_PREFER), "wait=5");
    assert_slice(request_header(&request, HEADER_TRACEPARENT), "00-a");
    assert_slice(request_header(&request, HEADER_CONTENT_TYPE), "application/json");
    assert_slice(request_header(&request, HEADER_IF_NONE_MATCH), "\"e\"");
    assert_slice(request_header(&request, HEADER_ACCEPT_ENCODING), "br");
    assert_slice(request_header(&request, HEADER_RANGE), "bytes=0-");
    assert_slice(request_header(&request, HEADER_LAST_EVENT_ID), "7");
    assert_slice(request_header(&request, HEADER_COOKIE), "c=1");
    assert_slice(request_header(&request, HEADER_CONTENT_ENCODING), "gzip");
    assert_true(request.expect_continue && request.keep_alive && request.http_1_1);
    assert_slice(request_header_named(&request, SLICE("x-own"), 0), "v w");
    assert_slice(request_header_named(&request, SLICE("accept"), 1), "two");
    assert_null(request_header_named(&request, SLICE("accept"), 2).at);
    assert_null(request_header(&request, HEADER_TRANSFER_ENCODING).at);
}

static bool keeps_alive(const char *version, const char *lines)
{
    char bytes[256];
    snprintf(bytes, sizeof bytes, "GET / HTTP/%s\r\nHost: a\r\n%s\r\n", version, lines);
    return parsed(bytes).keep_alive;
}

static void keep_alive(void **state)
{
    (void)state;
    assert_true(keeps_alive("1.1", ""));
    assert_false(keeps_alive("1.1", "Connection: close\r\n"));
    assert_false(keeps_alive("1.1", "Connection: TE, Close\r\n"));
    assert_false(keeps_alive("1.1", "Connection: close\r\nConnection: keep-alive\r\n"));
    assert_false(keeps_alive("1.1", "Connection: keep-alive,close\r\n"));
    assert_true(keeps_alive("1.1", "Connection: closed, not-close\r\n"));
    assert_false(keeps_alive("1.0", ""));
    assert_true(keeps_alive("1.0", "Connection: Keep-Alive\r\n"));
    assert_false(keeps_alive("1.0", "Connection: keep-alive, close\r\n"));
    assert_false(keeps_alive("1.0", "Connection: close, keep-alive\r\n"));
}

static void decoding(void **state)
{
    struct arena *arena = arena_new(1024, 4096);
    struct slice text = {NULL, 0};
    static const char *refused[] = {"%",   "%4",     "a%4",       "%zz",    "%00", "a%0",
                                    "%ff", "%c0%80", "%ed%a0%80", "%e5%85", "%%41"};
    (void)state;
    assert_true(request_decode(SLICE("plain-text"), false, arena, &text));
    assert_slice(text, "plain-text");
    assert_true(request_decode(SLICE(""), false, arena, &text));
    assert_true(request_decode(SLICE("a%2Fb%41"), false, arena, &text));
    assert_slice(text, "a/bA");
    assert_true(request_decode(SLICE("a+b"), false, arena, &text));
    assert_slice(text, "a+b");
    assert_true(request_decode(SLICE("a+b%2b"), true, arena, &text));
    assert_slice(text, "a b+");
    assert_true(request_decode(SLICE("%e5%85%9a"), false, arena, &text));
    assert_slice(text, "\xe5\x85\x9a");
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        assert_false(request_decode(slice_of(refused[i]), false, arena, &text));
    assert_slice(text, "\xe5\x85\x9a");
    arena_free(arena);
}

static void query_parts(void **state)
{
    struct slice rest = SLICE("&&a=1&b&c==x&=v&&"), name, value;
    static const char *parts[][2] = {{"a", "1"}, {"b", ""}, {"c", "=x"}, {"", "v"}};
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        assert_true(request_query_next(&rest, &name, &value));
        assert_slice(name, parts[i][0]);
        assert_slice(value, parts[i][1]);
    }
    assert_false(request_query_next(&rest, &name, &value));
    rest = (struct slice){NULL, 0};
    assert_false(request_query_next(&rest, &name, &value));
}

/* Each row of REQUEST_HEADERS is known by its name in any case: the table by length holds them all. */
static void every_header_is_found(void **state)
{
    (void)state;
    static const struct slice names[] = {
#define NAME(name, wire, once) SLICE(wire),
        REQUEST_HEADERS(NAME)
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        assert_int_equal(request_header_of(names[i].at, names[i].length), i);
        char *upper = memory_copy(names[i].at, names[i].length);
        for (size_t k = 0; k < names[i].length; k++)
            if (upper[k] >= 'a' && upper[k] <= 'z')
                upper[k] = (char)(upper[k] - 32);
        assert_int_equal(request_header_of(upper, names[i].length), i);
        free(upper);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(framing_cases),    cmocka_unit_test(folder_cases),
        cmocka_unit_test(ceilings),         cmocka_unit_test(body_at_the_ceiling),
        cmocka_unit_test(compacted_chunks), cmocka_unit_test(headers),
        cmocka_unit_test(every_header_is_found),
        cmocka_unit_test(keep_alive),       cmocka_unit_test(decoding),
        cmocka_unit_test(query_parts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
