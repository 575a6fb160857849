/* Slices of text and bounded buffers: how every room holds bytes it does not own, and bytes it is making.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define MUST __attribute__((warn_unused_result))

/* Bytes somebody else owns; not ended by a zero. {NULL, 0} is the absent text, {"", 0} the empty one. */
struct slice {
    const char *at;
    size_t length;
};

#define SLICE(literal) ((struct slice){"" literal, sizeof(literal) - 1})

static inline struct slice slice_of(const char *text)
{
    return (struct slice){text, text ? strlen(text) : 0};
}

static inline bool slice_equal(struct slice a, struct slice b)
{
    return a.length == b.length && (a.length == 0 || memcmp(a.at, b.at, a.length) == 0);
}

/* A buffer that grows to its ceiling and no further. What would pass the ceiling is dropped and `overflowed` stays
 * set until the buffer is emptied: writers need not check each call, only the end. */
struct buffer {
    char *at;
    size_t length;
    size_t room;
    size_t ceiling;
    bool overflowed;
};

/* An empty buffer that may hold at most `ceiling` bytes. Owns nothing until the first write. */
static inline struct buffer buffer_new(size_t ceiling)
{
    return (struct buffer){.ceiling = ceiling};
}

/* Gives the memory back; the buffer may be used again as an empty one. */
void buffer_free(struct buffer *buffer);

/* Forgets the content and any overflow, keeps the memory. */
static inline void buffer_empty(struct buffer *buffer)
{
    buffer->length = 0;
    buffer->overflowed = false;
}

/* Room for `length` more bytes at the end, or NULL (and overflowed) past the ceiling. The caller then sets `length`. */
char *buffer_reserve(struct buffer *buffer, size_t length);

static inline void buffer_add(struct buffer *buffer, const void *bytes, size_t length)
{
    char *end = length == 0 ? NULL
                : !buffer->overflowed && length <= buffer->room - buffer->length ? buffer->at + buffer->length
                                                                                  : buffer_reserve(buffer, length);
    if (!end)
        return;
    memcpy(end, bytes, length);
    buffer->length += length;
}

static inline void buffer_add_slice(struct buffer *buffer, struct slice slice)
{
    buffer_add(buffer, slice.at, slice.length);
}

static inline void buffer_add_text(struct buffer *buffer, const char *text)
{
    buffer_add(buffer, text, strlen(text));
}

static inline void buffer_add_byte(struct buffer *buffer, char byte)
{
    buffer_add(buffer, &byte, 1);
}

/* printf into the buffer; overflow drops the whole piece. */
void buffer_add_format(struct buffer *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The decimal digits of a number. */
void buffer_add_number(struct buffer *buffer, int64_t number);

/* The text as a JSON string with its quotes; the bytes must be UTF-8. */
void buffer_add_json(struct buffer *buffer, struct slice text);

static inline struct slice buffer_slice(const struct buffer *buffer)
{
    return (struct slice){buffer->at ? buffer->at : "", buffer->length};
}

/* The bytes as base64 with padding. */
void buffer_add_base64(struct buffer *buffer, struct slice bytes);

/* What any reader takes as text: well-formed UTF-8, for each other byte and each zero a "?", at most `longest` bytes. */
void buffer_add_readable(struct buffer *buffer, struct slice text, size_t longest);

/* A decimal number of at most 18 digits, an optional leading minus, nothing else. False leaves *ret_number alone. */
MUST bool slice_number(struct slice text, int64_t *ret_number);

/* The number of code points if the slice is well-formed UTF-8 (no surrogates, no overlong forms), else -1. */
MUST int64_t slice_points(struct slice text);
