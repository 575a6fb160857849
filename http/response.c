/* Replies written into a buffer: status line, headers, body.  SPDX-License-Identifier: Apache-2.0 */
#include "http/response.h"

#include <assert.h>
#include <stdio.h>
#include <time.h>

/* The statuses that the house sends, with RFC 9110's phrases. */
#define STATUSES(STATUS)                                                                                     \
    STATUS(200, "OK")                                                                                        \
    STATUS(201, "Created")                                                                                   \
    STATUS(202, "Accepted")                                                                                  \
    STATUS(204, "No Content")                                                                                \
    STATUS(206, "Partial Content")                                                                           \
    STATUS(301, "Moved Permanently")                                                                         \
    STATUS(302, "Found")                                                                                     \
    STATUS(303, "See Other")                                                                                 \
    STATUS(304, "Not Modified")                                                                              \
    STATUS(307, "Temporary Redirect")                                                                        \
    STATUS(308, "Permanent Redirect")                                                                        \
    STATUS(400, "Bad Request")                                                                               \
    STATUS(401, "Unauthorized")                                                                              \
    STATUS(403, "Forbidden")                                                                                 \
    STATUS(404, "Not Found")                                                                                 \
    STATUS(405, "Method Not Allowed")                                                                        \
    STATUS(406, "Not Acceptable")                                                                            \
    STATUS(408, "Request Timeout")                                                                           \
    STATUS(409, "Conflict")                                                                                  \
    STATUS(410, "Gone")                                                                                      \
    STATUS(412, "Precondition Failed")                                                                       \
    STATUS(413, "Content Too Large")                                                                         \
    STATUS(414, "URI Too Long")                                                                              \
    STATUS(415, "Unsupported Media Type")                                                                    \
    STATUS(416, "Range Not Satisfiable")                                                                     \
    STATUS(417, "Expectation Failed")                                                                        \
    STATUS(422, "Unprocessable Content")                                                                     \
    STATUS(428, "Precondition Required")                                                                     \
    STATUS(429, "Too Many Requests")                                                                         \
    STATUS(431, "Request Header Fields Too Large")                                                           \
    STATUS(500, "Internal Server Error")                                                                     \
    STATUS(501, "Not Implemented")                                                                           \
    STATUS(503, "Service Unavailable")                                                                       \
    STATUS(504, "Gateway Timeout")                                                                           \
    STATUS(505, "HTTP Version Not Supported")

const char *response_reason(int status)
{
    switch (status) {
#define STATUS_REASON(number, reason)                                                                        \
    case number:                                                                                             \
        return reason;
        STATUSES(STATUS_REASON)
    default:
        return "Unknown";
    }
}

/* "HTTP/1.1 200 OK\r\n", the whole line where the status is known, else {NULL, 0}. */
static struct slice status_line(int status)
{
    switch (status) {
#define STATUS_LINE(number, reason)                                                                          \
    case number:                                                                                             \
        return SLICE("HTTP/1.1 " #number " " reason "\r\n");
        STATUSES(STATUS_LINE)
    default:
        return (struct slice){NULL, 0};
    }
}

void response_date_set(struct response_date *date, int64_t second)
{
    if (date->second == second && date->length > 0)
        return;
    static const char days[7][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char months[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    struct tm at;
    time_t now = (time_t)second;
    if (!gmtime_r(&now, &at))
        return;
    int length = snprintf(date->lines, sizeof date->lines,
                          "Date: %s, %02d %s %04d %02d:%02d:%02d GMT\r\nX-Content-Type-Options: nosniff\r\n",
                          days[at.tm_wday], at.tm_mday, months[at.tm_mon], at.tm_year + 1900, at.tm_hour,
                          at.tm_min, at.tm_sec);
    assert(length > 0 && (size_t)length < sizeof date->lines);
    date->second = second;
    date->length = (size_t)length;
}

/* A pen: writes into room that was reserved, so that a head costs one check of the ceiling. */
struct pen {
    char *at;
};

static inline void pen_put(struct pen *pen, struct slice text)
{
    if (text.length > 0)
        pen->at = mempcpy(pen->at, text.at, text.length);
}

static void pen_number(struct pen *pen, uint64_t number, unsigned base)
{
    char digits[24];
    size_t at = sizeof digits;
    do
        digits[--at] = "0123456789abcdef"[number % base];
    while (number /= base);
    pen_put(pen, (struct slice){digits + at, sizeof digits - at});
}

static void pen_status(struct pen *pen, int status)
{
    struct slice line = status_line(status);
    if (line.at) {
        pen_put(pen, line);
        return;
    }
    assert(status >= 200 && status <= 599);
    pen_put(pen, SLICE("HTTP/1.1 "));
    pen_number(pen, (uint64_t)status, 10);
    pen_put(pen, SLICE(" Unknown\r\n"));
}

bool response_is_bodiless(int status)
{
    return status == 204 || status == 304;
}

void response_write(struct buffer *output, const struct response *response, enum response_form form,
                    const struct response_date *date, bool keep_alive, bool http_1_0)
{
    enum { OWN_LINES = 384 }; /* more than the lines below may take besides what the caller gives */
    bool body = form == RESPONSE_LENGTH && !response->body_stays && !response_is_bodiless(response->status);
    size_t most = OWN_LINES + date->length + response->content_type.length + response->headers.length +
                  (body ? response->body.length : 0);
    struct pen pen = {buffer_reserve(output, most)};
    if (!pen.at)
        return;
    pen_status(&pen, response->status);
    pen_put(&pen, (struct slice){date->lines, date->length});
    if (!response->cacheable)
        pen_put(&pen, SLICE("Cache-Control: no-store\r\n"));
    if (response->content_type.at) {
        pen_put(&pen, SLICE("Content-Type: "));
        pen_put(&pen, response->content_type);
        pen_put(&pen, SLICE("\r\n"));
    }
    if (form == RESPONSE_CHUNKED) {
        pen_put(&pen, SLICE("Transfer-Encoding: chunked\r\n"));
    } else if (form != RESPONSE_UNTIL_CLOSE && !response_is_bodiless(response->status)) {
        pen_put(&pen, SLICE("Content-Length: "));
        pen_number(&pen, response->body.length, 10);
        pen_put(&pen, SLICE("\r\n"));
    }
    if (!keep_alive)
        pen_put(&pen, SLICE("Connection: close\r\n"));
    else if (http_1_0)
        pen_put(&pen, SLICE("Connection: keep-alive\r\n"));
    pen_put(&pen, response->headers);
    pen_put(&pen, SLICE("\r\n"));
    if (body)
        pen_put(&pen, response->body);
    output->length = (size_t)(pen.at - output->at);
}

void response_chunk(struct buffer *output, struct slice bytes)
{
    if (bytes.length == 0)
        return;
    struct pen pen = {buffer_reserve(output, bytes.length + 24)};
    if (!pen.at)
        return;
    pen_number(&pen, bytes.length, 16);
    pen_put(&pen, SLICE("\r\n"));
    pen_put(&pen, bytes);
    pen_put(&pen, SLICE("\r\n"));
    output->length = (size_t)(pen.at - output->at);
}

void response_header(struct buffer *lines, const char *name, struct slice value)
{
    for (size_t i = 0; i < value.length; i++)
        assert((unsigned char)value.at[i] >= 0x20 && value.at[i] != 0x7f);
    buffer_add_text(lines, name);
    buffer_add(lines, ": ", 2);
    buffer_add_slice(lines, value);
    buffer_add(lines, "\r\n", 2);
}
