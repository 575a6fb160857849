/* Request headers, by their grammars.  SPDX-License-Identifier: Apache-2.0 */
#include "http/headers.h"

#include <strings.h>

enum { KEY_MOST = 64 };

struct slice headers_trim(struct slice text)
{
    while (text.length && (text.at[0] == ' ' || text.at[0] == '\t')) {
        text.at++;
        text.length--;
    }
    while (text.length && (text.at[text.length - 1] == ' ' || text.at[text.length - 1] == '\t'))
        text.length--;
    return text;
}

bool headers_take(struct slice *text, char mark, struct slice *ret_part)
{
    if (!text->at)
        return false;
    const char *end = memchr(text->at, mark, text->length);
    size_t length = end ? (size_t)(end - text->at) : text->length;
    *ret_part = headers_trim((struct slice){text->at, length});
    *text = end ? (struct slice){end + 1, text->length - length - 1} : (struct slice){NULL, 0};
    return true;
}

bool headers_same(struct slice a, struct slice b)
{
    return a.length == b.length && strncasecmp(a.at, b.at, a.length) == 0;
}

bool headers_media_is(struct slice content_type, struct slice media)
{
    struct slice part;
    if (!headers_take(&content_type, ';', &part) || !headers_same(part, media))
        return false;
    while (headers_take(&content_type, ';', &part))
        if (part.length >= 8 && strncasecmp(part.at, "charset=", 8) == 0 &&
            !headers_same(part, SLICE("charset=utf-8")) && !headers_same(part, SLICE("charset=\"utf-8\"")))
            return false;
    return true;
}

bool headers_key(struct slice value, struct slice *ret_key, struct problem *problem)
{
    struct slice key = value;
    if (!value.at) {
        *ret_key = value;
        return true;
    }
    if (key.length >= 2 && key.at[0] == '"' && key.at[key.length - 1] == '"')
        key = (struct slice){key.at + 1, key.length - 2};
    bool good = key.length >= 1 && key.length <= KEY_MOST;
    for (size_t i = 0; good && i < key.length; i++)
        good = key.at[i] > ' ' && key.at[i] < 0x7f && key.at[i] != '"' && key.at[i] != '\\';
    if (!good)
        return problem_say(problem, PROBLEM_bad_header, "Idempotency-Key must be 1 to 64 printable characters",
                           "Idempotency-Key 必须为 1 至 64 个可打印字符");
    *ret_key = key;
    return true;
}

int64_t headers_wait(struct slice prefer)
{
    int64_t wait = -1, seconds;
    bool at_once = false;
    struct slice preference, word, name;
    while (headers_take(&prefer, ',', &preference)) {
        if (!headers_take(&preference, ';', &word) || !headers_take(&word, '=', &name))
            continue;
        if (headers_same(name, SLICE("respond-async")))
            at_once = true;
        else if (headers_same(name, SLICE("wait")) && wait < 0 && slice_number(headers_trim(word), &seconds) && seconds >= 0)
            wait = seconds;
    }
    return wait < 0 && at_once ? 0 : wait;
}

bool headers_bearer(struct slice authorization, struct slice *ret_token)
{
    if (authorization.length < 8 || strncasecmp(authorization.at, "bearer ", 7) != 0)
        return false;
    *ret_token = (struct slice){authorization.at + 7, authorization.length - 7};
    return true;
}
