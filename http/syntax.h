/* The grammar of HTTP/1.1's lines: byte classes, one header line.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "http/request.h"

/* What a byte may be part of (RFC 9110 token and field-value, RFC 3986 path with query, host). */
enum { SYNTAX_TOKEN = 1, SYNTAX_VALUE = 2, SYNTAX_TARGET = 4, SYNTAX_HOST = 8, SYNTAX_DIGIT = 16 };
extern const uint8_t syntax_classes[256];

static inline bool syntax_is(char byte, uint8_t classes)
{
    return (syntax_classes[(uint8_t)byte] & classes) != 0;
}

/* The first position from `at` on whose byte is not of the classes, or `end`. */
static inline size_t syntax_skip(const char *bytes, size_t at, size_t end, uint8_t classes)
{
    while (at < end && syntax_is(bytes[at], classes))
        at++;
    return at;
}

/* Reads the header line at `at`. MORE: it goes on behind `end`. READY: *ret_field has its offsets, *ret_at is
 * the first byte behind it. REFUSED: *ret_words says why. */
MUST enum request_state syntax_field(const char *bytes, size_t at, size_t end,
                                     struct request_field *ret_field, size_t *ret_at,
                                     struct request_words *ret_words);

/* The parser's place between two calls, in request->stage. */
enum {
    REQUEST_AT_REQUEST_LINE,
    REQUEST_AT_FIELDS,
    REQUEST_AT_BODY,
    REQUEST_AT_CHUNK_SIZE,
    REQUEST_AT_CHUNK_DATA,
    REQUEST_AT_CHUNK_END,
    REQUEST_AT_TRAILER,
    REQUEST_AT_END,
};

/* Notes why a request is refused; returns REQUEST_REFUSED. */
MUST enum request_state request_refuse(struct request *request, enum problem_code code, const char *english,
                                       const char *chinese);

/* The known header of that name (in any case), or HEADER_COUNT. */
enum header request_header_of(const char *name, size_t length);

/* Sets the slices of a whole head, whose first byte now stands at `bytes`. */
void request_place(struct request *request, const char *bytes);
