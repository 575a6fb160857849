/* What a reply is, and how it is written into a connection's output.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "process/text.h"

/* A reply. The slices need live only until it was handed over: they are copied (a body that `stays` is not).
 */
struct response {
    int status;
    struct slice content_type; /* absent: no Content-Type line */
    struct slice headers;      /* further whole lines, "Name: value\r\n" each: response_header() makes them */
    struct slice body;
    bool body_stays; /* the body outlives the process's last connection (embedded files): it is sent from
                        where it is */
    bool close;      /* end the connection behind it */
    bool cacheable;  /* without it, `Cache-Control: no-store` is sent; with it, `headers` say what holds */
};

/* How this one reply must be framed. */
enum response_form {
    RESPONSE_LENGTH,      /* Content-Length and the body */
    RESPONSE_HEAD,        /* to HEAD: the lengths as for GET, no body */
    RESPONSE_CHUNKED,     /* a stream to HTTP/1.1: the head only; response_chunk() follows */
    RESPONSE_UNTIL_CLOSE, /* a stream to HTTP/1.0: the head only */
};

/* The lines that are the same for all replies of one second; each loop keeps one. */
struct response_date {
    int64_t second;
    size_t length;
    char lines[96];
};

/* Brings the lines up to `second` (seconds since 1970 UTC). */
void response_date_set(struct response_date *date, int64_t second);

/* Writes the status line, the headers and, by the form, the body (unless it stays where it is) at the end of
 * `output`. `keep_alive` false adds `Connection: close`; `http_1_0` with keep_alive adds `Connection:
 * keep-alive`. */
void response_write(struct buffer *output, const struct response *response, enum response_form form,
                    const struct response_date *date, bool keep_alive, bool http_1_0);

/* One chunk of a chunked reply; an empty slice writes nothing. */
void response_chunk(struct buffer *output, struct slice bytes);

/* One header line for `headers`. The value may hold no control characters (asserted): what a client sent is
 * not put here undecoded and unchecked. */
void response_header(struct buffer *lines, const char *name, struct slice value);

/* Whether a reply of this status has no content by its definition (204, 304). */
bool response_is_bodiless(int status);

/* The reason phrase of a status, "Unknown" for one that the house does not use. */
const char *response_reason(int status);

/* The media type of a problem (RFC 9457), whose body is problem_json()'s. */
#define RESPONSE_PROBLEM_TYPE SLICE("application/problem+json")
