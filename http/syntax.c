/* Byte classes and header lines.  SPDX-License-Identifier: Apache-2.0 */
#include "http/syntax.h"

#define ALNUM_CLASS (SYNTAX_TOKEN | SYNTAX_VALUE | SYNTAX_TARGET | SYNTAX_HOST)
const uint8_t syntax_classes[256] = {
    ['\t'] = SYNTAX_VALUE,
    [' '] = SYNTAX_VALUE,
    ['!'] = SYNTAX_TOKEN | SYNTAX_VALUE | SYNTAX_TARGET | SYNTAX_HOST,
    ['"'] = SYNTAX_VALUE,
    ['#'] = SYNTAX_TOKEN | SYNTAX_VALUE,
    ['$'] = SYNTAX_TOKEN | SYNTAX_VALUE | SYNTAX_TARGET | SYNTAX_HOST,
    ['%'] = SYNTAX_TOKEN | SYNTAX_VALUE | SYNTAX_TARGET | SYNTAX_HOST,
    ['&'] = SYNTAX_TOKEN | SYNTAX_VALUE | SYNTAX_TARGET | SYNTAX_HOST,
    ['\''] = SYNTAX_TOKEN | SYNTAX_VALUE | SYNTAX_TARGET | SYNTAX_HOST,
    ['('] = SYNTAX_VALUE | SYNTAX_TARGET | SYNTAX_HOST,
    [')'] = SYNTAX_VALUE | SYNTAX_TARGET | SYNTAX_HOST,
    ['*'] = SYNTAX_TOKEN | SYNTAX_VALUE | SYNTAX_TARGET | SYNTAX_HOST,
    ['+'] = SYNTAX_TOKEN | SYNTAX_VALUE | SYNTAX_TARGET | SYNTAX_HOST,
    [','] = SYNTAX_VALUE | SYNTAX_TARGET | SYNTAX_HOST,
    ['-'] = SYNTAX_TOKEN | SYNTAX_VALUE | SYNTAX_TARGET | SYNTAX_HOST,
    ['.'] = SYNTAX_TOKEN | SYNTAX_VALUE | SYNTAX_TARGET | SYNTAX_HOST,
    ['/'] = SYNTAX_VALUE | SYNTAX_TARGET,
    ['0' ... '9'] = ALNUM_CLASS | SYNTAX_DIGIT,
    [':'] = SYNTAX_VALUE | SYNTAX_TARGET | SYNTAX_HOST,
    [';'] = SYNTAX_VALUE | SYNTAX_TARGET | SYNTAX_HOST,
    ['<'] = SYNTAX_VALUE,
    ['='] = SYNTAX_VALUE | SYNTAX_TARGET | SYNTAX_HOST,
    ['>'] = SYNTAX_VALUE,
    ['?'] = SYNTAX_VALUE | SYNTAX_TARGET,
    ['@'] = SYNTAX_VALUE | SYNTAX_TARGET,
    ['A' ... 'Z'] = ALNUM_CLASS,
    ['['] = SYNTAX_VALUE | SYNTAX_HOST,
    ['\\'] = SYNTAX_VALUE,
    [']'] = SYNTAX_VALUE | SYNTAX_HOST,
    ['^'] = SYNTAX_TOKEN | SYNTAX_VALUE,
    ['_'] = SYNTAX_TOKEN | SYNTAX_VALUE | SYNTAX_TARGET | SYNTAX_HOST,
    ['`'] = SYNTAX_TOKEN | SYNTAX_VALUE,
    ['a' ... 'z'] = ALNUM_CLASS,
    ['{'] = SYNTAX_VALUE,
    ['|'] = SYNTAX_TOKEN | SYNTAX_VALUE,
    ['}'] = SYNTAX_VALUE,
    ['~'] = SYNTAX_TOKEN | SYNTAX_VALUE | SYNTAX_TARGET | SYNTAX_HOST,
    [0x80 ... 0xff] = SYNTAX_VALUE,
};

/* The first byte at or behind `at` that is not a field value's, or `end`. Eight at a time: a byte below 0x20
 * or equal to 0x7f stops them and is looked at singly (it may be a tab). */
static size_t value_end(const char *bytes, size_t at, size_t end)
{
    const uint64_t ones = 0x0101010101010101u, tops = 0x8080808080808080u;
    for (;;) {
        while (end - at >= 8) {
            uint64_t word;
            memcpy(&word, bytes + at, 8);
            uint64_t low = (word - ones * 0x20) & ~word, delete = word ^ ones * 0x7f;
            if ((low | ((delete - ones) & ~delete)) & tops)
                break;
            at += 8;
        }
        size_t stop = end - at < 8 ? end : at + 8;
        at = syntax_skip(bytes, at, stop, SYNTAX_VALUE);
        if (at < stop || at == end)
            return at;
    }
}

static inline bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

static enum request_state refuse(struct request_words *ret_words, const char *english, const char *chinese)
{
    *ret_words = (struct request_words){english, chinese};
    return REQUEST_REFUSED;
}

enum request_state syntax_field(const char *bytes, size_t at, size_t end, struct request_field *ret_field,
                                size_t *ret_at, struct request_words *ret_words)
{
    size_t name = at, name_end = syntax_skip(bytes, at, end, SYNTAX_TOKEN);
    if (name_end == end)
        return REQUEST_MORE;
    if (bytes[name_end] != ':' || name_end == name)
        return refuse(ret_words, "A header line does not begin with a name and a colon", "请求头没有以名称和冒号开头");
    size_t value = name_end + 1;
    while (value < end && is_blank(bytes[value]))
        value++;
    at = value_end(bytes, value, end);
    if (at == end)
        return REQUEST_MORE;
    if (bytes[at] != '\r')
        return refuse(ret_words, "A header value holds a control character", "请求头的值含有控制字符");
    if (at + 1 == end)
        return REQUEST_MORE;
    if (bytes[at + 1] != '\n')
        return refuse(ret_words, "A header line does not end in CRLF", "请求头没有以 CRLF 结尾");
    size_t value_stop = at;
    while (value_stop > value && is_blank(bytes[value_stop - 1]))
        value_stop--;
    *ret_field = (struct request_field){(uint16_t)name, (uint16_t)(name_end - name), (uint16_t)value,
                                        (uint16_t)(value_stop - value)};
    *ret_at = at + 2;
    return REQUEST_READY;
}
