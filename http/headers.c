/* The request headers that commands are asked by.  SPDX-License-Identifier: Apache-2.0 */
#include "http/headers.h"

#include <strings.h>

enum { KEY_MOST = 64 };

static struct slice trim(struct slice text)
{
    while (text.length && (text.at[0] == ' ' || text.at[0] == '\t')) {
        text.at++;
        text.length--;
    }
    while (text.length && (text.at[text.length - 1] == ' ' || text.at[text.length - 1] == '\t'))
        text.length--;
    return text;
}

/* Takes the part before the next `mark` off the text. */
static struct slice next_part(struct slice *text, char mark)
{
    const char *end = memchr(text->at, mark, text->length);
    struct slice part = {text->at, end ? (size_t)(end - text->at) : text->length};
    *text = end ? (struct slice){end + 1, text->length - part.length - 1} : (struct slice){text->at + part.length, 0};
    return trim(part);
}

static bool same(struct slice a, struct slice b)
{
    return a.length == b.length && strncasecmp(a.at, b.at, a.length) == 0;
}

bool headers_media_is(struct slice content_type, struct slice media)
{
    if (!content_type.at || !same(next_part(&content_type, ';'), media))
        return false;
    while (content_type.length) {
        struct slice part = next_part(&content_type, ';');
        if (part.length >= 8 && strncasecmp(part.at, "charset=", 8) == 0 &&
            !same(part, SLICE("charset=utf-8")) && !same(part, SLICE("charset=\"utf-8\"")))
            return false;
    }
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
    int64_t wait = -1;
    bool at_once = false;
    if (!prefer.at)
        return -1;
    while (prefer.length) {
        struct slice preference = next_part(&prefer, ',');
        struct slice word = next_part(&preference, ';'), name = next_part(&word, '=');
        int64_t seconds;
        if (same(name, SLICE("respond-async")))
            at_once = true;
        else if (same(name, SLICE("wait")) && wait < 0 && slice_number(trim(word), &seconds) && seconds >= 0)
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
