/* Names of members from the view of accounts: into answers, and from a part of them to ids.  SPDX-License-Identifier: Apache-2.0 */
#include "http/names.h"

#include <stdlib.h>

#include "process/config.h"
#include "sql/arguments.h"
#include "topics/json.h"

bool names_concern(const struct shape *record)
{
    const struct field *name = shape_field(record, "name"), *member = shape_field(record, "member");
    return name && member && name->level != OPEN && member->type == ID;
}

/* Passes the members of a record, of which `member` is kept. */
static bool pass_members(struct json *json, struct id *ret_member)
{
    struct slice name, text;
    bool more;
    if (!json_enter(json, '{'))
        return false;
    for (bool first = true;; first = false) {
        if (!json_object_next(json, first, &name, &more))
            return false;
        if (!more)
            return true;
        bool good = slice_equal(name, SLICE("member")) ? json_text(json, &text) && id_parse(text, ret_member)
                                                       : json_skip(json, NULL);
        if (!good)
            return false;
    }
}

/* A record as it came, its name behind the last member. */
static bool fill_one(const struct accounts *accounts, struct json *json, struct buffer *out)
{
    struct id member = {0};
    (void)json_peek(json);
    const char *start = json->at;
    if (!pass_members(json, &member))
        return false;
    buffer_add(out, start, (size_t)(json->at - start) - 1);
    buffer_add_text(out, ",\"name\":");
    buffer_add_json(out, accounts_name(accounts, member));
    buffer_add_byte(out, '}');
    return true;
}

static bool fill_all(const struct accounts *accounts, struct json *json, struct buffer *out)
{
    bool more;
    if (json_peek(json) != '[')
        return fill_one(accounts, json, out);
    if (!json_enter(json, '['))
        return false;
    for (bool first = true;; first = false) {
        if (!json_array_next(json, first, &more))
            return false;
        buffer_add_text(out, !more ? first ? "[]" : "]" : first ? "[" : ",");
        if (!more)
            return true;
        if (!fill_one(accounts, json, out))
            return false;
    }
}

bool names_fill(struct visit *visit, struct slice text, struct buffer *out)
{
    struct json json;
    if (!json_begin(&json, text, JSON_DEPTH_MOST, visit->arena, &visit->problem))
        return false;
    accounts_lock(visit->front->accounts);
    bool filled = fill_all(visit->front->accounts, &json, out);
    accounts_unlock(visit->front->accounts);
    return filled && json_end(&json);
}

static bool too_many(struct visit *visit, const struct field *field)
{
    problem_none(&visit->problem);
    return problem_say(&visit->problem, PROBLEM_bad_parameter, "%.*s fits more than %lld accounts: give more of the name",
                       "%.*s 匹配的账号超过 %lld 个，请输入更完整的姓名或登录名", (int)field->name.length, field->name.at,
                       (long long)config->named_accounts);
}

bool names_find(struct visit *visit, const struct field *field, struct slice text, struct arguments *arguments)
{
    size_t count, most = (size_t)config->named_accounts;
    char *part = arena_copy(visit->arena, text);
    if (!part)
        return problem_say(&visit->problem, PROBLEM_too_large, "The request needs too much memory", "请求占用内存过多");
    struct id *ids = accounts_named(visit->front->accounts, part, most, &count);
    struct buffer *array = argument_array(arguments, SQL_UUID, count <= most ? count : 0);
    for (size_t i = 0; count <= most && i < count; i++)
        value_id(array, ids[i].bytes);
    free(ids);
    return count <= most || too_many(visit, field);
}
