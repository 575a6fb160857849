/* What is read out of a parsed request: headers by name, decoded pieces of the target.
 * SPDX-License-Identifier: Apache-2.0 */
#include "http/target.h"

#include "http/syntax.h"
#include "process/hex.h"

static struct slice field_value(const struct request *request, size_t index)
{
    struct request_field field = request->fields[index];
    return (struct slice){request->base + field.value, field.value_length};
}

struct slice request_header(const struct request *request, enum header header)
{
    uint8_t known = request->known[header];
    return known ? field_value(request, known - 1u) : (struct slice){NULL, 0};
}

struct slice request_header_named(const struct request *request, struct slice name, size_t nth)
{
    for (size_t i = 0; i < request->field_count; i++) {
        const char *at = request->base + request->fields[i].name;
        size_t same = 0;
        if (request->fields[i].name_length != name.length)
            continue;
        while (same < name.length &&
               (at[same] >= 'A' && at[same] <= 'Z' ? at[same] | 0x20 : at[same]) == name.at[same])
            same++;
        if (same == name.length && nth-- == 0)
            return field_value(request, i);
    }
    return (struct slice){NULL, 0};
}

/* Decodes the raw bytes into `text`, which has room for all of them. False: bad hex or a zero byte. */
static bool decode_into(struct slice raw, bool plus, char *text, size_t *ret_length)
{
    size_t length = 0;
    for (size_t i = 0; i < raw.length; i++) {
        char byte = raw.at[i];
        if (byte == '%') {
            int high = raw.length - i > 2 ? hex_value(raw.at[i + 1]) : -1;
            int low = high >= 0 ? hex_value(raw.at[i + 2]) : -1;
            if (low < 0 || (high | low) == 0)
                return false;
            byte = (char)(high * 16 + low);
            i += 2;
        } else if (byte == '+' && plus) {
            byte = ' ';
        }
        text[length++] = byte;
    }
    *ret_length = length;
    return true;
}

bool request_decode(struct slice raw, bool plus, struct arena *arena, struct slice *ret_text)
{
    struct slice text = raw;
    bool coded = raw.length && (memchr(raw.at, '%', raw.length) || (plus && memchr(raw.at, '+', raw.length)));
    if (coded) {
        char *copy = arena_take(arena, raw.length + 1);
        if (!copy || !decode_into(raw, plus, copy, &text.length))
            return false;
        text.at = copy;
    }
    if (slice_points(text) < 0)
        return false;
    *ret_text = text;
    return true;
}

bool request_query_next(struct slice *query, struct slice *ret_name, struct slice *ret_value)
{
    while (query->length > 0 && query->at[0] == '&')
        *query = (struct slice){query->at + 1, query->length - 1};
    if (query->length == 0)
        return false;
    const char *end = memchr(query->at, '&', query->length);
    struct slice part = {query->at, end ? (size_t)(end - query->at) : query->length};
    const char *equals = memchr(part.at, '=', part.length);
    *ret_name = (struct slice){part.at, equals ? (size_t)(equals - part.at) : part.length};
    *ret_value = equals ? (struct slice){equals + 1, (size_t)(part.at + part.length - equals - 1)}
                        : SLICE("");
    *query = (struct slice){part.at + part.length, query->length - part.length};
    return true;
}
