/* A strict HTTP/1.1 request parser over contiguous bytes: no allocation, nothing guessed.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "process/problem.h"

/* RFC 9112 with our own narrower rules: what two parsers could read in two ways is refused, and a refusal
 * ends the connection. Accepted are only: a method of the list below, an origin-form target, HTTP/1.0 or 1.1,
 * CRLF, one Host, Content-Length (digits, once) or exactly `Transfer-Encoding: chunked` (1.1 only), never
 * both. */

enum method {
    METHOD_GET,
    METHOD_HEAD,
    METHOD_POST,
    METHOD_PUT,
    METHOD_PATCH,
    METHOD_DELETE,
    METHOD_OPTIONS,
    METHOD_COUNT
};

/* The headers that the house reads, found in the one pass. A row: (name in C, name on the wire, may stand once only). */
/* clang-format off */
#define REQUEST_HEADERS(HEADER)                                                                              \
    HEADER(HOST, "host", true)                                                                               \
    HEADER(CONTENT_LENGTH, "content-length", true)                                                           \
    HEADER(TRANSFER_ENCODING, "transfer-encoding", true)                                                     \
    HEADER(CONTENT_TYPE, "content-type", true)                                                               \
    HEADER(AUTHORIZATION, "authorization", true)                                                             \
    HEADER(IDEMPOTENCY_KEY, "idempotency-key", true)                                                         \
    HEADER(PREFER, "prefer", false)                                                                          \
    HEADER(TRACEPARENT, "traceparent", true)                                                                 \
    HEADER(ACCEPT, "accept", false)                                                                          \
    HEADER(IF_NONE_MATCH, "if-none-match", false)                                                            \
    HEADER(ACCEPT_ENCODING, "accept-encoding", false)                                                        \
    HEADER(CONNECTION, "connection", false)                                                                  \
    HEADER(EXPECT, "expect", true)                                                                           \
    HEADER(RANGE, "range", true)                                                                             \
    HEADER(IF_RANGE, "if-range", true)                                                                       \
    HEADER(USER_AGENT, "user-agent", false)                                                                  \
    HEADER(SEC_CH_UA_MOBILE, "sec-ch-ua-mobile", false)                                                      \
    HEADER(LAST_EVENT_ID, "last-event-id", true)                                                             \
    HEADER(COOKIE, "cookie", true)                                                                           \
    HEADER(CONTENT_ENCODING, "content-encoding", true)
/* clang-format on */
#define REQUEST_HEADER_NAME(name, wire, once) HEADER_##name,
enum header { REQUEST_HEADERS(REQUEST_HEADER_NAME) HEADER_COUNT };
enum { REQUEST_HEADERS_MOST = 64 }; /* a head with more lines is refused with 431 */

/* Ceilings, in bytes but for `headers`; `head` counts from the method to the empty line. */
struct request_limits {
    size_t head;    /* 431; at most 65536 */
    size_t target;  /* 414 */
    size_t headers; /* lines, 431; at most REQUEST_HEADERS_MOST */
    size_t body;    /* decoded, 413 */
    size_t trailer; /* all trailer lines together, 431 */
};
enum request_state { REQUEST_MORE, REQUEST_READY, REQUEST_REFUSED };

struct request_field {
    uint16_t name, name_length, value, value_length; /* offsets from the request's first byte */
};

struct request_words { /* why it is refused */
    const char *english, *chinese;
};

/* One request, read from bytes that somebody else holds. The slices point into those bytes and live as long as they
 * stand still; the head's are set once `head_length` is not 0, `body` with REQUEST_READY. */
struct request {
    enum method method;
    bool http_1_1, keep_alive, expect_continue, chunked, has_body;
    struct slice target, path, query; /* undecoded; query without its '?', {NULL, 0} where there is none */
    struct slice body;                /* decoded, whole, or, piecemeal, what has not been given away */
    size_t head_length;               /* 0 until the empty line was read */
    size_t content_length;            /* as announced; SIZE_MAX for more than any ceiling; 0 when chunked */
    size_t consumed;                  /* with REQUEST_READY: the next request begins here */
    int status;                       /* with REQUEST_REFUSED: the status to answer before closing, and why */
    enum problem_code code;           /* whose row it is */
    struct request_words words;       /* Behind it the parser's own: */
    const char *base;
    size_t at, chunk_left, trailer_length;
    uint8_t stage;
    bool close_said, upgrade_said;
    bool piecemeal; /* set between head and body: the body is given away while it comes, */
    size_t given;   /* so much of it by now */
    uint8_t field_count;
    uint8_t known[HEADER_COUNT]; /* 1 + the first field of that name */
    struct request_field fields[REQUEST_HEADERS_MOST];
};
/* Makes it ready for a new request's first byte. */
void request_reset(struct request *request);

/* Reads the head. Called again with the same bytes and more behind them (they may have moved), it goes on at the line it had
 * reached; how the bytes were cut never changes the verdict. READY: head_length is set, the body not yet read. */
MUST enum request_state request_read_head(struct request *request, const char *bytes, size_t length,
                                          const struct request_limits *limits);

/* Reads the body behind a read head, of at most `ceiling` bytes. Chunks are joined in place, so the bytes change (only
 * between head_length and consumed). They may not be cut off or changed between calls, but may move. */
MUST enum request_state request_read_body(struct request *request, char *bytes, size_t length, size_t ceiling,
                                          const struct request_limits *limits);

/* Both, with the body's ceiling of the limits. */
MUST enum request_state request_parse(struct request *request, char *bytes, size_t length,
                                      const struct request_limits *limits);

/* Behind each call of it for a piecemeal body: takes `body`, given away, out of the bytes; returns their new length. */
MUST size_t request_give(struct request *request, char *bytes, size_t length);

/* While a chunked body is read: closes the gap behind joined chunks, returns the bytes' new length. */
MUST size_t request_compact(struct request *request, char *bytes, size_t length);

/* The value of a known header (of the first, where several may stand), {NULL, 0} when it was not sent. */
struct slice request_header(const struct request *request, enum header header);

/* Any header by its lower-case name; `nth` 0 is the first. {NULL, 0} when there are not so many. */
struct slice request_header_named(const struct request *request, struct slice name, size_t nth);

/* The method as it is written on the wire. */
struct slice method_name(enum method method);
