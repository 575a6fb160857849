/* People at the front.  SPDX-License-Identifier: Apache-2.0 */
#include "http/person.h"

#include <stdlib.h>

#include "http/hall.h"
#include "http/password.h"
#include "http/permit.h"
#include "http/person_photograph.h"
#include "http/query.h"
#include "http/reach.h"
#include "process/config.h"
#include "process/memory.h"
#include "sql/pool.h"
#include "sql/transaction.h"
#include "topics/encode.h"
#include "topics/messages.h"
#include "topics/person_field.h"
#include "topics/seal.h"

enum { ARGUMENTS_BYTES = 16384, VALUE_BYTES = 4096 };

/* Whoever has an account is where that is; anybody else is what an organisation has. */
static enum resolved resolve_person(struct front *front, struct reference_asked *asked)
{
    enum resolved resolved = front->resolve[REFERS_account](front, asked);
    return resolved == RESOLVED ? resolved : front->resolve[REFERS_owned](front, asked);
}

static void wipe(struct buffer *buffer)
{
    if (buffer->at)
        explicit_bzero(buffer->at, buffer->length);
    buffer_free(buffer);
}

/* Adds what may stand in PostgreSQL as a value's blind index, under each key of the ring: no more of the value leaves. */
static void add_indexes(const struct seal *seal, const char *kind, bool has, struct slice value, struct arguments *arguments)
{
    size_t count = has ? seal_keys(seal) : 0;
    struct buffer *array = argument_array(arguments, SQL_BYTEA, count);
    for (size_t i = 0; i < count; i++) {
        uint8_t hash[16];
        seal_index_under(seal, i, kind, value, hash);
        value_bytes(array, (struct slice){(const char *)hash, sizeof hash});
    }
}

static void found(void *context, const struct rows *rows, const struct sql_failure *failure)
{
    struct visit *visit = context;
    struct buffer *body = &visit->hall->body;
    if (failure || rows_count(rows) == 0) {
        visit_refuse_as(visit, PROBLEM_database_away, "The query could not be answered now", "暂时无法完成查询");
        return;
    }
    buffer_empty(body);
    buffer_add_text(body, "{\"rows\":");
    buffer_add_slice(body, row_text(rows, 0, 0));
    buffer_add_byte(body, '}');
    visit_answer(visit, visit->declaration->status, buffer_slice(body));
}

static void answer_find(struct visit *visit)
{
    const struct person_find *asked = visit->message;
    const struct seal *seal = visit->front->seal;
    if (asked->has_resident_id + asked->has_mobile + asked->has_mobile_tail != 1) {
        visit_refuse_as(visit, PROBLEM_invalid, "Give one of resident_id, mobile and mobile_tail",
                        "请在公民身份号码、手机号码、手机后四位中填写一项");
        return;
    }
    auto_arguments arguments = arguments_new(ARGUMENTS_BYTES);
    value_id(argument(&arguments), visit->caller.account.bytes);
    value_time(argument(&arguments), visit->accepted_ms);
    value_id(argument(&arguments), asked->organisation.bytes);
    add_indexes(seal, "resident_id", asked->has_resident_id, asked->resident_id, &arguments);
    add_indexes(seal, "mobile", asked->has_mobile, asked->mobile, &arguments);
    add_indexes(seal, "mobile_tail", asked->has_mobile_tail, asked->mobile_tail, &arguments);
    query_add_sight(visit, &arguments);
    struct pool_reach reach = reach_rows(visit);
    if (!pool_ask(visit->hall->pool, visit->declaration->name, &arguments, &reach, found, visit))
        visit_refuse_as(visit, PROBLEM_database_away, "The database cannot be asked now", "暂时无法查询数据库");
}

/* One disclosure in a thread that may wait for the disk; what it needs is copied into it. */
struct disclosure {
    struct password_job job;
    struct visit *visit;
    const struct seal *seal;
    const struct person_field *field;
    struct id actor, person;
    int64_t now;
    struct buffer reason, value;
    bool away, none, unreadable;
};

static void disclosure_free(struct disclosure *disclosure)
{
    buffer_free(&disclosure->reason);
    wipe(&disclosure->value);
    free(disclosure);
}

static void disclosure_lost(struct password_job *job)
{
    disclosure_free((struct disclosure *)job);
}

/* Records it for good; only then is anything opened. */
static bool record(struct disclosure *disclosure, struct sql_connection *connection, struct rows **ret_rows)
{
    auto_arguments arguments = arguments_new(ARGUMENTS_BYTES);
    value_id(argument(&arguments), disclosure->actor.bytes);
    value_id(argument(&arguments), disclosure->person.bytes);
    value_text(argument(&arguments), slice_of(disclosure->field->name));
    value_text(argument(&arguments), buffer_slice(&disclosure->reason));
    value_time(argument(&arguments), disclosure->now);
    if (transaction_begin(connection, DURABLE) && sql_run(connection, "session_disclose", &arguments, ret_rows) &&
        transaction_commit(connection) == COMMIT_DONE)
        return true;
    transaction_rollback(connection);
    return false;
}

static void disclose(struct password_job *job, struct passwords_session *session)
{
    struct disclosure *disclosure = (struct disclosure *)job;
    struct sql_connection *connection = passwords_connection(session);
    struct problem problem;
    auto_rows *rows = NULL;
    problem_none(&problem);
    disclosure->away = !connection || !record(disclosure, connection, &rows);
    if (disclosure->away)
        return;
    disclosure->none = rows_count(rows) == 0;
    disclosure->unreadable = !disclosure->none &&
                             !seal_show(disclosure->seal, disclosure->person, disclosure->field->name,
                                        row_text(rows, 0, 0), &disclosure->value, &problem);
}

static void disclosed(struct loop *loop, void *job)
{
    struct disclosure *disclosure = job;
    struct visit *visit = disclosure->visit;
    struct disclosed_value shown = {slice_of(disclosure->field->name), buffer_slice(&disclosure->value)};
    (void)loop;
    if (disclosure->away) {
        visit_refuse_as(visit, PROBLEM_database_away, "A disclosure must be recorded first, which needs the database",
                        "查看须先留痕，数据库暂不可用");
    } else if (disclosure->none) {
        visit_refuse_as(visit, PROBLEM_not_found, PERMIT_NOTHING_HERE);
    } else if (disclosure->unreadable) {
        visit_refuse_as(visit, PROBLEM_internal, "The value cannot be opened", "该信息无法打开");
    } else {
        buffer_empty(&visit->hall->body);
        encode(&visit->hall->body, visit->declaration->result(), &shown);
        visit_answer(visit, visit->declaration->status, buffer_slice(&visit->hall->body));
    }
    disclosure_free(disclosure);
}

static void answer_disclose(struct visit *visit)
{
    const struct person_disclose *asked = visit->message;
    const struct person_field *field = person_field(asked->field);
    if (!field || !(field->disclosed & visit->through)) {
        (void)problem_say(&visit->problem, PROBLEM_unknown_reference, "There is no such field to be disclosed to you",
                          "没有可供您查看的此项信息");
        (void)problem_under(&visit->problem, SLICE("field"));
        visit_refuse(visit);
        return;
    }
    struct disclosure *disclosure = memory_new(sizeof *disclosure);
    *disclosure = (struct disclosure){
        .job = {.loop = visit->hall->loop, .work = disclose, .done = disclosed, .lost = disclosure_lost},
        .visit = visit,
        .seal = visit->front->seal,
        .field = field,
        .actor = visit->caller.account,
        .person = asked->person,
        .now = visit->accepted_ms,
        .reason = buffer_new(VALUE_BYTES),
        .value = buffer_new(VALUE_BYTES),
    };
    buffer_add_slice(&disclosure->reason, asked->reason);
    if (passwords_take(visit->front->passwords, &disclosure->job))
        return;
    disclosure_free(disclosure);
    visit_refuse_as(visit, PROBLEM_busy, "Too much waits to be done", "等待处理的任务过多");
}

/* A sealed value of mine opened, behind those before it. */
static bool add_opened(struct visit *visit, const struct rows *rows, size_t row, struct buffer *body)
{
    struct slice name = row_text(rows, row, 1);
    bool picture = slice_equal(name, SLICE(PERSON_PHOTOGRAPH));
    const struct person_field *field = person_field(name);
    const char *bound = picture ? PERSON_PHOTOGRAPH : field ? field->name : NULL;
    struct buffer plain = buffer_new(picture ? (size_t)config->picture_bytes : VALUE_BYTES);
    struct buffer digits = buffer_new(2 * plain.ceiling);
    bool fine = !bound || seal_show(visit->front->seal, visit->caller.account, bound, row_text(rows, row, 2), &plain,
                                    &visit->problem);
    if (bound && fine) {
        if (picture)
            buffer_add_base64(&digits, buffer_slice(&plain));
        struct my_sealed opened = {name, buffer_slice(picture ? &digits : &plain)};
        if (body->at[body->length - 1] != '[')
            buffer_add_byte(body, ',');
        encode(body, my_sealed_shape(), &opened);
    }
    wipe(&plain);
    wipe(&digits);
    return fine;
}

/* The first row has all tables' rows as JSON, each other one a sealed value. */
static void came(void *context, const struct rows *rows, const struct sql_failure *failure)
{
    struct visit *visit = context;
    struct buffer *body = &visit->hall->body;
    bool fine = !failure && rows_count(rows) > 0;
    if (!fine) {
        visit_refuse_as(visit, PROBLEM_database_away, "The query could not be answered now", "暂时无法完成查询");
        return;
    }
    buffer_empty(body);
    buffer_add_text(body, "{\"held\":");
    buffer_add_slice(body, row_text(rows, 0, 0));
    buffer_add_text(body, ",\"sealed\":[");
    for (size_t i = 1; i < rows_count(rows) && fine; i++)
        fine = add_opened(visit, rows, i, body);
    buffer_add_text(body, "]}");
    if (!fine || body->overflowed)
        visit_refuse_as(visit, PROBLEM_internal, "The record cannot be read", "无法读取档案");
    else
        visit_answer(visit, 200, buffer_slice(body));
    explicit_bzero(body->at, body->length);
}

static void answer_my_data(struct visit *visit)
{
    auto_arguments arguments = arguments_new(256);
    value_id(argument(&arguments), visit->caller.account.bytes);
    value_time(argument(&arguments), visit->accepted_ms);
    struct pool_reach reach = reach_rows(visit);
    if (!pool_ask(visit->hall->pool, visit->declaration->name, &arguments, &reach, came, visit))
        visit_refuse_as(visit, PROBLEM_database_away, "The database cannot be asked now", "暂时无法查询数据库");
}

/* My own file is the one that officers see, with every field. */
static void answer_my_file(struct visit *visit)
{
    auto_arguments arguments = arguments_new(ARGUMENTS_BYTES);
    value_id(argument(&arguments), visit->caller.account.bytes);
    value_time(argument(&arguments), visit->accepted_ms);
    value_id(argument(&arguments), visit->caller.account.bytes);
    query_add_sight(visit, &arguments);
    query_ask(visit, "person_show", &arguments);
}

/* The names of roles, in memory of the request; none where that is full. */
static size_t roles_named(const struct visit *visit, uint64_t roles, struct slice **ret_names)
{
    size_t count = 0;
    *ret_names = arena_take(visit->arena, catalogue_role_count * sizeof **ret_names);
    for (size_t i = 0; *ret_names && i < catalogue_role_count; i++)
        if (roles & UINT64_C(1) << i)
            (*ret_names)[count++] = slice_of(catalogue_roles[i].name);
    return count;
}

/* What a value of the field may be; nothing of what is only counted. */
static void describe(struct person_field_row *row)
{
    const struct person_field *field = person_field(row->field);
    const char *pattern = field ? form_pattern(field->form) : NULL, *wrong = field ? form_wrong_zh(field->form) : NULL;
    row->has_most = field != NULL;
    row->most = field ? shape_field(person_values_shape(), field->name)->most : 0;
    row->has_pattern = pattern != NULL;
    row->pattern = slice_of(pattern ? pattern : "");
    row->has_wrong_zh = wrong != NULL;
    row->wrong_zh = slice_of(wrong ? wrong : "");
}

static void answer_fields(struct visit *visit)
{
    struct person_field_row *rows = arena_take(visit->arena, person_sight_count * sizeof *rows);
    for (size_t i = 0; rows && i < person_sight_count; i++) {
        const struct person_sight *sight = &person_sights[i];
        rows[i] = (struct person_field_row){.field = slice_of(sight->name), .title_zh = slice_of(sight->chinese),
                                            .purpose_zh = slice_of(sight->purpose)};
        describe(&rows[i]);
        rows[i].plain.count = roles_named(visit, sight->plain, &rows[i].plain.at);
        rows[i].masked.count = roles_named(visit, sight->masked, &rows[i].masked.at);
    }
    query_answer_rows(visit, rows, rows ? person_sight_count : 0, person_sight_count);
}

void people_offer(struct front *front)
{
    front->resolve[REFERS_person] = resolve_person;
    front_offer_answer(front, DECLARED(person_find), answer_find);
    front_offer_answer(front, DECLARED(person_disclose), answer_disclose);
    front_offer_answer(front, DECLARED(my_data), answer_my_data);
    front_offer_answer(front, DECLARED(my_file), answer_my_file);
    front_offer_answer(front, DECLARED(person_field_list), answer_fields);
    photographs_offer(front);
}
