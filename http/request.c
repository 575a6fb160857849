/* The head of a request: one pass, line by line; each refusal is by its position, so that cuts change nothing.
 * SPDX-License-Identifier: Apache-2.0 */
#include "http/request.h"

#include <assert.h>

#include "http/syntax.h"

static const struct slice methods[METHOD_COUNT] = {
    [METHOD_GET] = {"GET", 3},         [METHOD_HEAD] = {"HEAD", 4},   [METHOD_POST] = {"POST", 4},
    [METHOD_PUT] = {"PUT", 3},         [METHOD_PATCH] = {"PATCH", 5}, [METHOD_DELETE] = {"DELETE", 6},
    [METHOD_OPTIONS] = {"OPTIONS", 7},
};

#define HEADER_WIRE(name, wire, once) {wire, sizeof wire - 1},
static const struct slice header_wire[HEADER_COUNT] = {REQUEST_HEADERS(HEADER_WIRE)};
#define HEADER_ONCE(name, wire, once) once,
static const bool header_once[HEADER_COUNT] = {REQUEST_HEADERS(HEADER_ONCE)};

/* For each length the headers so named, 1 + their number, ended by 0: at most three share a length. */
enum { HEADER_LONGEST = 17 };
static const uint8_t header_by_length[HEADER_LONGEST + 1][4] = {
    [4] = {1 + HEADER_HOST},
    [5] = {1 + HEADER_RANGE},
    [6] = {1 + HEADER_ACCEPT, 1 + HEADER_PREFER, 1 + HEADER_EXPECT},
    [8] = {1 + HEADER_IF_RANGE},
    [10] = {1 + HEADER_CONNECTION, 1 + HEADER_USER_AGENT},
    [11] = {1 + HEADER_TRACEPARENT},
    [12] = {1 + HEADER_CONTENT_TYPE},
    [13] = {1 + HEADER_AUTHORIZATION, 1 + HEADER_IF_NONE_MATCH, 1 + HEADER_LAST_EVENT_ID},
    [14] = {1 + HEADER_CONTENT_LENGTH},
    [15] = {1 + HEADER_IDEMPOTENCY_KEY, 1 + HEADER_ACCEPT_ENCODING},
    [16] = {1 + HEADER_CONTENT_ENCODING, 1 + HEADER_SEC_CH_UA_MOBILE},
    [17] = {1 + HEADER_TRANSFER_ENCODING},
};
static const uint8_t header_cookie[2] = {6, 1 + HEADER_COOKIE}; /* the fourth of length six */

void request_reset(struct request *request)
{
    /* The fields are bounded by field_count; all else begins at zero. */
    memset(request, 0, offsetof(struct request, fields));
}

enum request_state request_refuse(struct request *request, enum problem_code code, const char *english,
                                  const char *chinese)
{
    request->status = problem_status(code);
    request->code = code;
    request->words = (struct request_words){english, chinese};
    return REQUEST_REFUSED;
}

static enum request_state bad(struct request *request, const char *english, const char *chinese)
{
    return request_refuse(request, PROBLEM_bad_request, english, chinese);
}

/* Whether the bytes are this lower-case text of letters and hyphens, in any case. No token byte but the
 * letter and the hyphen themselves becomes one by setting the bit. */
static bool equal_lower(const char *bytes, struct slice lower)
{
    for (size_t i = 0; i < lower.length; i++)
        if ((bytes[i] | 0x20) != lower.at[i])
            return false;
    return true;
}

struct slice method_name(enum method method)
{
    assert(method < METHOD_COUNT);
    return methods[method];
}

static bool method_of(const char *bytes, size_t length, enum method *ret_method)
{
    for (int method = 0; method < METHOD_COUNT; method++)
        if (methods[method].length == length && memcmp(methods[method].at, bytes, length) == 0) {
            *ret_method = (enum method)method;
            return true;
        }
    return false;
}

/* `bytes[at..end)` against "HTTP/1.x\r\n": MORE while it agrees so far, else READY or the refusal. */
static enum request_state read_version(struct request *request, const char *bytes, size_t at, size_t end)
{
    static const char form[] = "HTTP/d.d\r\n";
    size_t length = sizeof form - 1;
    for (size_t i = 0; i < length; i++) {
        if (at + i == end)
            return REQUEST_MORE;
        char byte = bytes[at + i];
        if (form[i] == 'd' ? !syntax_is(byte, SYNTAX_DIGIT) : byte != form[i])
            return bad(request, "The request line does not end in an HTTP version and CRLF",
                       "请求行没有以 HTTP 版本和 CRLF 结尾");
    }
    if (bytes[at + 5] != '1' || bytes[at + 7] > '1')
        return request_refuse(request, PROBLEM_version_not_supported, "Only HTTP/1.0 and HTTP/1.1 are spoken here",
                              "此处只支持 HTTP/1.0 和 HTTP/1.1");
    request->http_1_1 = bytes[at + 7] == '1';
    request->keep_alive = request->http_1_1;
    request->at = at + length;
    return REQUEST_READY;
}

/* The target at `at`. READY: *ret_at is the space behind it. */
static enum request_state read_target(struct request *request, const char *bytes, size_t at, size_t end,
                                      size_t most, size_t *ret_at)
{
    size_t target = at, query = 0;
    if (at < end && bytes[at] != '/')
        return bad(request, "The request target does not begin with a slash", "请求目标没有以斜杠开头");
    for (; at < end && syntax_is(bytes[at], SYNTAX_TARGET); at++) {
        if (at - target == most)
            return request_refuse(request, PROBLEM_uri_too_long, "The request target is too long", "请求目标过长");
        if (bytes[at] == '?' && query == 0)
            query = at;
    }
    if (at == end)
        return REQUEST_MORE;
    if (bytes[at] != ' ')
        return bad(request, "The request target holds a byte that a URI may not hold", "请求目标含有 URI 不允许的字节");
    request->target.length = at - target;
    request->path.length = (query ? query : at) - target;
    *ret_at = at;
    return REQUEST_READY;
}

static enum request_state read_request_line(struct request *request, const char *bytes, size_t end,
                                            const struct request_limits *limits)
{
    size_t at = syntax_skip(bytes, 0, end, SYNTAX_TOKEN);
    if (at == end)
        return REQUEST_MORE;
    if (at == 0 || bytes[at] != ' ')
        return bad(request, "The request does not begin with a method and a space", "请求没有以方法和空格开头");
    if (!method_of(bytes, at, &request->method))
        return request_refuse(request, PROBLEM_not_implemented, "The method is not known here", "此处不支持该请求方法");
    enum request_state state = read_target(request, bytes, at + 1, end, limits->target, &at);
    if (state == REQUEST_READY)
        state = read_version(request, bytes, at + 1, end);
    if (state == REQUEST_READY)
        request->stage = REQUEST_AT_FIELDS;
    return state;
}

enum header request_header_of(const char *name, size_t length)
{
    if (length > HEADER_LONGEST)
        return HEADER_COUNT;
    const uint8_t *candidates = header_by_length[length];
    for (int i = 0; i < 3 && candidates[i]; i++)
        if (equal_lower(name, header_wire[candidates[i] - 1]))
            return candidates[i] - 1;
    if (length == header_cookie[0] && equal_lower(name, header_wire[HEADER_COOKIE]))
        return HEADER_COOKIE;
    return HEADER_COUNT;
}

static enum request_state see_content_length(struct request *request, struct slice value)
{
    size_t length = 0;
    for (size_t i = 0; i < value.length; i++) {
        if (!syntax_is(value.at[i], SYNTAX_DIGIT))
            return bad(request, "Content-Length is not a decimal number", "Content-Length 不是十进制数");
        if (length > (SIZE_MAX - 9) / 10)
            length = SIZE_MAX;
        else
            length = length * 10 + (size_t)(value.at[i] - '0');
    }
    if (value.length == 0)
        return bad(request, "Content-Length is empty", "Content-Length 为空");
    request->content_length = length;
    return REQUEST_READY;
}

static enum request_state see_transfer_encoding(struct request *request, struct slice value)
{
    struct slice chunked = SLICE("chunked");
    if (!request->http_1_1)
        return bad(request, "HTTP/1.0 has no Transfer-Encoding", "HTTP/1.0 没有 Transfer-Encoding");
    if (value.length == chunked.length && equal_lower(value.at, chunked)) {
        request->chunked = true;
        return REQUEST_READY;
    }
    for (size_t i = 0; i < value.length; i++)
        if (value.at[i] == ',' && value.length - i > chunked.length &&
            equal_lower(value.at + value.length - chunked.length, chunked))
            return request_refuse(request, PROBLEM_not_implemented,
                                  "The only transfer coding known here is chunked", "此处只支持 chunked 传输编码");
    return bad(request, "Transfer-Encoding is not `chunked`", "Transfer-Encoding 不是 chunked");
}

static void see_connection(struct request *request, struct slice value)
{
    struct slice close = SLICE("close"), keep = SLICE("keep-alive"), upgrade = SLICE("upgrade");
    for (size_t at = 0; at < value.length;) {
        size_t stop = at;
        while (stop < value.length && syntax_is(value.at[stop], SYNTAX_TOKEN))
            stop++;
        if (stop - at == close.length && equal_lower(value.at + at, close))
            request->close_said = true;
        else if (stop - at == keep.length && equal_lower(value.at + at, keep))
            request->keep_alive = true;
        else if (stop - at == upgrade.length && equal_lower(value.at + at, upgrade))
            request->upgrade_said = true;
        at = stop + 1;
    }
    if (request->close_said)
        request->keep_alive = false;
}

static enum request_state see_expect(struct request *request, struct slice value)
{
    struct slice once = SLICE("100-continue");
    if (value.length != once.length || !equal_lower(value.at, once))
        return request_refuse(request, PROBLEM_expectation_failed, "The only expectation known here is 100-continue",
                              "此处只支持 100-continue 期望");
    request->expect_continue = request->http_1_1;
    return REQUEST_READY;
}

static enum request_state see_host(struct request *request, struct slice value)
{
    for (size_t i = 0; i < value.length; i++)
        if (!syntax_is(value.at[i], SYNTAX_HOST))
            return bad(request, "The Host header is not a host and port", "Host 请求头不是主机和端口");
    return value.length ? REQUEST_READY : bad(request, "The Host header is empty", "Host 请求头为空");
}

/* Notes a field that was just read into the next room of fields[]. */
static enum request_state see_field(struct request *request, const char *bytes)
{
    struct request_field field = request->fields[request->field_count++];
    enum header header = request_header_of(bytes + field.name, field.name_length);
    struct slice value = {bytes + field.value, field.value_length};
    enum request_state state = REQUEST_READY;
    if (header == HEADER_COUNT)
        return state;
    if (request->known[header] && header_once[header])
        return bad(request, "A header that may stand once stands twice", "只能出现一次的请求头出现了两次");
    switch (header) {
    case HEADER_HOST:
        state = see_host(request, value);
        break;
    case HEADER_CONTENT_LENGTH:
        state = see_content_length(request, value);
        break;
    case HEADER_TRANSFER_ENCODING:
        state = see_transfer_encoding(request, value);
        break;
    case HEADER_EXPECT:
        state = see_expect(request, value);
        break;
    case HEADER_CONNECTION:
        see_connection(request, value);
        break;
    default:
        break;
    }
    if (!request->known[header])
        request->known[header] = request->field_count;
    return state;
}

/* The empty line was read: what only the whole head can tell. */
static enum request_state finish_head(struct request *request, const char *bytes)
{
    bool length = request->known[HEADER_CONTENT_LENGTH] != 0;
    if (request->http_1_1 && !request->known[HEADER_HOST])
        return bad(request, "The Host header is missing", "缺少 Host 请求头");
    if (length && request->chunked)
        return bad(request, "Content-Length and Transfer-Encoding exclude each other",
                   "Content-Length 与 Transfer-Encoding 不能同时出现");
    request->has_body = length || request->chunked;
    if (request->has_body && request->upgrade_said)
        return bad(request, "A request that offers to change the protocol may have no body", "要求变更协议的请求不能带请求体");
    request->stage = request->chunked ? REQUEST_AT_CHUNK_SIZE : REQUEST_AT_BODY;
    request->head_length = request->at;
    request->consumed = request->at;
    request->base = bytes;
    return REQUEST_READY;
}

void request_place(struct request *request, const char *bytes)
{
    size_t target = methods[request->method].length + 1;
    request->base = bytes;
    request->target.at = bytes + target;
    request->path.at = bytes + target;
    request->query = (struct slice){NULL, 0};
    if (request->path.length < request->target.length)
        request->query = (struct slice){bytes + target + request->path.length + 1,
                                        request->target.length - request->path.length - 1};
}

static enum request_state read_fields(struct request *request, const char *bytes, size_t end,
                                      const struct request_limits *limits)
{
    for (;;) {
        size_t at = request->at;
        if (at < end && bytes[at] == '\r') {
            if (at + 1 == end)
                return REQUEST_MORE;
            if (bytes[at + 1] != '\n')
                return bad(request, "The head does not end in CRLF", "请求头部没有以 CRLF 结尾");
            request->at = at + 2;
            return finish_head(request, bytes);
        }
        if (at < end && request->field_count == limits->headers)
            return request_refuse(request, PROBLEM_head_too_large, "The request has too many header lines",
                                  "请求头行数过多");
        enum request_state state = syntax_field(bytes, at, end, &request->fields[request->field_count],
                                                &request->at, &request->words);
        if (state == REQUEST_READY)
            state = see_field(request, bytes);
        else if (state == REQUEST_REFUSED)
            return bad(request, request->words.english, request->words.chinese);
        if (state != REQUEST_READY)
            return state;
    }
}

enum request_state request_read_head(struct request *request, const char *bytes, size_t length,
                                     const struct request_limits *limits)
{
    assert(limits->head <= UINT16_MAX + 1 && limits->headers <= REQUEST_HEADERS_MOST);
    enum request_state state = REQUEST_READY;
    size_t end = length < limits->head ? length : limits->head;
    if (request->stage == REQUEST_AT_REQUEST_LINE)
        state = read_request_line(request, bytes, end, limits);
    if (state == REQUEST_READY && request->stage == REQUEST_AT_FIELDS)
        state = read_fields(request, bytes, end, limits);
    if (state == REQUEST_MORE && length >= limits->head)
        return request_refuse(request, PROBLEM_head_too_large, "The request's head is too long", "请求头部过长");
    if (state == REQUEST_READY)
        request_place(request, bytes);
    return state;
}

enum request_state request_parse(struct request *request, char *bytes, size_t length,
                                 const struct request_limits *limits)
{
    if (request->head_length == 0) {
        enum request_state state = request_read_head(request, bytes, length, limits);
        if (state != REQUEST_READY)
            return state;
    }
    return request_read_body(request, bytes, length, limits->body, limits);
}
