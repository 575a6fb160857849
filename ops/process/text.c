/* Bounded buffers, numbers and UTF-8.  SPDX-License-Identifier: Apache-2.0 */
#include "process/text.h"

#include <stdio.h>
#include <stdlib.h>

#include "process/memory.h"

void buffer_free(struct buffer *buffer)
{
    free(buffer->at);
    *buffer = buffer_new(buffer->ceiling);
}

char *buffer_reserve(struct buffer *buffer, size_t length)
{
    if (buffer->overflowed || length > buffer->ceiling - buffer->length) {
        buffer->overflowed = true;
        return NULL;
    }
    if (buffer->length + length > buffer->room) {
        size_t room = buffer->room ? buffer->room * 2 : 256;
        while (room < buffer->length + length)
            room *= 2;
        if (room > buffer->ceiling)
            room = buffer->ceiling;
        buffer->at = memory_resize(buffer->at, room);
        buffer->room = room;
    }
    return buffer->at + buffer->length;
}

void buffer_add_format(struct buffer *buffer, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    char *end = length < 0 ? NULL : buffer_reserve(buffer, (size_t)length + 1);
    if (end) {
        vsnprintf(end, (size_t)length + 1, format, again);
        buffer->length += (size_t)length;
    }
    va_end(again);
}

void buffer_add_number(struct buffer *buffer, int64_t number)
{
    char digits[24];
    size_t at = sizeof digits;
    uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    do
        digits[--at] = (char)('0' + rest % 10);
    while (rest /= 10);
    if (number < 0)
        digits[--at] = '-';
    buffer_add(buffer, digits + at, sizeof digits - at);
}

void buffer_add_json(struct buffer *buffer, struct slice text)
{
    static const char hex[] = "0123456789abcdef";
    size_t plain = 0;
    buffer_add_byte(buffer, '"');
    for (size_t i = 0; i < text.length; i++) {
        unsigned char byte = (unsigned char)text.at[i];
        if (byte >= 0x20 && byte != '"' && byte != '\\')
            continue;
        buffer_add(buffer, text.at + plain, i - plain);
        plain = i + 1;
        if (byte == '"' || byte == '\\') {
            char pair[2] = {'\\', (char)byte};
            buffer_add(buffer, pair, 2);
        } else if (byte == '\n') {
            buffer_add(buffer, "\\n", 2);
        } else {
            char escape[6] = {'\\', 'u', '0', '0', hex[byte >> 4], hex[byte & 15]};
            buffer_add(buffer, escape, 6);
        }
    }
    buffer_add(buffer, text.at + plain, text.length - plain);
    buffer_add_byte(buffer, '"');
}

bool slice_number(struct slice text, int64_t *ret_number)
{
    size_t i = text.length > 0 && text.at[0] == '-';
    size_t digits = text.length - i;
    int64_t number = 0;
    if (digits == 0 || digits > 18)
        return false;
    for (; i < text.length; i++) {
        if (text.at[i] < '0' || text.at[i] > '9')
            return false;
        number = number * 10 + (text.at[i] - '0');
    }
    *ret_number = text.at[0] == '-' ? -number : number;
    return true;
}

/* The bounds of a sequence's second byte: they shut out overlong forms, surrogates and what lies past U+10FFFF. */
static bool second_fits(unsigned char first, unsigned char second)
{
    unsigned char low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    unsigned char high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    return second >= low && second <= high;
}

/* The length of the well-formed sequence at the start, 0 if there is none. */
static size_t utf8_step(const unsigned char *at, size_t left)
{
    unsigned char first = at[0];
    if (first < 0x80)
        return 1;
    size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || left < length || !second_fits(first, at[1]))
        return 0;
    for (size_t i = 2; i < length; i++)
        if ((at[i] & 0xc0) != 0x80)
            return 0;
    return length;
}

void buffer_add_readable(struct buffer *buffer, struct slice text, size_t longest)
{
    size_t i = 0, room = longest;
    while (i < text.length) {
        size_t step = utf8_step((const unsigned char *)text.at + i, text.length - i), taken = step ? step : 1;
        if (taken > room)
            return;
        if (step && text.at[i])
            buffer_add(buffer, text.at + i, step);
        else
            buffer_add_byte(buffer, '?');
        i += taken;
        room -= taken;
    }
}

int64_t slice_points(struct slice text)
{
    int64_t points = 0;
    size_t i = 0, step;
    while (i < text.length) {
        uint64_t eight;
        if (text.length - i >= sizeof eight &&
            (memcpy(&eight, text.at + i, sizeof eight), (eight & UINT64_C(0x8080808080808080)) == 0)) {
            i += sizeof eight; /* eight ASCII characters at once */
            points += sizeof eight;
            continue;
        }
        if ((step = utf8_step((const unsigned char *)text.at + i, text.length - i)) == 0)
            return -1;
        i += step;
        points++;
    }
    return points;
}

void buffer_add_base64(struct buffer *buffer, struct slice bytes)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    enum { GROUP = 3, DIGITS = 4, DIGIT = 63 };
    size_t length = (bytes.length + GROUP - 1) / GROUP * DIGITS;
    char *at = buffer_reserve(buffer, length);
    if (!at)
        return;
    for (size_t i = 0; i < bytes.length; i += GROUP, at += DIGITS) {
        const uint8_t *from = (const uint8_t *)bytes.at + i;
        size_t left = bytes.length - i;
        uint32_t group = (uint32_t)from[0] << 16 | (left > 1 ? (uint32_t)from[1] << 8 : 0) | (left > 2 ? from[2] : 0);
        at[0] = digits[group >> 18];
        at[1] = digits[group >> 12 & DIGIT];
        at[2] = left > 1 ? digits[group >> 6 & DIGIT] : '=';
        at[3] = left > 2 ? digits[group & DIGIT] : '=';
    }
    buffer->length += length;
}
