/* A strict JSON reader (RFC 8259, narrowed).  SPDX-License-Identifier: Apache-2.0 */
#include "topics/json.h"

#include "process/hex.h"

static bool fault(struct json *json, const char *what, const char *what_zh)
{
    return problem_say(json->problem, PROBLEM_malformed, "%1$s%2$.0s at byte %3$zu", "%1$.0s%2$s，第 %3$zu 字节", what,
                       what_zh, (size_t)(json->at - json->start));
}

/* Most bodies are ASCII: 32 bytes a look, then the careful check for the others. */
static bool is_utf8(struct slice text)
{
    size_t i = 0;
    for (uint64_t words[4]; i + sizeof words <= text.length; i += sizeof words) {
        memcpy(words, text.at + i, sizeof words);
        if ((words[0] | words[1] | words[2] | words[3]) & UINT64_C(0x8080808080808080))
            break;
    }
    return slice_points((struct slice){text.at + i, text.length - i}) >= 0;
}

bool json_begin(struct json *json, struct slice text, int depth_most, struct arena *arena, struct problem *problem)
{
    *json = (struct json){text.at, text.at + text.length, text.at, 0, depth_most, arena, problem};
    if (depth_most > JSON_DEPTH_MOST)
        json->depth_most = JSON_DEPTH_MOST;
    if (!is_utf8(text))
        return problem_say(problem, PROBLEM_malformed, "The body is not UTF-8", "正文不是 UTF-8 编码");
    return true;
}

bool json_end(struct json *json)
{
    return json_peek(json) == 0 && json->at == json->end
               ? true
               : fault(json, "Something follows the JSON value", "JSON 值之后还有内容");
}

bool json_enter(struct json *json, char bracket)
{
    if (json_peek(json) != bracket)
        return fault(json, bracket == '{' ? "An object was expected" : "An array was expected",
                     bracket == '{' ? "此处应为对象" : "此处应为数组");
    if (++json->depth > json->depth_most)
        return fault(json, "Nested too deep", "嵌套过深");
    json->at++;
    return true;
}

static bool leave(struct json *json, bool *ret_more)
{
    json->at++;
    json->depth--;
    *ret_more = false;
    return true;
}

bool json_array_next(struct json *json, bool first, bool *ret_more)
{
    char next = json_peek(json);
    if (next == ']')
        return leave(json, ret_more);
    if (!first) {
        if (next != ',')
            return fault(json, "A comma or ] was expected", "此处应为逗号或 ]");
        json->at++;
        if (json_peek(json) == ']')
            return fault(json, "A value was expected after the comma", "逗号之后应有值");
    }
    *ret_more = true;
    return true;
}

bool json_object_next(struct json *json, bool first, struct slice *ret_name, bool *ret_more)
{
    char next = json_peek(json);
    if (next == '}')
        return leave(json, ret_more);
    if (!first) {
        if (next != ',')
            return fault(json, "A comma or } was expected", "此处应为逗号或 }");
        json->at++;
        next = json_peek(json);
    }
    if (next != '"')
        return fault(json, "A name in quotes was expected", "此处应为带引号的名称");
    if (!json_text(json, ret_name))
        return false;
    if (json_peek(json) != ':')
        return fault(json, "A colon was expected", "此处应为冒号");
    json->at++;
    *ret_more = true;
    return true;
}

/* Four hex digits at `at`, or -1. */
static int32_t hex_four(const char *at, const char *end)
{
    int32_t value = 0;
    if (end - at < 4)
        return -1;
    for (int i = 0; i < 4; i++) {
        int digit = hex_value(at[i]);
        if (digit < 0)
            return -1;
        value = value << 4 | digit;
    }
    return value;
}

static char *put_point(char *out, uint32_t point)
{
    if (point < 0x80) {
        *out++ = (char)point;
    } else if (point < 0x800) {
        *out++ = (char)(0xc0 | point >> 6);
        *out++ = (char)(0x80 | (point & 0x3f));
    } else if (point < 0x10000) {
        *out++ = (char)(0xe0 | point >> 12);
        *out++ = (char)(0x80 | (point >> 6 & 0x3f));
        *out++ = (char)(0x80 | (point & 0x3f));
    } else {
        *out++ = (char)(0xf0 | point >> 18);
        *out++ = (char)(0x80 | (point >> 12 & 0x3f));
        *out++ = (char)(0x80 | (point >> 6 & 0x3f));
        *out++ = (char)(0x80 | (point & 0x3f));
    }
    return out;
}

/* \uXXXX, with its second half where it is a surrogate; json->at stands on the 'u' and ends behind the last digit. */
static bool unicode_escape(struct json *json, char **out)
{
    int32_t first = hex_four(json->at + 1, json->end), second;
    if (first <= 0)
        return fault(json, "A \\u escape is malformed or null", "\\u 转义有误或为空字符");
    json->at += 5;
    if (first < 0xd800 || first > 0xdfff) {
        *out = put_point(*out, (uint32_t)first);
        return true;
    }
    if (first > 0xdbff || json->end - json->at < 6 || json->at[0] != '\\' || json->at[1] != 'u' ||
        (second = hex_four(json->at + 2, json->end)) < 0xdc00 || second > 0xdfff)
        return fault(json, "A surrogate stands alone", "出现孤立的代理码");
    json->at += 6;
    *out = put_point(*out, 0x10000u + (((uint32_t)first & 0x3ff) << 10) + ((uint32_t)second & 0x3ff));
    return true;
}

static bool escape(struct json *json, char **out)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    char c = json->at < json->end ? *json->at : 0;
    const char *known = c ? strchr(from, c) : NULL;
    if (known) {
        *(*out)++ = to[known - from];
        json->at++;
        return true;
    }
    return c == 'u' ? unicode_escape(json, out) : fault(json, "An unknown escape", "未知的转义");
}

/* The rest of a string that holds an escape; it can only get shorter. */
static bool string_with_escapes(struct json *json, const char *begin, struct slice *ret_text)
{
    const char *close = json->at;
    while (close < json->end && *close != '"')
        close += *close == '\\' ? 2 : 1;
    if (close >= json->end)
        return fault(json, "A string has no end", "字符串没有结束");
    char *text = arena_take(json->arena, (size_t)(close - begin) + 1), *out = text;
    if (!text)
        return problem_say(json->problem, PROBLEM_too_large, "The body needs too much memory", "正文占用内存过多");
    for (const char *plain = begin; plain < json->at; plain++)
        *out++ = *plain;
    while (json->at < close) {
        unsigned char c = (unsigned char)*json->at;
        if (c == '\\') {
            json->at++;
            if (!escape(json, &out))
                return false;
        } else if (c < 0x20) {
            return fault(json, "A control character in a string", "字符串中有控制字符");
        } else {
            *out++ = (char)c;
            json->at++;
        }
    }
    json->at = close + 1;
    *ret_text = (struct slice){text, (size_t)(out - text)};
    return true;
}

bool json_text(struct json *json, struct slice *ret_text)
{
    if (json_peek(json) != '"')
        return fault(json, "A string was expected", "此处应为字符串");
    const char *begin = ++json->at;
    for (; json->at < json->end; json->at++) {
        unsigned char c = (unsigned char)*json->at;
        if (c == '"') {
            *ret_text = (struct slice){begin, (size_t)(json->at - begin)};
            json->at++;
            return true;
        }
        if (c == '\\')
            return string_with_escapes(json, begin, ret_text);
        if (c < 0x20)
            return fault(json, "A control character in a string", "字符串中有控制字符");
    }
    return fault(json, "A string has no end", "字符串没有结束");
}

/* Passes a number; its sign, whole digits and decimals as slices. An exponent is a fault of the caller's liking. */
struct number_parts {
    bool negative, exponent;
    struct slice whole, decimals;
};

static bool is_digit(const struct json *json)
{
    return json->at < json->end && *json->at >= '0' && *json->at <= '9';
}

static struct slice digits(struct json *json)
{
    const char *begin = json->at;
    while (is_digit(json))
        json->at++;
    return (struct slice){begin, (size_t)(json->at - begin)};
}

static bool number(struct json *json, struct number_parts *ret_parts)
{
    struct number_parts parts = {0};
    json_peek(json);
    if (json->at < json->end && *json->at == '-') {
        parts.negative = true;
        json->at++;
    }
    parts.whole = digits(json);
    if (parts.whole.length == 0 || (parts.whole.length > 1 && parts.whole.at[0] == '0'))
        return fault(json, "A number was expected", "此处应为数字");
    if (json->at < json->end && *json->at == '.') {
        json->at++;
        parts.decimals = digits(json);
        if (parts.decimals.length == 0)
            return fault(json, "Digits were expected after the point", "小数点之后应有数字");
    }
    if (json->at < json->end && (*json->at | 0x20) == 'e') {
        json->at++;
        if (json->at < json->end && (*json->at == '+' || *json->at == '-'))
            json->at++;
        if (digits(json).length == 0)
            return fault(json, "Digits were expected in the exponent", "指数应有数字");
        parts.exponent = true;
    }
    *ret_parts = parts;
    return true;
}

static bool whole_of(const struct number_parts *parts, int64_t *ret_number)
{
    int64_t whole;
    if (!slice_number(parts->whole, &whole))
        return false;
    *ret_number = parts->negative ? -whole : whole;
    return true;
}

/* The common number: digits up to a comma or bracket. Else nothing is passed. */
static bool plain_number(struct json *json, int64_t *ret_number)
{
    const char *at = json->at;
    int64_t value = 0;
    size_t length = 0;
    for (; at + length < json->end && at[length] >= '0' && at[length] <= '9' && length < 18; length++)
        value = value * 10 + (at[length] - '0');
    if (length == 0 || (length > 1 && *at == '0') || at + length == json->end)
        return false;
    char next = at[length];
    if (next != ',' && next != '}' && next != ']')
        return false;
    json->at = at + length;
    *ret_number = value;
    return true;
}

bool json_number(struct json *json, int64_t *ret_number)
{
    struct number_parts parts;
    const char *begin = json->at;
    if (plain_number(json, ret_number))
        return true;
    if (!number(json, &parts))
        return false;
    if (!parts.exponent && parts.decimals.at == NULL && whole_of(&parts, ret_number))
        return true;
    json->at = begin;
    return problem_say(json->problem, PROBLEM_invalid, "A whole number of at most 18 digits was expected",
                       "此处应为不超过 18 位的整数");
}

bool json_hundredths(struct json *json, int64_t *ret_hundredths)
{
    struct number_parts parts;
    int64_t whole;
    if (!number(json, &parts))
        return false;
    while (parts.decimals.length > 2 && parts.decimals.at[parts.decimals.length - 1] == '0')
        parts.decimals.length--;
    if (parts.exponent || parts.decimals.length > 2 || parts.whole.length > 15 || !slice_number(parts.whole, &whole))
        return problem_say(json->problem, PROBLEM_invalid, "A number with at most two decimals was expected",
                           "此处应为至多两位小数的数字");
    whole *= 100;
    if (parts.decimals.length > 0)
        whole += (parts.decimals.at[0] - '0') * 10;
    if (parts.decimals.length > 1)
        whole += parts.decimals.at[1] - '0';
    *ret_hundredths = parts.negative ? -whole : whole;
    return true;
}

static bool word(struct json *json, struct slice expected)
{
    json_peek(json);
    if ((size_t)(json->end - json->at) < expected.length || memcmp(json->at, expected.at, expected.length) != 0)
        return false;
    json->at += expected.length;
    return true;
}

bool json_truth(struct json *json, bool *ret_truth)
{
    if (word(json, SLICE("true")))
        *ret_truth = true;
    else if (word(json, SLICE("false")))
        *ret_truth = false;
    else
        return fault(json, "true or false was expected", "此处应为 true 或 false");
    return true;
}

static bool skip_object(struct json *json)
{
    bool more = true;
    struct slice name;
    if (!json_enter(json, '{'))
        return false;
    for (bool first = true; json_object_next(json, first, &name, &more); first = false) {
        if (!more)
            return true;
        if (!json_skip(json, NULL))
            return false;
    }
    return false;
}

static bool skip_array(struct json *json)
{
    bool more = true;
    if (!json_enter(json, '['))
        return false;
    for (bool first = true; json_array_next(json, first, &more); first = false) {
        if (!more)
            return true;
        if (!json_skip(json, NULL))
            return false;
    }
    return false;
}

bool json_skip(struct json *json, struct slice *ret_raw)
{
    struct slice text;
    struct number_parts parts;
    bool truth, fine;
    char next = json_peek(json);
    const char *begin = json->at;
    if (next == '{')
        fine = skip_object(json);
    else if (next == '[')
        fine = skip_array(json);
    else if (next == '"')
        fine = json_text(json, &text);
    else if (next == 't' || next == 'f')
        fine = json_truth(json, &truth);
    else if (next == 'n')
        fine = word(json, SLICE("null")) || fault(json, "A value was expected", "此处应为值");
    else if (next == '-' || is_digit(json))
        fine = number(json, &parts);
    else
        fine = fault(json, "A value was expected", "此处应为值");
    if (fine && ret_raw)
        *ret_raw = (struct slice){begin, (size_t)(json->at - begin)};
    return fine;
}
