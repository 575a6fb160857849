/* Queries: the statement of the query's name asked of PostgreSQL, or a view's structs encoded.  SPDX-License-Identifier: Apache-2.0 */
#include "http/query.h"

#include "http/awaited.h"
#include "http/hall.h"
#include "http/names.h"
#include "http/permit.h"
#include "http/reach.h"
#include "process/clock.h"
#include "process/config.h"
#include "sql/pool.h"
#include "topics/encode.h"
#include "topics/messages.h"
#include "topics/person_field.h"

enum { ARGUMENTS_BYTES = 16384, ELEMENT_BYTES = 20 };

static bool answer_full(struct visit *visit)
{
    if (!visit->hall->body.overflowed)
        return false;
    buffer_empty(&visit->hall->body);
    visit_refuse_as(visit, PROBLEM_busy, "The answer is too large: ask for fewer rows", "结果过大，请减少行数");
    return true;
}

void query_answer_rows(struct visit *visit, const void *rows, size_t count, size_t total)
{
    const struct shape *shape = visit->declaration->result();
    struct buffer *body = &visit->hall->body;
    buffer_empty(body);
    buffer_add_text(body, "{\"rows\":[");
    for (size_t i = 0; i < count; i++) {
        if (i)
            buffer_add_byte(body, ',');
        encode(body, shape, (const char *)rows + i * shape->size);
    }
    buffer_add_text(body, "],\"total\":");
    buffer_add_number(body, (int64_t)total);
    buffer_add_byte(body, '}');
    if (!answer_full(visit))
        visit_answer(visit, 200, buffer_slice(body));
}

void query_answer_one(struct visit *visit, const void *record)
{
    struct buffer *body = &visit->hall->body;
    buffer_empty(body);
    encode(body, visit->declaration->result(), record);
    if (!answer_full(visit))
        visit_answer(visit, 200, buffer_slice(body));
}

/* A parameter of the query as an argument of the statement; what is absent is NULL, but for limit and offset. */
static void add_argument(struct visit *visit, struct arguments *arguments, const struct field *field)
{
    const char *message = visit->message;
    const void *value = message + field->offset;
    bool there = field->need == REQUIRED || *(const bool *)(message + field->offset_has);
    if (visit->declaration->named && slice_equal(field->name, slice_of(visit->declaration->named))) {
        names_add(visit, arguments);
        return;
    }
    struct buffer *out = argument(arguments);
    if (!there && slice_equal(field->name, SLICE("limit")))
        value_int8(out, QUERY_LIMIT);
    else if (!there && slice_equal(field->name, SLICE("offset")))
        value_int8(out, 0);
    else if (!there)
        value_null(out);
    else if (field->type == ID)
        value_id(out, value);
    else if (field->type == TEXT)
        value_text(out, *(const struct slice *)value);
    else if (field->type == BOOL)
        value_bool(out, *(const bool *)value);
    else if (field->type == TIME)
        value_time(out, *(const int64_t *)value);
    else if (field->type == DATE)
        value_date(out, (int32_t) * (const int64_t *)value);
    else if (field->type == ENUM_VALUE)
        value_int2(out, (int16_t) * (const int *)value);
    else
        value_int8(out, *(const int64_t *)value);
}

/* How many rows there are; of a list that may be long also whether there are more, and where the next page begins. */
static void add_total(struct buffer *body, const struct declaration *declaration, const struct rows *rows)
{
    buffer_add_text(body, ",\"total\":");
    buffer_add_number(body, row_number(rows, 0, QUERY_TOTAL));
    if (!query_has_cursor(declaration))
        return;
    if (row_bool(rows, 0, QUERY_MORE))
        buffer_add_text(body, ",\"more\":true");
    if (row_null(rows, 0, QUERY_NEXT))
        return;
    buffer_add_text(body, ",\"next\":");
    buffer_add_json(body, row_text(rows, 0, QUERY_NEXT));
}

bool query_has_cursor(const struct declaration *declaration)
{
    return shape_field(declaration->shape(), "after") != NULL;
}

/* PostgreSQL made the JSON: the front puts it into its frame. */
static void came(void *context, const struct rows *rows, const struct sql_failure *failure)
{
    struct visit *visit = context;
    struct buffer *body = &visit->hall->body;
    metric_observe(METRIC_query_latency, clock_monotonic_us() - visit->begun_us);
    if (failure) {
        enum problem_code code = failure->verdict == SQL_RETRY ? PROBLEM_database_away : PROBLEM_database_refused;
        visit_refuse_as(visit, code, "The query could not be answered now", "暂时无法完成查询");
        return;
    }
    if (rows_count(rows) == 0) {
        visit_refuse_as(visit, PROBLEM_not_found, PERMIT_NOTHING_HERE);
        return;
    }
    buffer_empty(body);
    if (visit->declaration->form == DOCUMENT) {
        names_print(visit, row_text(rows, 0, 0), body);
        if (!answer_full(visit))
            visit_answer_document(visit, visit->declaration->name, buffer_slice(body));
        return;
    }
    if (visit->declaration->form == ROWS)
        buffer_add_text(body, "{\"rows\":");
    if (!names_fill(visit, row_text(rows, 0, QUERY_ROWS), body)) {
        visit_refuse_as(visit, PROBLEM_internal, "The rows cannot be read", "无法读取查询结果");
        return;
    }
    if (visit->declaration->form == ROWS) {
        add_total(body, visit->declaration, rows);
        buffer_add_byte(body, '}');
    }
    if (!answer_full(visit))
        visit_answer(visit, 200, buffer_slice(body));
}

/* The thing that the query's field of that name names. */
static struct id object_of(const struct visit *visit, const char *name)
{
    const struct field *field = shape_field(visit->declaration->shape(), name);
    struct id object = {0};
    if (field)
        memcpy(&object, (const char *)visit->message + field->offset, sizeof object);
    return object;
}

/* Whose commands the query awaits, as the statement's last argument. False: too many for the request's memory. */
static bool add_awaited(struct visit *visit, struct arguments *arguments)
{
    const struct declaration *command = catalogue_declaration(slice_of(visit->declaration->awaits));
    size_t count;
    const struct id *actors = awaited_actors(visit->front->awaited, (size_t)(command - catalogue_declarations),
                                             object_of(visit, visit->declaration->awaits_field), visit->arena, &count);
    struct buffer *array = argument_array(arguments, SQL_UUID, count);
    for (size_t i = 0; i < count; i++)
        value_id(array, actors[i].bytes);
    return actors != NULL;
}

/* The tops of the caller's subtrees, by the row's roles and by the command's. */
static void add_reach(const struct visit *visit, struct arguments *arguments)
{
    const struct declaration *command = catalogue_declaration(slice_of(visit->declaration->reach));
    reach_add(visit, reach_by(visit), arguments);
    reach_add(visit, command->roles | ROLES_READING_ALL, arguments);
}

static void add_fields(uint64_t through, bool plain, struct arguments *arguments)
{
    size_t count = 0;
    for (size_t i = 0; i < person_sight_count; i++)
        count += ((plain ? person_sights[i].plain : person_sights[i].masked) & through) != 0;
    struct buffer *array = argument_array(arguments, SQL_TEXT, count);
    for (size_t i = 0; i < person_sight_count; i++)
        if ((plain ? person_sights[i].plain : person_sights[i].masked) & through)
            value_text(array, slice_of(person_sights[i].name));
}

void query_add_sight(const struct visit *visit, struct arguments *arguments)
{
    uint64_t through = visit->declaration->scope == OWN ? UINT64_MAX : visit->through;
    if (!visit->declaration->sees)
        return;
    add_fields(through, true, arguments);
    add_fields(through, false, arguments);
}

void query_arguments(struct visit *visit, struct arguments *arguments)
{
    const struct shape *shape = visit->declaration->shape();
    size_t elements = (visit->declaration->awaits ? (size_t)config->awaited_commands : 0) +
                      (visit->declaration->named ? (size_t)config->named_accounts : 0);
    *arguments = arguments_new(ARGUMENTS_BYTES + elements * ELEMENT_BYTES);
    value_id(argument(arguments), visit->caller.account.bytes);
    value_time(argument(arguments), visit->accepted_ms);
    for (size_t i = 0; i + visit->declaration->persons < shape->count; i++) /* the last one says by which export */
        add_argument(visit, arguments, &shape->fields[i]);
}

void query_ask(struct visit *visit, const char *statement, const struct arguments *arguments)
{
    struct pool_reach reach = reach_rows(visit);
    if (!pool_ask(visit->hall->pool, statement, arguments, &reach, came, visit))
        visit_refuse_as(visit, PROBLEM_database_away, "The database cannot be asked now", "暂时无法查询数据库");
}

void query_answer(struct visit *visit)
{
    struct arguments arguments;
    query_arguments(visit, &arguments);
    query_add_sight(visit, &arguments);
    if (visit->declaration->reach)
        add_reach(visit, &arguments);
    if (visit->declaration->awaits && !add_awaited(visit, &arguments))
        visit_refuse_as(visit, PROBLEM_busy, "Too much is undecided to be counted", "待处理的请求过多，暂时无法统计");
    else
        query_ask(visit, visit->declaration->name, &arguments);
    arguments_free(&arguments);
}
