/* One value in PostgreSQL's binary form, its length first: what arguments, arrays and COPY rows are made of.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <endian.h>

#include "process/text.h"

/* Milliseconds from the Unix epoch to PostgreSQL's, 2000-01-01. */
#define VALUE_EPOCH INT64_C(946684800000)

/* NULL of any type. */
static inline void value_null(struct buffer *out)
{
    buffer_add(out, "\xff\xff\xff\xff", 4);
}

/* Bytes as they are: text, bytea, json, or anything sent in its own binary form. The absent slice {NULL, 0}
 * is NULL. */
static inline void value_bytes(struct buffer *out, struct slice bytes)
{
    char *end = bytes.at ? buffer_reserve(out, 4 + bytes.length) : NULL;
    if (end) {
        uint32_t length = htobe32((uint32_t)bytes.length);
        memcpy(end, &length, 4);
        memcpy(end + 4, bytes.at, bytes.length);
        out->length += 4 + bytes.length;
    } else if (!bytes.at) {
        value_null(out);
    }
}

static inline void value_text(struct buffer *out, struct slice text)
{
    value_bytes(out, text);
}

/* jsonb: its version byte and the text. */
static inline void value_jsonb(struct buffer *out, struct slice json)
{
    char *end = json.at ? buffer_reserve(out, 5 + json.length) : NULL;
    if (end) {
        uint32_t length = htobe32((uint32_t)json.length + 1);
        memcpy(end, &length, 4);
        end[4] = 1;
        memcpy(end + 5, json.at, json.length);
        out->length += 5 + json.length;
    } else if (!json.at) {
        value_null(out);
    }
}

static inline void value_bool(struct buffer *out, bool truth)
{
    value_bytes(out, (struct slice){truth ? "\1" : "\0", 1});
}

static inline void value_int2(struct buffer *out, int16_t number)
{
    uint16_t big = htobe16((uint16_t)number);
    value_bytes(out, (struct slice){(const char *)&big, 2});
}

static inline void value_int4(struct buffer *out, int32_t number)
{
    uint32_t big = htobe32((uint32_t)number);
    value_bytes(out, (struct slice){(const char *)&big, 4});
}

static inline void value_int8(struct buffer *out, int64_t number)
{
    uint64_t big = htobe64((uint64_t)number);
    value_bytes(out, (struct slice){(const char *)&big, 8});
}

/* uuid: 16 bytes; NULL is NULL. */
static inline void value_id(struct buffer *out, const void *id)
{
    value_bytes(out, (struct slice){id, id ? 16 : 0});
}

/* date from days since 1970-01-01. */
static inline void value_date(struct buffer *out, int32_t day)
{
    value_int4(out, day - (int32_t)(VALUE_EPOCH / 86400000));
}

/* timestamptz from milliseconds since 1970 UTC. */
static inline void value_time(struct buffer *out, int64_t milliseconds)
{
    value_int8(out, (milliseconds - VALUE_EPOCH) * 1000);
}
