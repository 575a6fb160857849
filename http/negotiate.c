/* Accept-Encoding, If-None-Match, Range and the device, read by their grammars.  SPDX-License-Identifier: Apache-2.0 */
#include "http/negotiate.h"

#include <strings.h>

#include "http/headers.h"

enum { WEIGHT_ONE = 1000 };

/* A weight of RFC 9110 12.4.2 in thousandths, -1 for what is none. */
static int weight(struct slice text)
{
    int value = 0, scale = WEIGHT_ONE;
    if (text.length == 0 || text.length > 5 || (text.at[0] != '0' && text.at[0] != '1') ||
        (text.length > 1 && text.at[1] != '.'))
        return -1;
    value = (text.at[0] - '0') * WEIGHT_ONE;
    for (size_t i = 2; i < text.length; i++) {
        if (text.at[i] < '0' || text.at[i] > '9')
            return -1;
        scale /= 10;
        value += (text.at[i] - '0') * scale;
    }
    return value <= WEIGHT_ONE ? value : -1;
}

/* A coding and its weight; false: malformed. */
static bool coding_read(struct slice element, struct slice *ret_name, int *ret_weight)
{
    struct slice parameter;
    *ret_weight = WEIGHT_ONE;
    if (!headers_take(&element, ';', ret_name) || ret_name->length == 0)
        return false;
    while (headers_take(&element, ';', &parameter)) {
        if (parameter.length < 2 || (parameter.at[0] != 'q' && parameter.at[0] != 'Q') || parameter.at[1] != '=')
            return false;
        *ret_weight = weight((struct slice){parameter.at + 2, parameter.length - 2});
        if (*ret_weight < 0)
            return false;
    }
    return true;
}

enum coding negotiate_coding(struct slice accept_encoding, unsigned offered)
{
    static const struct slice names[CODING_COUNT] = {SLICE("br"), SLICE("gzip"), SLICE("identity")};
    int weights[CODING_COUNT] = {-1, -1, -1}, any = -1, one;
    struct slice element, name;
    while (headers_take(&accept_encoding, ',', &element)) {
        if (element.length == 0)
            continue;
        if (!coding_read(element, &name, &one))
            return CODING_IDENTITY;
        if (headers_same(name, SLICE("*")))
            any = one;
        if (headers_same(name, SLICE("x-gzip"))) /* RFC 9110 8.4.1.3 */
            name = names[CODING_GZIP];
        for (int i = 0; i < CODING_COUNT; i++)
            if (headers_same(name, names[i]))
                weights[i] = one;
    }
    enum coding best = CODING_IDENTITY;
    int most = 0;
    for (int i = 0; i < CODING_IDENTITY; i++) {
        int asked = weights[i] >= 0 ? weights[i] : any;
        if ((offered >> i & 1) && asked > most) {
            best = (enum coding)i;
            most = asked;
        }
    }
    return weights[CODING_IDENTITY] > most ? CODING_IDENTITY : best;
}

bool negotiate_has(struct slice if_none_match, struct slice tag)
{
    struct slice one;
    while (headers_take(&if_none_match, ',', &one)) {
        if (slice_equal(one, SLICE("*")))
            return true;
        if (one.length > 2 && one.at[0] == 'W' && one.at[1] == '/')
            one = (struct slice){one.at + 2, one.length - 2};
        if (slice_equal(one, tag))
            return true;
    }
    return false;
}

/* A number of digits only. */
static bool digits(struct slice text, int64_t *ret_number)
{
    return text.length && text.at[0] != '-' && slice_number(text, ret_number);
}

/* The last so many bytes. */
static enum part_asked suffix(int64_t length, size_t size, struct part *ret_part)
{
    if (length == 0 || size == 0)
        return PART_BEYOND;
    size_t taken = (uint64_t)length < size ? (size_t)length : size;
    *ret_part = (struct part){size - taken, taken};
    return PART_ONE;
}

enum part_asked negotiate_part(struct slice range, size_t size, struct part *ret_part)
{
    static const struct slice unit = SLICE("bytes=");
    int64_t first, last = INT64_MAX;
    struct slice low, high;
    if (range.length <= unit.length || strncasecmp(range.at, unit.at, unit.length) != 0)
        return PART_NONE;
    high = headers_trim((struct slice){range.at + unit.length, range.length - unit.length});
    if (!headers_take(&high, '-', &low) || !high.at)
        return PART_NONE;
    high = headers_trim(high);
    if (high.length && !digits(high, &last))
        return PART_NONE;
    if (low.length == 0)
        return high.length ? suffix(last, size, ret_part) : PART_NONE;
    if (!digits(low, &first) || last < first)
        return PART_NONE;
    if ((uint64_t)first >= size)
        return PART_BEYOND;
    size_t end = (uint64_t)last < size ? (size_t)last + 1 : size;
    *ret_part = (struct part){(size_t)first, end - (size_t)first};
    return PART_ONE;
}

static bool holds(struct slice text, const char *word)
{
    return text.at && memmem(text.at, text.length, word, strlen(word)) != NULL;
}

bool negotiate_hand_held(struct slice mobile, struct slice agent)
{
    static const char *const words[] = {"Mobile", "Android", "iPhone", "iPod", "HarmonyOS", "MicroMessenger"};
    if (slice_equal(mobile, SLICE("?1")) || slice_equal(mobile, SLICE("?0")))
        return mobile.at[1] == '1';
    if (holds(agent, "WindowsWechat") || holds(agent, "MacWechat"))
        return false;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (holds(agent, words[i]))
            return true;
    return false;
}
