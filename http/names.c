/* Names of members from the view of accounts: into answers and documents, and from a part of them to ids.  SPDX-License-Identifier: Apache-2.0 */
#include "http/names.h"

#include "http/hall.h"
#include "process/config.h"
#include "sql/arguments.h"
#include "topics/digest.h"
#include "topics/json.h"

enum { WHOSE_MOST = 10 };

/* A record's personal fields, each with the field that says whose name it is. */
static const struct {
    const char *name, *member;
} PAIRS[WHOSE_MOST] = {{"name", "member"},
                       {"proposed_name", "proposed_by"},
                       {"confirmed_name", "confirmed_by"},
                       {"actor_name", "actor"},
                       {"given_name", "given_by"},
                       {"ended_name", "ended_by"},
                       {"opened_name", "opened_by"},
                       {"subject_name", "subject"},
                       {"recorded_name", "recorded_by"},
                       {"decided_name", "decided_by"}};

/* Whom a record names, by pair; none where it does not have the field, or does not concern the pair. */
struct whose {
    bool concerned[WHOSE_MOST], there[WHOSE_MOST];
    struct id members[WHOSE_MOST];
};

static bool concerns(const struct shape *record, struct whose *ret_whose)
{
    bool any = false;
    *ret_whose = (struct whose){0};
    for (size_t i = 0; i < WHOSE_MOST; i++) {
        const struct field *name = shape_field(record, PAIRS[i].name), *member = shape_field(record, PAIRS[i].member);
        ret_whose->concerned[i] = name && member && name->level != OPEN && member->type == ID;
        any = any || ret_whose->concerned[i];
    }
    return any;
}

static bool pass_member(struct json *json, struct slice name, struct whose *whose)
{
    struct slice text;
    for (size_t i = 0; i < WHOSE_MOST; i++)
        if (whose->concerned[i] && slice_equal(name, slice_of(PAIRS[i].member)))
            return whose->there[i] = json_text(json, &text) && id_parse(text, &whose->members[i]);
    return json_skip(json, NULL);
}

/* Whether a record, or one that stands in it, names anybody. */
static bool names_anybody(const struct shape *record)
{
    struct whose whose;
    bool any = concerns(record, &whose);
    for (size_t i = 0; i < record->count && !any; i++)
        any = record->fields[i].type == SHAPE && names_anybody(record->fields[i].shape());
    return any;
}

/* The records that stand in the member and name somebody; NULL where it holds none. */
static const struct shape *within(const struct shape *record, struct slice member)
{
    for (size_t i = 0; i < record->count; i++) {
        const struct field *field = &record->fields[i];
        if (field->type == SHAPE && slice_equal(field->name, member))
            return names_anybody(field->shape()) ? field->shape() : NULL;
    }
    return NULL;
}

static bool fill_all(const struct accounts *accounts, struct json *json, const struct shape *shape, struct buffer *out);

/* The members of a record as they came, those that hold records filled; what says whose names it has is kept. */
static bool fill_members(const struct accounts *accounts, struct json *json, const struct shape *record,
                         struct whose *whose, struct buffer *out)
{
    struct slice name;
    bool more;
    (void)json_peek(json);
    const char *start = json->at;
    if (!json_enter(json, '{'))
        return false;
    for (bool first = true;; first = false) {
        if (!json_object_next(json, first, &name, &more))
            return false;
        if (!more) {
            buffer_add(out, start, (size_t)(json->at - start) - 1);
            return true;
        }
        char opens = json_peek(json);
        const struct shape *inner = opens == '[' || opens == '{' ? within(record, name) : NULL;
        if (!inner && !pass_member(json, name, whose))
            return false;
        if (inner) {
            buffer_add(out, start, (size_t)(json->at - start));
            if (!fill_all(accounts, json, inner, out))
                return false;
            start = json->at;
        }
    }
}

/* A record as it came, its names behind the last member. */
static bool fill_one(const struct accounts *accounts, struct json *json, const struct shape *record, struct buffer *out)
{
    struct whose whose;
    (void)concerns(record, &whose);
    if (!fill_members(accounts, json, record, &whose, out))
        return false;
    for (size_t i = 0; i < WHOSE_MOST; i++)
        if (whose.there[i]) {
            buffer_add_format(out, ",\"%s\":", PAIRS[i].name);
            buffer_add_json(out, accounts_name(accounts, whose.members[i]));
        }
    buffer_add_byte(out, '}');
    return true;
}

static bool fill_all(const struct accounts *accounts, struct json *json, const struct shape *shape, struct buffer *out)
{
    bool more;
    if (json_peek(json) != '[')
        return fill_one(accounts, json, shape, out);
    if (!json_enter(json, '['))
        return false;
    for (bool first = true;; first = false) {
        if (!json_array_next(json, first, &more))
            return false;
        buffer_add_text(out, !more ? first ? "[]" : "]" : first ? "[" : ",");
        if (!more)
            return true;
        if (!fill_one(accounts, json, shape, out))
            return false;
    }
}

bool names_fill(struct visit *visit, struct slice text, struct buffer *out)
{
    struct json json;
    const struct shape *shape = visit->declaration->result();
    if (!names_anybody(shape)) {
        buffer_add_slice(out, text);
        return true;
    }
    if (!json_begin(&json, text, JSON_DEPTH_MOST, visit->arena, &visit->problem))
        return false;
    accounts_lock(visit->front->accounts);
    bool filled = fill_all(visit->front->accounts, &json, shape, out);
    accounts_unlock(visit->front->accounts);
    return filled && json_end(&json);
}

/* A part of a document between two marks: somebody's id as the name, anything else as it stands. */
static void print_part(const struct accounts *accounts, struct slice part, bool marked, struct buffer *out)
{
    struct id id;
    struct slice name = marked && id_parse(part, &id) ? accounts_name(accounts, id) : (struct slice){0};
    buffer_add_slice(out, name.length ? name : part);
}

static void print_sum(struct buffer *out)
{
    uint8_t sum[32];
    digest_sha256(buffer_slice(out), sum);
    buffer_add_text(out, "以上内容 SHA-256：");
    for (size_t i = 0; i < sizeof sum; i++)
        buffer_add_format(out, "%02x", sum[i]);
    buffer_add_byte(out, '\n');
}

void names_print(struct visit *visit, struct slice text, struct buffer *out)
{
    accounts_lock(visit->front->accounts);
    for (bool marked = false; text.length; marked = !marked) {
        const char *mark = memchr(text.at, NAMES_MARK, text.length);
        size_t length = mark ? (size_t)(mark - text.at) : text.length;
        print_part(visit->front->accounts, (struct slice){text.at, length}, marked, out);
        text = (struct slice){text.at + length + (mark != NULL), text.length - length - (mark != NULL)};
    }
    accounts_unlock(visit->front->accounts);
    print_sum(out);
}

struct named {
    struct named *next;
    size_t count;
    struct id ids[];
};

/* In the exchange's arena, as all that it finds. */
struct search {
    struct visit *visit;
    const struct route *route;
    void (*proceed)(struct visit *visit, const struct route *route);
    const struct field *field;
    char *part;
    size_t count;
    uint32_t next;
};

/* The parameter that names members, NULL where the query has none or it was left out. */
static const struct field *naming(const struct visit *visit)
{
    if (!visit->declaration->named)
        return NULL;
    const struct field *field = shape_field(visit->declaration->shape(), visit->declaration->named);
    return field->need == REQUIRED || *(const bool *)((const char *)visit->message + field->offset_has) ? field : NULL;
}

static bool keep(struct search *search, struct slice ids)
{
    struct visit *visit = search->visit;
    size_t count = ids.length / sizeof(struct id);
    search->count += count;
    if (search->count > (size_t)config->named_accounts)
        return problem_say(&visit->problem, PROBLEM_bad_parameter,
                           "%.*s fits more than %lld accounts: give more of the name",
                           "%.*s 匹配的账号超过 %lld 个，请输入更完整的姓名或登录名", (int)search->field->name.length,
                           search->field->name.at, (long long)config->named_accounts);
    struct named *named = arena_take(visit->arena, sizeof *named + ids.length);
    if (!named)
        return problem_say(&visit->problem, PROBLEM_too_large, "The request needs too much memory", "请求占用内存过多");
    if (count)
        memcpy(named->ids, ids.at, ids.length);
    named->count = count;
    named->next = visit->named;
    visit->named = named;
    return true;
}

static void look(struct loop *loop, void *argument)
{
    struct search *search = argument;
    struct visit *visit = search->visit;
    struct buffer ids = buffer_new((size_t)config->named_slice * sizeof(struct id));
    bool more = accounts_named(visit->front->accounts, search->part, (uint32_t)config->named_slice, &search->next, &ids);
    bool kept = keep(search, buffer_slice(&ids));
    buffer_free(&ids);
    if (!kept)
        visit_refuse(visit);
    else if (!more)
        search->proceed(visit, search->route);
    else if (!loop_post(loop, look, search))
        visit_refuse_as(visit, PROBLEM_busy, "Too much waits to be done", "等待处理的任务过多");
}

void names_seek(struct visit *visit, const struct route *route,
                void (*proceed)(struct visit *visit, const struct route *route))
{
    const struct field *field = naming(visit);
    if (!field) {
        proceed(visit, route);
        return;
    }
    struct search *search = arena_take(visit->arena, sizeof *search);
    char *part = arena_copy(visit->arena, *(const struct slice *)((const char *)visit->message + field->offset));
    if (!search || !part) {
        visit_refuse_as(visit, PROBLEM_too_large, "The request needs too much memory", "请求占用内存过多");
        return;
    }
    *search = (struct search){.visit = visit, .route = route, .proceed = proceed, .field = field, .part = part};
    look(visit->hall->loop, search);
}

void names_add(const struct visit *visit, struct arguments *arguments)
{
    size_t count = 0;
    if (!visit->named) {
        value_null(argument(arguments));
        return;
    }
    for (const struct named *named = visit->named; named; named = named->next)
        count += named->count;
    struct buffer *array = argument_array(arguments, SQL_UUID, count);
    for (const struct named *named = visit->named; named; named = named->next)
        for (size_t i = 0; i < named->count; i++)
            value_id(array, named->ids[i].bytes);
}
