/* Replies as bytes.  SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "http/response.h"

#define COMMON "Date: Tue, 24 Nov 2026 00:00:00 GMT\r\nX-Content-Type-Options: nosniff\r\n"

static struct response_date date;

static int set_date(void **state)
{
    (void)state;
    response_date_set(&date, 1795478400);
    return 0;
}

static void assert_written(const struct response *response, enum response_form form, bool keep_alive,
                           bool http_1_0, const char *expected)
{
    struct buffer output = buffer_new(4096);
    response_write(&output, response, form, &date, keep_alive, http_1_0);
    buffer_add_byte(&output, '\0');
    assert_string_equal(output.at, expected);
    buffer_free(&output);
}

static void forms(void **state)
{
    struct response response = {.status = 202,
                                .content_type = SLICE("application/json"),
                                .headers = SLICE("Location: /v1/commands/1\r\n"),
                                .body = SLICE("{}")};
    (void)state;
    assert_written(&response, RESPONSE_LENGTH, true, false,
                   "HTTP/1.1 202 Accepted\r\n" COMMON
                   "Cache-Control: no-store\r\nContent-Type: application/json\r\n"
                   "Content-Length: 2\r\nLocation: /v1/commands/1\r\n\r\n{}");
    assert_written(&response, RESPONSE_HEAD, false, false,
                   "HTTP/1.1 202 Accepted\r\n" COMMON
                   "Cache-Control: no-store\r\nContent-Type: application/json\r\n"
                   "Content-Length: 2\r\nConnection: close\r\nLocation: /v1/commands/1\r\n\r\n");
    response = (struct response){.status = 200, .cacheable = true, .body = SLICE("abc")};
    assert_written(&response, RESPONSE_LENGTH, true, true,
                   "HTTP/1.1 200 OK\r\n" COMMON "Content-Length: 3\r\nConnection: keep-alive\r\n\r\nabc");
    response.body_stays = true;
    assert_written(&response, RESPONSE_LENGTH, true, false,
                   "HTTP/1.1 200 OK\r\n" COMMON "Content-Length: 3\r\n\r\n");
    response = (struct response){.status = 304, .cacheable = true, .body = SLICE("abc")};
    assert_written(&response, RESPONSE_LENGTH, true, false, "HTTP/1.1 304 Not Modified\r\n" COMMON "\r\n");
    response = (struct response){.status = 299, .cacheable = true};
    assert_written(&response, RESPONSE_CHUNKED, true, false,
                   "HTTP/1.1 299 Unknown\r\n" COMMON "Transfer-Encoding: chunked\r\n\r\n");
    assert_written(&response, RESPONSE_UNTIL_CLOSE, false, true,
                   "HTTP/1.1 299 Unknown\r\n" COMMON "Connection: close\r\n\r\n");
}

static void dates(void **state)
{
    struct response_date other = {0};
    (void)state;
    response_date_set(&other, 0);
    assert_memory_equal(other.lines, "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n", 37);
    response_date_set(&other, 951782399);
    assert_memory_equal(other.lines, "Date: Mon, 28 Feb 2000 23:59:59 GMT\r\n", 37);
    response_date_set(&other, 951782400);
    assert_memory_equal(other.lines, "Date: Tue, 29 Feb 2000 00:00:00 GMT\r\n", 37);
}

static void chunks(void **state)
{
    struct buffer output = buffer_new(1000), full = buffer_new(8);
    (void)state;
    response_chunk(&output, SLICE(""));
    assert_int_equal(output.length, 0);
    response_chunk(&output, SLICE("0123456789abcdefgh"));
    assert_memory_equal(output.at, "12\r\n0123456789abcdefgh\r\n", 24);
    assert_int_equal(output.length, 24);
    response_chunk(&full, SLICE("0123456789"));
    assert_true(full.overflowed);
    buffer_free(&output);
    buffer_free(&full);
}

static void header_lines(void **state)
{
    struct buffer lines = buffer_new(1000);
    (void)state;
    response_header(&lines, "Retry-After", SLICE("1"));
    buffer_add_byte(&lines, '\0');
    assert_string_equal(lines.at, "Retry-After: 1\r\n");
    assert_string_equal(response_reason(404), "Not Found");
    assert_string_equal(response_reason(299), "Unknown");
    buffer_free(&lines);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(forms), cmocka_unit_test(dates),
                                       cmocka_unit_test(chunks), cmocka_unit_test(header_lines)};
    return cmocka_run_group_tests(tests, set_date, NULL);
}
