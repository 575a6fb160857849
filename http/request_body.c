/* The body behind a request's head: by its length, or chunks joined in place.
 * SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>

#include "process/hex.h"

#include "http/syntax.h"

static enum request_state bad(struct request *request, const char *english, const char *chinese)
{
    return request_refuse(request, PROBLEM_bad_request, english, chinese);
}

/* Behind a quoted string whose quote stands at `at`; the byte before it where it is none (we take no quoted
 * pairs). */
static size_t skip_quoted(const char *bytes, size_t at, size_t end)
{
    size_t i = at + 1;
    while (i < end && syntax_is(bytes[i], SYNTAX_VALUE) && bytes[i] != '"' && bytes[i] != '\\')
        i++;
    if (i == end)
        return end;
    return bytes[i] == '"' ? i + 1 : at - 1;
}

/* Behind the extensions at `at`: *( ";" token [ "=" ( token / quoted ) ] ), or where they stop being that. */
static size_t skip_extensions(const char *bytes, size_t at, size_t end)
{
    while (at < end && bytes[at] == ';') {
        at = syntax_skip(bytes, at + 1, end, SYNTAX_TOKEN);
        if (at == end || bytes[at] != '=')
            continue;
        if (at + 1 < end && bytes[at + 1] == '"')
            at = skip_quoted(bytes, at + 1, end);
        else
            at = syntax_skip(bytes, at + 1, end, SYNTAX_TOKEN);
    }
    return at;
}

/* Reads "size[;extensions]" and its CRLF from *at on. READY: *at is behind them. */
static enum request_state read_size_line(struct request *request, const char *bytes, size_t *at, size_t end,
                                         size_t *ret_size)
{
    enum { DIGITS_MOST = 8, EXTENSIONS_MOST = 64 };
    size_t i = *at, size = 0;
    for (; i < end && hex_value(bytes[i]) >= 0; i++) {
        if (i - *at == DIGITS_MOST)
            return bad(request, "A chunk's size has more than eight digits", "分块长度超过八位");
        size = size * 16 + (size_t)hex_value(bytes[i]);
    }
    if (i == *at && i < end)
        return bad(request, "A chunk does not begin with its size", "分块没有以长度开头");
    size_t extensions = i;
    i = skip_extensions(bytes, i, end - i > EXTENSIONS_MOST ? i + EXTENSIONS_MOST + 1 : end);
    if (i - extensions > EXTENSIONS_MOST)
        return bad(request, "A chunk's extensions are too long", "分块扩展过长");
    if (i == end)
        return REQUEST_MORE;
    if (bytes[i] != '\r' || bytes[i - 1] == ';' || bytes[i - 1] == '=')
        return bad(request, "A chunk's size is not followed by CRLF", "分块长度之后不是 CRLF");
    if (i + 1 == end)
        return REQUEST_MORE;
    if (bytes[i + 1] != '\n')
        return bad(request, "A chunk's size is not followed by CRLF", "分块长度之后不是 CRLF");
    *at = i + 2;
    *ret_size = size;
    return REQUEST_READY;
}

static enum request_state read_chunk_size(struct request *request, const char *bytes, size_t length,
                                          size_t ceiling)
{
    size_t size = 0;
    enum request_state state = read_size_line(request, bytes, &request->consumed, length, &size);
    if (state != REQUEST_READY)
        return state;
    if (size > ceiling - request->body.length - request->given)
        return request_refuse(request, PROBLEM_too_large, "The request's body is too large", "请求体过大");
    request->chunk_left = size;
    request->stage = size ? REQUEST_AT_CHUNK_DATA : REQUEST_AT_TRAILER;
    return REQUEST_READY;
}

static enum request_state read_chunk_data(struct request *request, char *bytes, size_t length)
{
    size_t there = length - request->consumed;
    size_t take = there < request->chunk_left ? there : request->chunk_left;
    char *end = bytes + request->head_length + request->body.length;
    if (end != bytes + request->consumed)
        memmove(end, bytes + request->consumed, take);
    request->body.length += take;
    request->consumed += take;
    request->chunk_left -= take;
    if (request->chunk_left > 0)
        return REQUEST_MORE;
    request->stage = REQUEST_AT_CHUNK_END;
    return REQUEST_READY;
}

static enum request_state read_chunk_end(struct request *request, const char *bytes, size_t length)
{
    size_t at = request->consumed;
    if ((at < length && bytes[at] != '\r') || (at + 1 < length && bytes[at + 1] != '\n'))
        return bad(request, "A chunk's data is not followed by CRLF", "分块数据之后不是 CRLF");
    if (length - at < 2)
        return REQUEST_MORE;
    request->consumed = at + 2;
    request->stage = REQUEST_AT_CHUNK_SIZE;
    return REQUEST_READY;
}

/* One trailer line, checked, counted and forgotten, or the empty line, which ends the body (REQUEST_AT_END).
 */
static enum request_state read_trailer(struct request *request, const char *bytes, size_t length,
                                       size_t ceiling)
{
    struct request_field field;
    size_t at = request->consumed, left = ceiling - request->trailer_length;
    size_t end = length - at < left ? length : at + left;
    if (length - at >= 2 && bytes[at] == '\r' && bytes[at + 1] == '\n') {
        request->consumed = at + 2;
        request->stage = REQUEST_AT_END;
        return REQUEST_READY;
    }
    if (length == at || (length - at == 1 && bytes[at] == '\r'))
        return REQUEST_MORE;
    enum request_state state = syntax_field(bytes, at, end, &field, &request->consumed, &request->words);
    if (state == REQUEST_REFUSED)
        return bad(request, request->words.english, request->words.chinese);
    if (state == REQUEST_READY && request_header_of(bytes + at, (size_t)field.name_length) != HEADER_COUNT)
        return bad(request, "A trailer line has the name of a header that is read here", "尾部出现了须在头部给出的字段");
    if (state == REQUEST_MORE && length - at >= left)
        return request_refuse(request, PROBLEM_head_too_large, "The request's trailer is too long", "请求尾部过长");
    request->trailer_length += request->consumed - at;
    return state;
}

static enum request_state read_chunks(struct request *request, char *bytes, size_t length, size_t ceiling,
                                      size_t trailer)
{
    enum request_state state = REQUEST_READY;
    while (state == REQUEST_READY && request->stage != REQUEST_AT_END)
        switch (request->stage) {
        case REQUEST_AT_CHUNK_SIZE:
            state = read_chunk_size(request, bytes, length, ceiling);
            break;
        case REQUEST_AT_CHUNK_DATA:
            state = read_chunk_data(request, bytes, length);
            break;
        case REQUEST_AT_CHUNK_END:
            state = read_chunk_end(request, bytes, length);
            break;
        default:
            state = read_trailer(request, bytes, length, trailer);
        }
    return state;
}

enum request_state request_read_body(struct request *request, char *bytes, size_t length, size_t ceiling,
                                     const struct request_limits *limits)
{
    assert(request->head_length > 0 && length >= request->head_length);
    request_place(request, bytes);
    if (request->chunked) {
        enum request_state state = read_chunks(request, bytes, length, ceiling, limits->trailer);
        request->body.at = bytes + request->head_length;
        return state;
    }
    if (request->content_length > ceiling)
        return request_refuse(request, PROBLEM_too_large, "The request's body is too large", "请求体过大");
    size_t there = length - request->head_length, left = request->content_length - request->given;
    if (there < left && request->piecemeal) {
        request->body = (struct slice){bytes + request->head_length, there};
        request->consumed = length;
        return REQUEST_MORE;
    }
    if (there < left)
        return REQUEST_MORE;
    request->body = (struct slice){bytes + request->head_length, left};
    request->consumed = request->head_length + left;
    return REQUEST_READY;
}

size_t request_give(struct request *request, char *bytes, size_t length)
{
    size_t behind = length - request->consumed;
    request->given += request->body.length;
    request->body.length = 0;
    memmove(bytes + request->head_length, bytes + request->consumed, behind);
    request->consumed = request->head_length;
    return request->head_length + behind;
}

size_t request_compact(struct request *request, char *bytes, size_t length)
{
    size_t end = request->head_length + request->body.length, gap = request->consumed - end;
    if (!request->chunked || gap == 0)
        return length;
    memmove(bytes + end, bytes + request->consumed, length - request->consumed);
    request->consumed = end;
    return length - gap;
}
