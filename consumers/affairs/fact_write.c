/* Values of a person's fields on their way into PostgreSQL: with their source, sealed where they are private, indexed blindly.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/affairs/account.h"
#include "consumers/affairs/fact.h"
#include "consumers/affairs/photograph.h"
#include "consumers/affairs/pinyin.h"
#include "consumers/fetched.h"
#include "consumers/gathering.h"

enum { PLAIN_BYTES = 4096, ROW_BYTES = 65536 };

/* The values to be written, as the statements' arrays. */
struct entering {
    size_t count;
    struct id ids[FACTS_MOST];
    const struct person_field *fields[FACTS_MOST];
    const struct held_value *values[FACTS_MOST];
    bool waits[FACTS_MOST];
};

static void note(struct slice *names, size_t *count, const struct person_field *field)
{
    names[(*count)++] = slice_of(field->name);
}

/* Judges; room for the names stands in the result. */
static void judge_all(struct work *work, const struct person_known *known, const struct held_value *coming,
                      struct entering *entering, struct facts_taken *taken)
{
    for (size_t i = 0; i < person_field_count; i++) {
        if (!coming[i].text.at)
            continue;
        enum fact_verdict verdict = fact_judge(person_fields[i].form, &known->present[i], &coming[i]);
        if (verdict == FACT_SAME) {
            note(taken->same.at, &taken->same.count, &person_fields[i]);
            continue;
        }
        if (verdict == FACT_WAITS)
            note(taken->contested.at, &taken->contested.count, &person_fields[i]);
        else
            note(taken->taken.at, &taken->taken.count, &person_fields[i]);
        size_t n = entering->count++;
        entering->ids[n] = work_id(work, (uint32_t)(100 + i));
        entering->fields[n] = &person_fields[i];
        entering->values[n] = &coming[i];
        entering->waits[n] = verdict == FACT_WAITS;
    }
}

static void add_shown(const struct entering *entering, struct arguments *arguments)
{
    struct buffer shown = buffer_new(PLAIN_BYTES);
    struct buffer *array = argument_array(arguments, SQL_TEXT, entering->count);
    for (size_t i = 0; i < entering->count; i++) {
        buffer_empty(&shown);
        if (person_field_sealed(entering->fields[i]))
            form_mask(entering->fields[i]->form, entering->values[i]->text, &shown);
        else
            buffer_add_slice(&shown, entering->values[i]->text);
        value_text(array, buffer_slice(&shown));
    }
    buffer_free(&shown);
}

static void add_sealed(struct work *work, struct id person, const struct entering *entering, struct arguments *arguments)
{
    struct buffer sealed = buffer_new(4 * PLAIN_BYTES);
    struct buffer *array = argument_array(arguments, SQL_TEXT, entering->count);
    for (size_t i = 0; i < entering->count; i++) {
        buffer_empty(&sealed);
        if (person_field_sealed(entering->fields[i])) {
            seal_hide(work->gathering->seal, person, entering->fields[i]->name, entering->values[i]->text, &sealed);
            value_text(array, buffer_slice(&sealed));
        } else {
            value_null(array);
        }
    }
    buffer_free(&sealed);
}

#define ENTERED(type, value)                                                       \
    do {                                                                           \
        struct buffer *array = argument_array(&arguments, type, entering->count); \
        for (size_t i = 0; i < entering->count; i++)                               \
            value;                                                                 \
    } while (0)

static bool write_all(struct work *work, struct id person, const struct entering *entering,
                      const struct fact_origin *origin)
{
    auto_arguments arguments = arguments_new(ROW_BYTES);
    struct id actor = work->envelope->actor;
    value_id(argument(&arguments), person.bytes);
    ENTERED(SQL_UUID, value_id(array, entering->ids[i].bytes));
    ENTERED(SQL_TEXT, value_text(array, slice_of(entering->fields[i]->name)));
    ENTERED(SQL_INT2, value_int2(array, entering->waits[i] ? FACT_CONTESTED : FACT_CURRENT));
    if (!sql_run(work->connection, "fact_replace", &arguments, NULL))
        return false;
    ENTERED(SQL_INT2, value_int2(array, (int16_t)entering->values[i]->source));
    add_shown(entering, &arguments);
    add_sealed(work, person, entering, &arguments);
    value_text(argument(&arguments), origin->has_reference ? origin->reference : (struct slice){NULL, 0});
    if (origin->has_valid_from)
        value_date(argument(&arguments), (int32_t)origin->valid_from);
    else
        value_null(argument(&arguments));
    value_id(argument(&arguments), actor.bytes);
    value_time(argument(&arguments), work->accepted);
    return sql_run(work->connection, "fact_enter", &arguments, NULL);
}

static bool write_index(struct work *work, struct id person, const char *const *kinds, const struct slice *values,
                        size_t count)
{
    auto_arguments arguments = arguments_new(1024);
    uint8_t hash[16];
    value_id(argument(&arguments), person.bytes);
    struct buffer *names = argument_array(&arguments, SQL_TEXT, count);
    for (size_t i = 0; i < count; i++)
        value_text(names, slice_of(kinds[i]));
    struct buffer *hashes = argument_array(&arguments, SQL_BYTEA, count);
    for (size_t i = 0; i < count; i++) {
        seal_index_under(work->gathering->seal, 0, kinds[i], values[i], hash);
        value_bytes(hashes, (struct slice){(const char *)hash, sizeof hash});
    }
    return sql_run(work->connection, "person_index", &arguments, NULL);
}

static bool write_indexes(struct work *work, struct id person, const struct entering *entering)
{
    enum { TAIL = 4 };
    for (size_t i = 0; i < entering->count; i++) {
        struct slice text = entering->values[i]->text;
        enum text_form form = entering->fields[i]->form;
        if (entering->waits[i])
            continue;
        struct slice both[] = {text, {text.at + text.length - TAIL, TAIL}};
        if (form == FORM_resident_id && !write_index(work, person, (const char *const[]){"resident_id"}, &text, 1))
            return false;
        if (form == FORM_mobile && !write_index(work, person, (const char *const[]){"mobile", "mobile_tail"}, both, 2))
            return false;
    }
    return true;
}

/* Derives anew what lists need from the values that hold, and says a changed name. */
static bool derive(struct work *work, struct id person, bool account, struct slice name)
{
    auto_arguments arguments = arguments_new(PLAIN_BYTES), renamed = arguments_new(PLAIN_BYTES);
    struct buffer key = buffer_new(PLAIN_BYTES), initials = buffer_new(PLAIN_BYTES);
    if (name.at)
        pinyin_of(name, &key, &initials);
    value_id(argument(&arguments), person.bytes);
    value_text(argument(&arguments), name.at ? buffer_slice(&key) : (struct slice){NULL, 0});
    value_text(argument(&arguments), name.at ? buffer_slice(&initials) : (struct slice){NULL, 0});
    bool fine = sql_run(work->connection, "person_derive", &arguments, NULL);
    buffer_free(&key);
    buffer_free(&initials);
    if (!fine || !name.at || !account)
        return fine;
    value_id(argument(&renamed), person.bytes);
    value_text(argument(&renamed), name);
    return sql_run(work->connection, "account_rename", &renamed, NULL) && accounts_say(work, &person, 1);
}

enum verdict facts_enter(struct work *work, struct id person, const struct person_known *known,
                         const struct held_value coming[static FACTS_MOST], const struct fact_origin *origin,
                         struct facts_taken *ret_taken)
{
    struct entering entering = {.count = 0};
    struct slice *names = arena_take(work->arena, 3 * FACTS_MOST * sizeof *names);
    if (!names)
        return FAILED;
    *ret_taken = (struct facts_taken){
        .taken.at = names, .same.at = names + FACTS_MOST, .contested.at = names + 2 * FACTS_MOST};
    judge_all(work, known, coming, &entering, ret_taken);
    if (entering.count == 0)
        return APPLIED;
    if (!write_indexes(work, person, &entering) || !write_all(work, person, &entering, origin))
        return FAILED;
    struct slice name = {NULL, 0};
    for (size_t i = 0; i < entering.count; i++)
        if (entering.fields[i]->form == FORM_name && !entering.waits[i])
            name = entering.values[i]->text;
    return derive(work, person, known->account, name) ? APPLIED : FAILED;
}

/* What holds no more is found no more. */
static bool remove_indexes(struct work *work, struct id person, enum text_form form)
{
    static const char *const kinds[] = {"resident_id", "mobile", "mobile_tail"};
    auto_arguments arguments = arguments_new(1024);
    size_t first = form == FORM_resident_id ? 0 : 1, count = form == FORM_resident_id ? 1 : 2;
    value_id(argument(&arguments), person.bytes);
    struct buffer *names = argument_array(&arguments, SQL_TEXT, count);
    for (size_t i = 0; i < count; i++)
        value_text(names, slice_of(kinds[first + i]));
    return sql_run(work->connection, "person_unindex", &arguments, NULL);
}

bool facts_hold_again(struct work *work, struct id person, bool account, const bool touched[static FACTS_MOST],
                      const struct held_value now[static FACTS_MOST])
{
    struct entering entering = {.count = 0};
    struct slice name = {NULL, 0};
    for (size_t i = 0; i < person_field_count; i++) {
        enum text_form form = person_fields[i].form;
        bool indexed = form == FORM_resident_id || form == FORM_mobile;
        if (touched[i] && now[i].text.at) {
            entering.fields[entering.count] = &person_fields[i];
            entering.values[entering.count++] = &now[i];
            name = form == FORM_name ? now[i].text : name;
        } else if (touched[i] && indexed && !remove_indexes(work, person, form)) {
            return false;
        }
    }
    return write_indexes(work, person, &entering) && derive(work, person, account, name);
}

/* The contested value in plain text, as one that comes in. */
static bool open_contested(struct work *work, struct id person, const struct rows *rows, const struct person_field *field,
                           struct held_value *value)
{
    struct buffer plain = buffer_new(PLAIN_BYTES);
    struct slice sealed = row_text(rows, 0, 2);
    if (!sealed.at)
        buffer_add_slice(&plain, row_text(rows, 0, 1));
    bool fine = !sealed.at || seal_show(work->gathering->seal, person, field->name, sealed, &plain, &work->problem);
    char *copy = fine ? arena_copy(work->arena, buffer_slice(&plain)) : NULL;
    value->text = (struct slice){copy, plain.length};
    if (plain.at)
        explicit_bzero(plain.at, plain.length);
    buffer_free(&plain);
    return copy != NULL;
}

static bool settle(struct work *work, const struct fact_decide *command)
{
    auto_arguments arguments = arguments_new(PLAIN_BYTES);
    value_id(argument(&arguments), command->fact.bytes);
    value_int2(argument(&arguments), command->accept ? FACT_CURRENT : FACT_REFUSED);
    value_text(argument(&arguments), command->reason);
    value_id(argument(&arguments), work->envelope->actor.bytes);
    value_time(argument(&arguments), work->accepted);
    return sql_run(work->connection, "fact_settle", &arguments, NULL);
}

static bool replace_present(struct work *work, const struct fact_decide *command, struct slice field)
{
    auto_arguments arguments = arguments_new(PLAIN_BYTES);
    value_id(argument(&arguments), command->person.bytes);
    value_id(argument_array(&arguments, SQL_UUID, 1), command->fact.bytes);
    value_text(argument_array(&arguments, SQL_TEXT, 1), field);
    value_int2(argument_array(&arguments, SQL_INT2, 1), FACT_CURRENT);
    return sql_run(work->connection, "fact_replace", &arguments, NULL);
}

static enum verdict settle_photograph(struct work *work, const struct fact_decide *command)
{
    bool fine = (!command->accept || replace_present(work, command, SLICE(PERSON_PHOTOGRAPH))) && settle(work, command);
    return fine && photograph_wipe(work, command->person) ? APPLIED : FAILED;
}

enum verdict facts_settle(struct work *work, const struct fact_decide *command, const struct person_known *known,
                          const struct rows *rows)
{
    const struct person_field *field = person_field(row_text(rows, 0, 0));
    struct held_value coming[FACTS_MOST] = {{.source = 0}};
    struct entering entering = {.count = 1, .fields = {field}};
    if (slice_equal(row_text(rows, 0, 0), SLICE(PERSON_PHOTOGRAPH)))
        return settle_photograph(work, command);
    if (!command->accept)
        return settle(work, command) ? APPLIED : FAILED;
    if (!field)
        return work_reject(work, conflict, "The record has this field no more", "该信息项已停用");
    struct held_value *value = &coming[field - person_fields];
    entering.values[0] = value;
    if (!open_contested(work, command->person, rows, field, value))
        return work->problem.code == PROBLEM_none ? FAILED : REJECTED;
    enum verdict verdict = facts_refuse(work, command->person, coming);
    if (verdict != APPLIED)
        return verdict;
    return replace_present(work, command, slice_of(field->name)) && settle(work, command) &&
                   write_indexes(work, command->person, &entering) &&
                   derive(work, command->person, known->account,
                          field->form == FORM_name ? value->text : (struct slice){NULL, 0})
               ? APPLIED
               : FAILED;
}
