/* Values of a person's fields.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/affairs/fact.h"

#include "consumers/fetched.h"
#include "consumers/gathering.h"
#include "process/clock.h"

enum { PLAIN_BYTES = 4096 };

bool fact_days_agree(struct slice one, struct slice other)
{
    size_t both = one.length < other.length ? one.length : other.length;
    return memcmp(one.at, other.at, both) == 0;
}

enum fact_verdict fact_judge(enum text_form form, const struct held_value *present, const struct held_value *coming)
{
    if (!present->text.at)
        return FACT_TAKEN;
    if (slice_equal(present->text, coming->text))
        return FACT_SAME;
    if (form == FORM_day && fact_days_agree(present->text, coming->text))
        return coming->text.length > present->text.length ? FACT_TAKEN : FACT_SAME;
    return coming->source <= present->source ? FACT_TAKEN : FACT_WAITS;
}

static size_t place_of(const char *name)
{
    for (size_t i = 0; i < person_field_count; i++)
        if (strcmp(person_fields[i].name, name) == 0)
            return i;
    __builtin_unreachable();
}

/* Says that a value of the body cannot be, where it stands there. */
#define refuse_at(work, name, ...)                                                                        \
    (problem_say(&(work)->problem, PROBLEM_invalid, __VA_ARGS__), problem_under(&(work)->problem, slice_of(name)), \
     problem_under(&(work)->problem, SLICE("values")))

static bool keep_plain(struct work *work, struct buffer *plain, struct held_value *value)
{
    char *copy = arena_copy(work->arena, buffer_slice(plain));
    value->text = (struct slice){copy, plain->length};
    return copy || problem_say(&work->problem, PROBLEM_too_large, "The message needs too much memory", "消息占用内存过多");
}

/* What a resident ID number says must be what the body says besides, and what the body does not say it tells. */
static bool tell(struct work *work, struct held_value *coming)
{
    const struct held_value *number = &coming[place_of("resident_id")];
    struct held_value *birth = &coming[place_of("birth_date")], *sex = &coming[place_of("sex")];
    char day[FORM_DAY_TEXT];
    const char *told;
    if (!number->text.at)
        return true;
    if (!form_check(FORM_resident_id, number->text, &work->problem))
        return problem_under(&work->problem, SLICE("resident_id")) || problem_under(&work->problem, SLICE("values"));
    form_resident_id(number->text, day, &told);
    struct date today = clock_date(work->accepted);
    char now[32];
    struct buffer text = buffer_new(sizeof now);
    buffer_add_format(&text, "%04d-%02d-%02d", today.year, today.month, today.day);
    bool future = memcmp(day, text.at, FORM_DAY_TEXT - 1) > 0;
    buffer_free(&text);
    if (future)
        return refuse_at(work, "resident_id", "It tells a day of birth that is yet to come", "所示出生日期尚未到来");
    if (birth->text.at && !fact_days_agree(birth->text, slice_of(day)))
        return refuse_at(work, "birth_date", "The resident ID number tells another day of birth", "与公民身份号码所示出生日期不符");
    if (sex->text.at && !slice_equal(sex->text, slice_of(told)))
        return refuse_at(work, "sex", "The resident ID number tells the other sex", "与公民身份号码所示性别不符");
    if (!birth->text.at || birth->text.length < FORM_DAY_TEXT - 1)
        *birth = (struct held_value){{arena_copy(work->arena, slice_of(day)), FORM_DAY_TEXT - 1}, SOURCE_DERIVED};
    if (!sex->text.at)
        *sex = (struct held_value){slice_of(told), SOURCE_DERIVED};
    return birth->text.at != NULL;
}

bool facts_open(struct work *work, const struct person_values *values, int source,
                struct held_value ret_coming[static FACTS_MOST])
{
    struct buffer plain = buffer_new(PLAIN_BYTES);
    bool fine = true;
    memset(ret_coming, 0, FACTS_MOST * sizeof *ret_coming);
    for (size_t i = 0; i < person_field_count && fine; i++) {
        const struct person_field *field = &person_fields[i];
        if (!*(const bool *)((const char *)values + field->offset_has))
            continue;
        struct slice sealed = *(const struct slice *)((const char *)values + field->offset);
        buffer_empty(&plain);
        ret_coming[i].source = source;
        fine = seal_show(work->gathering->seal, work->envelope->id, field->name, sealed, &plain, &work->problem) &&
               keep_plain(work, &plain, &ret_coming[i]);
    }
    if (plain.at)
        explicit_bzero(plain.at, plain.length);
    buffer_free(&plain);
    return fine && tell(work, ret_coming);
}

/* One value that holds: plain, or opened. */
static bool take_present(struct work *work, struct id person, const struct rows *rows, size_t row,
                         struct person_known *known)
{
    const struct person_field *field = person_field(row_text(rows, row, 2));
    struct slice sealed = row_text(rows, row, 4);
    struct buffer plain = buffer_new(PLAIN_BYTES);
    if (!field)
        return true; /* a field that is no more */
    struct held_value *value = &known->present[field - person_fields];
    value->source = (int)row_number(rows, row, 5);
    if (!sealed.at)
        buffer_add_slice(&plain, row_text(rows, row, 3));
    bool fine = (!sealed.at || seal_show(work->gathering->seal, person, field->name, sealed, &plain, &work->problem)) &&
                keep_plain(work, &plain, value);
    if (plain.at)
        explicit_bzero(plain.at, plain.length);
    buffer_free(&plain);
    return fine;
}

bool facts_present(struct work *work, struct id person, bool *ret_known, struct person_known *ret_person)
{
    auto_arguments arguments = arguments_new(256);
    auto_rows *rows = NULL;
    memset(ret_person, 0, sizeof *ret_person);
    value_id(argument(&arguments), person.bytes);
    if (!sql_run(work->connection, "person_lock", &arguments, &rows))
        return false;
    *ret_known = rows_count(rows) > 0;
    for (size_t i = 0; i < rows_count(rows); i++) {
        ret_person->organisation = id_at(rows, i, 0);
        ret_person->account = row_bool(rows, i, 1);
        if (!row_null(rows, i, 2) && !take_present(work, person, rows, i, ret_person))
            return false;
    }
    return true;
}

/* The number must be nobody else's. */
static enum verdict owned_by_none(struct work *work, struct id person, struct slice number)
{
    const struct seal *seal = work->gathering->seal;
    auto_arguments arguments = arguments_new(4096);
    auto_rows *rows = NULL;
    uint8_t index[16];
    struct buffer *array = argument_array(&arguments, SQL_BYTEA, seal_keys(seal));
    for (size_t i = 0; i < seal_keys(seal); i++) {
        seal_index_under(seal, i, "resident_id", number, index);
        value_bytes(array, (struct slice){(const char *)index, sizeof index});
    }
    if (!sql_run(work->connection, "person_indexed", &arguments, &rows))
        return FAILED;
    if (rows_count(rows) == 0 || id_equal(id_at(rows, 0, 0), person))
        return APPLIED;
    problem_say(&work->problem, PROBLEM_exists, "Another person has this resident ID number", "该公民身份号码已登记在他人名下");
    problem_under(&work->problem, SLICE("resident_id"));
    problem_under(&work->problem, SLICE("values"));
    return REJECTED;
}

enum verdict facts_refuse(struct work *work, struct id person, const struct held_value coming[static FACTS_MOST])
{
    for (size_t i = 0; i < person_field_count; i++)
        if (person_fields[i].form == FORM_resident_id && coming[i].text.at)
            return owned_by_none(work, person, coming[i].text);
    return APPLIED;
}

bool facts_agree(struct work *work, const struct person_known *known, const struct held_value coming[static FACTS_MOST])
{
    const struct slice number = known->present[place_of("resident_id")].text;
    const struct held_value *birth = &coming[place_of("birth_date")], *sex = &coming[place_of("sex")];
    char day[FORM_DAY_TEXT];
    const char *told;
    if (!number.at || coming[place_of("resident_id")].text.at)
        return true;
    form_resident_id(number, day, &told);
    if (birth->text.at && !fact_days_agree(birth->text, slice_of(day)))
        return refuse_at(work, "birth_date", "The resident ID number tells another day of birth", "与公民身份号码所示出生日期不符");
    if (sex->text.at && !slice_equal(sex->text, slice_of(told)))
        return refuse_at(work, "sex", "The resident ID number tells the other sex", "与公民身份号码所示性别不符");
    return true;
}
