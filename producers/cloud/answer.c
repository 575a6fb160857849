/* Answers of outside services.  SPDX-License-Identifier: Apache-2.0 */
#include "producers/cloud/answer.h"

#include "topics/json.h"

enum { DEPTH = 16 };

static struct slice *wanted(const struct answer_field *fields, size_t count, struct slice name)
{
    for (size_t i = 0; i < count; i++)
        if (slice_equal(slice_of(fields[i].name), name))
            return fields[i].ret_text;
    return NULL;
}

static bool take(struct json *json, struct slice *into)
{
    struct slice raw = {NULL, 0};
    if (into && into->at) /* a second time: which one would count? */
        return false;
    if (json_peek(json) == '"')
        return json_text(json, into ? into : &raw);
    if (!json_skip(json, &raw))
        return false;
    if (into)
        *into = slice_equal(raw, SLICE("null")) ? (struct slice){NULL, 0} : raw;
    return true;
}

bool answer_read(struct slice text, struct arena *arena, const struct answer_field *fields, size_t count)
{
    struct json json;
    struct problem problem;
    struct slice name;
    bool more = true;
    problem_none(&problem);
    for (size_t i = 0; i < count; i++)
        *fields[i].ret_text = (struct slice){NULL, 0};
    if (!json_begin(&json, text, DEPTH, arena, &problem) || json_peek(&json) != '{' || !json_enter(&json, '{'))
        return false;
    for (bool first = true; json_object_next(&json, first, &name, &more); first = false) {
        if (!more)
            return json_end(&json);
        if (!take(&json, wanted(fields, count, name)))
            return false;
    }
    return false;
}

int64_t answer_number(struct slice text, int64_t otherwise)
{
    int64_t number = INT64_MIN;
    if (!text.at)
        return otherwise;
    return slice_number(text, &number) ? number : INT64_MIN;
}
