/* From the parts of a message to its C struct, by the catalogue's rows.  SPDX-License-Identifier: Apache-2.0 */
#include "topics/decode.h"

#include "process/clock.h"
#include "process/hex.h"
#include "topics/id.h"
#include "topics/json.h"
#include "topics/route.h"

struct decoder {
    struct json json;
    enum decode_manner manner;
    struct arena *arena;
    struct decode_privates *privates;
    struct problem *problem;
};

struct list {
    void *at;
    size_t count;
};

static bool no_room(struct problem *problem)
{
    return problem_say(problem, PROBLEM_too_large, "The message needs too much memory", "消息占用内存过多");
}

static bool in_range(const struct field *field, int64_t value, struct problem *problem)
{
    if ((field->least == 0 && field->most == 0) || (value >= field->least && value <= field->most))
        return true;
    if (field->type == HUNDREDTHS)
        return problem_say(problem, PROBLEM_invalid, "Must be from %.2f to %.2f", "必须在 %.2f 到 %.2f 之间",
                           (double)field->least / 100, (double)field->most / 100);
    return problem_say(problem, PROBLEM_invalid, "Must be from %lld to %lld", "必须在 %lld 到 %lld 之间",
                       (long long)field->least, (long long)field->most);
}

static bool check_text(const struct field *field, struct slice text, struct problem *problem)
{
    int64_t points = slice_points(text);
    if (points >= field->least && points <= field->most)
        return form_check(field->form, text, problem);
    return problem_say(problem, PROBLEM_invalid, "Must be %lld to %lld characters", "长度必须为 %lld 到 %lld 个字",
                       (long long)field->least, (long long)field->most);
}

static bool find_value(const struct enumeration *enumeration, struct slice text, int *ret_value, struct problem *problem)
{
    for (size_t i = 0; i < enumeration->count; i++)
        if (slice_equal(slice_of(enumeration->values[i]), text)) {
            *ret_value = (int)i;
            return true;
        }
    return problem_say(problem, PROBLEM_invalid, "Not a value of %s", "不是 %s 的取值", enumeration->name);
}

static bool take_date(struct slice text, int64_t *ret_day)
{
    int32_t day;
    if (!clock_day_parse(text, &day))
        return false;
    *ret_day = day;
    return true;
}

/* A value that came as text: an id, a time, a date, an enumeration's word, a text. */
static bool take_text(const struct field *field, struct slice text, void *value, struct problem *problem)
{
    if (field->type == ID)
        return id_parse(text, value) || problem_say(problem, PROBLEM_invalid, "Not an id", "不是有效的编号");
    if (field->type == TIME)
        return clock_parse(text, value) ||
               problem_say(problem, PROBLEM_invalid, "Not an RFC 3339 time", "不是 RFC 3339 时间");
    if (field->type == DATE)
        return take_date(text, value) ||
               problem_say(problem, PROBLEM_invalid, "Not a date (YYYY-MM-DD)", "不是日期（年-月-日）");
    if (field->type == ENUM_VALUE)
        return find_value(field->enumeration, text, value, problem);
    if (!check_text(field, text, problem))
        return false;
    *(struct slice *)value = text;
    return true;
}

static bool take_private(struct decoder *decoder, const struct field *field, struct slice raw, struct slice value)
{
    struct decode_privates *privates = decoder->privates;
    if (!privates || field->level == OPEN)
        return true;
    if (privates->count == privates->most)
        return problem_say(decoder->problem, PROBLEM_too_large, "Too many personal fields", "个人信息字段过多");
    privates->at[privates->count++] = (struct decode_private){field, raw, value};
    return true;
}

/* The next value is no `what`; a well-formed value of another kind is no malformed JSON. */
static bool other_kind(struct decoder *decoder, const char *what, const char *what_zh)
{
    return json_skip(&decoder->json, NULL) && problem_say(decoder->problem, PROBLEM_invalid, "%1$s%2$.0s was expected",
                                                          "%1$.0s此处应为%2$s", what, what_zh);
}

/* Whether the next value begins with that byte. */
static bool begins(struct decoder *decoder, char start, const char *what, const char *what_zh)
{
    return json_peek(&decoder->json) == start || other_kind(decoder, what, what_zh);
}

static bool begins_number(struct decoder *decoder)
{
    char next = json_peek(&decoder->json);
    return (next >= '0' && next <= '9') || next == '-' || other_kind(decoder, "A number", "数字");
}

static bool begins_truth(struct decoder *decoder)
{
    char next = json_peek(&decoder->json);
    return next == 't' || next == 'f' || other_kind(decoder, "true or false", " true 或 false");
}

static bool take_scalar(struct decoder *decoder, const struct field *field, void *value)
{
    struct json *json = &decoder->json;
    struct slice text;
    switch (field->type) {
    case NUMBER:
        return begins_number(decoder) && json_number(json, value) &&
               in_range(field, *(int64_t *)value, decoder->problem);
    case HUNDREDTHS:
        return begins_number(decoder) && json_hundredths(json, value) &&
               in_range(field, *(int64_t *)value, decoder->problem);
    case BOOL:
        return begins_truth(decoder) && json_truth(json, value);
    case JSON:
        return json_skip(json, value);
    default:
        break;
    }
    if (!begins(decoder, '"', "A text", "文本"))
        return false;
    const char *begin = json->at;
    if (!json_text(json, &text))
        return false;
    struct slice raw = {begin, (size_t)(json->at - begin)};
    if (field->level != OPEN && field->type == TEXT && decoder->manner == DECODE_LENIENT) {
        *(struct slice *)value = text; /* sealed by now; its length was checked by the front */
        return true;
    }
    return take_text(field, text, value, decoder->problem) && take_private(decoder, field, raw, text);
}

static size_t scalar_size(enum scalar_type type)
{
    switch (type) {
    case ID:
        return sizeof(struct id);
    case TEXT:
    case JSON:
        return sizeof(struct slice);
    case BOOL:
        return sizeof(bool);
    case ENUM_VALUE:
        return sizeof(int);
    default:
        return sizeof(int64_t);
    }
}

static bool take_shape(struct decoder *decoder, const struct shape *shape, void *into);

static bool take_one(struct decoder *decoder, const struct field *field, void *value)
{
    return field->type == SHAPE ? take_shape(decoder, field->shape(), value) : take_scalar(decoder, field, value);
}

/* How many entries the last list of a row had in this thread: the next one begins with as much room. */
enum { HINTS = 32 };
static __thread struct {
    const struct field *field;
    size_t count;
} hints[HINTS];

static size_t *hint_of(const struct field *field)
{
    size_t at = (uintptr_t)field / sizeof *field % HINTS;
    if (hints[at].field != field) {
        hints[at].field = field;
        hints[at].count = 4;
    }
    return &hints[at].count;
}

static bool grow(struct decoder *decoder, const struct field *field, struct list *list, size_t *room, size_t size)
{
    size_t more = *room ? *room * 2 : *hint_of(field);
    void *at = arena_take(decoder->arena, more * size);
    if (!at)
        return no_room(decoder->problem);
    if (list->count)
        memcpy(at, list->at, list->count * size);
    list->at = at;
    *room = more;
    return true;
}

static bool take_list(struct decoder *decoder, const struct field *field, struct list *ret_list)
{
    size_t size = field->type == SHAPE ? field->shape()->size : scalar_size(field->type), room = 0;
    struct list list = {NULL, 0};
    bool more = true;
    if (!begins(decoder, '[', "A list", "列表") || !json_enter(&decoder->json, '['))
        return false;
    for (;; list.count++) {
        if (!json_array_next(&decoder->json, list.count == 0, &more))
            return false;
        if (!more)
            break;
        if (list.count == field->max_items)
            return problem_say(decoder->problem, PROBLEM_invalid, "At most %zu entries", "至多 %zu 项", list.count);
        if (list.count == room && !grow(decoder, field, &list, &room, size))
            return false;
        if (!take_one(decoder, field, (char *)list.at + list.count * size))
            return problem_under_index(decoder->problem, list.count);
    }
    if (list.count < field->min_items)
        return problem_say(decoder->problem, PROBLEM_invalid, "At least %zu entries", "至少 %zu 项", field->min_items);
    if (list.count)
        *hint_of(field) = list.count;
    *ret_list = list;
    return true;
}

static bool take_field(struct decoder *decoder, const struct field *field, char *into)
{
    if (field->need == MAY_LACK && !field->pointer)
        *(bool *)(into + field->offset_has) = true;
    if (field->many)
        return take_list(decoder, field, (struct list *)(into + field->offset));
    if (!field->pointer)
        return take_one(decoder, field, into + field->offset);
    void *record = arena_take(decoder->arena, field->shape()->size);
    if (!record)
        return no_room(decoder->problem);
    *(void **)(into + field->offset) = record;
    return take_one(decoder, field, record);
}

static const struct field *find_field(const struct shape *shape, struct slice name)
{
    for (const struct field *field = shape->fields; field < shape->fields + shape->count; field++)
        if (field->place == BODY && slice_equal(field->name, name))
            return field;
    return NULL;
}

/* The row of the next member, NULL at the object's end or where no row has the name, which is in *ret_name. Members
 * usually come in the order of their rows, so the look goes on behind the last one, `at`, without reading the name. */
static bool next_field(struct json *json, const struct shape *shape, bool first, size_t *at, struct slice *ret_name,
                       bool *ret_more, const struct field **ret_field)
{
    for (bool follows = first || json_follows(json); follows && *at < shape->count; ++*at) {
        const struct field *field = &shape->fields[*at];
        if (field->place != BODY || !json_object_passes(json, first, field->name))
            continue;
        ++*at;
        *ret_name = field->name;
        *ret_more = true;
        *ret_field = field;
        return true;
    }
    *ret_field = NULL;
    if (!json_object_next(json, first, ret_name, ret_more))
        return false;
    if (*ret_more && (*ret_field = find_field(shape, *ret_name)))
        *at = (size_t)(*ret_field - shape->fields) + 1;
    return true;
}

static bool missing(const struct shape *shape, uint64_t seen, struct problem *problem)
{
    if (shape->kind == A_ONE_OF) {
        if (seen && !(seen & (seen - 1)))
            return false;
        problem_say(problem, PROBLEM_invalid, "Exactly one member is expected", "应恰好有一项");
        return true;
    }
    for (size_t i = 0; i < shape->count; i++) {
        const struct field *field = &shape->fields[i];
        if (field->place != BODY || field->need != REQUIRED || seen >> i & 1)
            continue;
        problem_say(problem, PROBLEM_invalid, "Is missing", "缺少此项");
        problem_under(problem, field->name);
        return true;
    }
    return false;
}

static bool take_shape(struct decoder *decoder, const struct shape *shape, void *into)
{
    struct json *json = &decoder->json;
    const struct field *field;
    struct slice name;
    uint64_t seen = 0;
    size_t at = 0;
    bool more = true;
    if (!begins(decoder, '{', "An object", "对象") || !json_enter(json, '{'))
        return false;
    for (bool first = true;; first = false) {
        if (!next_field(json, shape, first, &at, &name, &more, &field))
            return false;
        if (!more)
            return !missing(shape, seen, decoder->problem);
        if (!field) {
            if (decoder->manner == DECODE_STRICT) {
                problem_say(decoder->problem, PROBLEM_invalid, "No such member here", "此处没有这一项");
                return problem_under(decoder->problem, name);
            }
            if (!json_skip(json, NULL))
                return false;
            continue;
        }
        uint64_t bit = UINT64_C(1) << (field - shape->fields);
        if (seen & bit) {
            problem_say(decoder->problem, PROBLEM_malformed, "Stands twice", "重复出现");
            return problem_under(decoder->problem, name);
        }
        seen |= bit;
        if (!take_field(decoder, field, into))
            return problem_under(decoder->problem, name);
    }
}

/* A value from the path or the query string. */
static bool take_part(const struct field *field, struct slice text, char *into, struct problem *problem)
{
    void *value = into + field->offset;
    if (field->need == MAY_LACK)
        *(bool *)(into + field->offset_has) = true;
    if (field->type == NUMBER)
        return slice_number(text, value) ? in_range(field, *(int64_t *)value, problem)
                                         : problem_say(problem, PROBLEM_invalid, "A whole number was expected", "此处应为整数");
    if (field->type != BOOL)
        return take_text(field, text, value, problem);
    *(bool *)value = slice_equal(text, SLICE("true"));
    return *(bool *)value || slice_equal(text, SLICE("false")) ||
           problem_say(problem, PROBLEM_invalid, "true or false was expected", "此处应为 true 或 false");
}

static bool take_path(const struct declaration *declaration, struct slice path, char *into, struct problem *problem)
{
    const struct shape *shape = declaration->shape();
    struct captures captures;
    size_t next = 0;
    if (!declaration->path)
        return true;
    if (!route_match(declaration->path, path, &captures))
        return problem_say(problem, PROBLEM_not_found, "The path is not that of %s", "路径与 %s 不符",
                           declaration->name);
    for (size_t i = 0; i < shape->count && next < captures.count; i++)
        if (shape->fields[i].place == IN_PATH && !take_part(&shape->fields[i], captures.at[next++], into, problem)) {
            problem->code = PROBLEM_not_found; /* no such thing can be there */
            return problem_under(problem, shape->fields[i].name);
        }
    return true;
}

/* %XX and '+' undone; what is no text afterwards is a fault. */
static bool undo_percent(struct slice raw, struct arena *arena, struct slice *ret_text, struct problem *problem)
{
    char *text = arena_take(arena, raw.length + 1);
    size_t length = 0;
    if (!text)
        return no_room(problem);
    for (size_t i = 0; i < raw.length; i++) {
        char c = raw.at[i];
        if (c == '+') {
            c = ' ';
        } else if (c == '%') {
            int high = raw.length - i > 2 ? hex_value(raw.at[i + 1]) : -1;
            int low = high < 0 ? -1 : hex_value(raw.at[i + 2]);
            if (low < 0 || (high == 0 && low == 0))
                return problem_say(problem, PROBLEM_invalid, "A %%XX escape is malformed", "%%XX 转义有误");
            c = (char)(high << 4 | low);
            i += 2;
        }
        text[length++] = c;
    }
    *ret_text = (struct slice){text, length};
    return slice_points(*ret_text) >= 0 || problem_say(problem, PROBLEM_invalid, "Not UTF-8", "不是 UTF-8 编码");
}

static bool take_parameter(const struct shape *shape, struct slice name, struct slice raw, uint64_t *seen,
                           struct arena *arena, char *into, struct problem *problem)
{
    struct slice text;
    for (size_t i = 0; i < shape->count; i++) {
        const struct field *field = &shape->fields[i];
        if (field->place != IN_QUERY || !slice_equal(field->name, name))
            continue;
        if (*seen >> i & 1)
            return problem_say(problem, PROBLEM_invalid, "Stands twice in the query", "在查询串中重复出现");
        *seen |= UINT64_C(1) << i;
        return undo_percent(raw, arena, &text, problem) && take_part(field, text, into, problem);
    }
    return problem_say(problem, PROBLEM_invalid, "No such parameter", "没有这个参数");
}

static bool take_query(const struct shape *shape, struct slice query, struct arena *arena, char *into,
                       struct problem *problem)
{
    uint64_t seen = 0;
    while (query.length > 0) {
        const char *end = memchr(query.at, '&', query.length);
        struct slice part = {query.at, end ? (size_t)(end - query.at) : query.length}, name = part, value = {"", 0};
        const char *equals = part.length ? memchr(part.at, '=', part.length) : NULL;
        if (equals) {
            name.length = (size_t)(equals - part.at);
            value = (struct slice){equals + 1, part.length - name.length - 1};
        }
        query = end ? (struct slice){end + 1, query.length - part.length - 1} : (struct slice){NULL, 0};
        if (!take_parameter(shape, name, value, &seen, arena, into, problem)) {
            problem->code = PROBLEM_bad_parameter;
            return slice_points(name) >= 0 && problem_under(problem, name); /* only text can be said */
        }
    }
    for (size_t i = 0; i < shape->count; i++)
        if (shape->fields[i].place == IN_QUERY && shape->fields[i].need == REQUIRED && !(seen >> i & 1)) {
            problem_say(problem, PROBLEM_bad_parameter, "Is missing from the query", "查询串缺少此项");
            return problem_under(problem, shape->fields[i].name);
        }
    return true;
}

static bool has_body(const struct shape *shape)
{
    for (size_t i = 0; i < shape->count; i++)
        if (shape->fields[i].place == BODY)
            return true;
    return false;
}

bool decode(const struct declaration *declaration, const struct decode_source *source, enum decode_manner manner,
            int depth_most, struct arena *arena, struct decode_privates *privates, void *ret_message,
            struct problem *problem)
{
    const struct shape *shape = declaration->shape();
    struct decoder decoder = {.manner = manner, .arena = arena, .privates = privates, .problem = problem};
    memset(ret_message, 0, shape->size);
    if (!take_path(declaration, source->path, ret_message, problem) ||
        !take_query(shape, source->query, arena, ret_message, problem))
        return false;
    if (declaration->uploads || declaration->kind == A_QUERY)
        return true;
    if (source->body.length == 0 && !has_body(shape))
        return true;
    return json_begin(&decoder.json, source->body, depth_most, arena, problem) &&
           take_shape(&decoder, shape, ret_message) && json_end(&decoder.json);
}

bool decode_record(const struct shape *shape, struct slice text, enum decode_manner manner, struct arena *arena,
                   void *ret_record, struct problem *problem)
{
    struct decoder decoder = {.manner = manner, .arena = arena, .problem = problem};
    memset(ret_record, 0, shape->size);
    return json_begin(&decoder.json, text, JSON_DEPTH_MOST, arena, problem) && take_shape(&decoder, shape, ret_record) &&
           json_end(&decoder.json);
}
