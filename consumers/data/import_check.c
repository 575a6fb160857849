/* Checking an import's rows, some at a time: each by itself, beside the others, and beside the record.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/data/import.h"
#include "consumers/fetched.h"
#include "consumers/gathering.h"
#include "consumers/handler.h"
#include "process/clock.h"
#include "process/config.h"

enum verdict import_check_decide(struct work *work, const struct import_check *event);

enum { HASH = 16, CHUNK_BYTES = 16 << 20, FAULTS_BYTES = 1 << 16, LABEL_BYTES = 256 };

/* A row under check. */
struct checking {
    int32_t line;
    struct import_values values;
    struct import_faults faults;
    bool doubtful;
    uint8_t hash[HASH], twin[HASH];
    bool has_hash;
    struct slice both; /* name and day of birth as one text; absent where one is missing */
    struct id target, near;
};

struct chunk {
    struct work *work;
    const struct import_known *known;
    size_t count;
    struct checking *rows;
};

/* The blind indexes by which rows are found to be one person: of the number, and of name and day of birth. */
static void index_row(const struct chunk *chunk, struct checking *row)
{
    const struct seal *seal = chunk->work->gathering->seal;
    struct slice number = row->values.at[IMPORT_RESIDENT_ID], name = row->values.at[IMPORT_NAME];
    struct slice born = row->values.at[IMPORT_BIRTH_DATE];
    char from_number[FORM_DAY_TEXT];
    const char *sex;
    if (number.at) {
        seal_index_under(seal, 0, "resident_id", number, row->hash);
        form_resident_id(number, from_number, &sex);
        row->has_hash = true;
        if (!born.at) {
            char *copy = arena_copy(chunk->work->arena, slice_of(from_number));
            row->values.at[IMPORT_BIRTH_DATE] = born = (struct slice){copy, copy ? FORM_DAY_TEXT - 1 : 0};
        }
    }
    if (!name.at || !born.at || born.length != FORM_DAY_TEXT - 1)
        return;
    struct buffer both = buffer_new(LABEL_BYTES * 4);
    buffer_add_slice(&both, name);
    buffer_add_byte(&both, '/');
    buffer_add_slice(&both, born);
    row->both = (struct slice){arena_copy(chunk->work->arena, buffer_slice(&both)), both.length};
    seal_index_under(seal, 0, "twin", buffer_slice(&both), row->twin);
    buffer_free(&both);
}

static bool read_row(struct chunk *chunk, const struct rows *rows, size_t place, struct checking *row)
{
    struct work *work = chunk->work;
    enum import_kind kind = (enum import_kind)chunk->known->kind;
    *row = (struct checking){.line = (int32_t)row_number(rows, place, 0)};
    if (!import_cells_open(work, chunk->known, row_text(rows, place, 1), &row->values) ||
        !import_values_read(kind, clock_day(work->accepted), work->arena, &row->values, &row->faults))
        return false;
    if (kind != IMPORT_ORGANISATIONS)
        index_row(chunk, row);
    return true;
}

static void add_texts(struct arguments *arguments, const struct chunk *chunk, enum import_field field)
{
    struct buffer *array = argument_array(arguments, SQL_TEXT, chunk->count);
    for (size_t i = 0; i < chunk->count; i++)
        value_text(array, chunk->rows[i].values.at[field]);
}

static void add_lines(struct arguments *arguments, const struct chunk *chunk)
{
    struct buffer *array = argument_array(arguments, SQL_INT4, chunk->count);
    for (size_t i = 0; i < chunk->count; i++)
        value_int4(array, chunk->rows[i].line);
}

static void add_hash(struct buffer *array, bool has, const uint8_t hash[static HASH])
{
    if (has)
        value_bytes(array, (struct slice){(const char *)hash, HASH});
    else
        value_null(array);
}

static void add_hashes(struct arguments *arguments, const struct chunk *chunk)
{
    struct buffer *array = argument_array(arguments, SQL_BYTEA, chunk->count);
    for (size_t i = 0; i < chunk->count; i++)
        add_hash(array, chunk->rows[i].has_hash, chunk->rows[i].hash);
    array = argument_array(arguments, SQL_BYTEA, chunk->count);
    for (size_t i = 0; i < chunk->count; i++)
        add_hash(array, chunk->rows[i].both.at != NULL, chunk->rows[i].twin);
}

static struct slice number_of(const struct checking *row)
{
    return row->has_hash ? row->values.at[IMPORT_RESIDENT_ID] : (struct slice){NULL, 0};
}

static struct slice both_of(const struct checking *row)
{
    return row->both;
}

/* A value's index under every key of the ring, beside the line it stands in: what was indexed before a rotation of keys is
 * found as well. */
static void add_indexes(struct arguments *arguments, const struct chunk *chunk, const char *kind,
                        struct slice (*value_of)(const struct checking *row))
{
    const struct seal *seal = chunk->work->gathering->seal;
    size_t keys = seal_keys(seal), values = 0;
    for (size_t i = 0; i < chunk->count; i++)
        values += value_of(&chunk->rows[i]).at != NULL;
    struct buffer *array = argument_array(arguments, SQL_INT4, values * keys);
    for (size_t i = 0; i < chunk->count; i++)
        for (size_t key = 0; key < keys && value_of(&chunk->rows[i]).at; key++)
            value_int4(array, chunk->rows[i].line);
    array = argument_array(arguments, SQL_BYTEA, values * keys);
    for (size_t i = 0; i < chunk->count; i++)
        for (size_t key = 0; key < keys && value_of(&chunk->rows[i]).at; key++) {
            uint8_t hash[HASH];
            seal_index_under(seal, key, kind, value_of(&chunk->rows[i]), hash);
            value_bytes(array, (struct slice){(const char *)hash, sizeof hash});
        }
}

static void check_place(struct checking *row, int64_t named, bool differs)
{
    if (!row->values.at[IMPORT_ORGANISATION].at)
        return;
    if (named != 1)
        import_fault_add(&row->faults, IMPORT_ORGANISATION,
                         named == 0 ? FAULT_organisation_unknown : FAULT_organisation_several);
    else if (differs)
        import_fault_add(&row->faults, IMPORT_ORGANISATION, FAULT_organisation_differs);
}

/* Judges a row by what import_look said of it. */
static void judge_person(struct checking *row, const struct rows *rows, size_t place)
{
    struct id organisation = id_at(rows, place, 2), numbered = id_at(rows, place, 3), login = id_at(rows, place, 4);
    struct id exact = id_at(rows, place, 5), like = id_at(rows, place, 7);
    row->target = !id_is_none(numbered) ? numbered : !id_is_none(login) ? login : exact;
    if (!id_is_none(numbered) && !id_is_none(login) && !id_equal(numbered, login))
        import_fault_add(&row->faults, IMPORT_LOGIN, FAULT_login_other);
    check_place(row, row_number(rows, place, 1),
                !id_is_none(row->target) && !id_equal(organisation, id_at(rows, place, 8)));
    if (!row_null(rows, place, 9))
        import_fault_add(&row->faults, IMPORT_RESIDENT_ID, FAULT_row_twice);
    row->doubtful = row_bool(rows, place, 6) || (id_is_none(row->target) && !id_is_none(like)) ||
                    (row_null(rows, place, 9) && !row_null(rows, place, 10));
    row->near = !id_is_none(like) ? like : exact;
}

static bool look_at_people(struct chunk *chunk)
{
    auto_arguments arguments = arguments_new(CHUNK_BYTES);
    auto_rows *rows = NULL;
    value_id(argument(&arguments), chunk->known->id.bytes);
    value_id(argument(&arguments), chunk->known->organisation.bytes);
    add_lines(&arguments, chunk);
    add_indexes(&arguments, chunk, "resident_id", number_of);
    add_indexes(&arguments, chunk, "twin", both_of);
    add_texts(&arguments, chunk, IMPORT_NAME);
    add_texts(&arguments, chunk, IMPORT_BIRTH_DATE);
    add_texts(&arguments, chunk, IMPORT_ORGANISATION);
    add_texts(&arguments, chunk, IMPORT_LOGIN);
    if (!sql_run(chunk->work->connection, "import_look", &arguments, &rows))
        return false;
    for (size_t i = 0; i < chunk->count && i < rows_count(rows); i++)
        judge_person(&chunk->rows[i], rows, i);
    return true;
}

/* Judges a row by what import_look_tree said of it. */
static void judge_organisation(struct checking *row, const struct rows *rows, size_t place)
{
    struct id known = id_at(rows, place, 1), above = id_at(rows, place, 2), named = id_at(rows, place, 4);
    bool parent = row->values.at[IMPORT_PARENT].at != NULL;
    int64_t several = row_number(rows, place, 3);
    row->target = known;
    if (!row_null(rows, place, 5))
        import_fault_add(&row->faults, IMPORT_NAME, FAULT_row_twice);
    if (!parent && (id_is_none(known) || !id_is_none(above)))
        import_fault_add(&row->faults, IMPORT_PARENT, FAULT_value_missing);
    else if (parent && several > 1)
        import_fault_add(&row->faults, IMPORT_PARENT, FAULT_organisation_several);
    else if (parent && several == 0 && !row_bool(rows, place, 6))
        import_fault_add(&row->faults, IMPORT_PARENT, FAULT_organisation_unknown);
    else if (parent && !id_is_none(known) && !id_equal(above, named))
        import_fault_add(&row->faults, IMPORT_PARENT, FAULT_organisation_differs);
}

static bool look_at_organisations(struct chunk *chunk)
{
    auto_arguments arguments = arguments_new(CHUNK_BYTES);
    auto_rows *rows = NULL;
    value_id(argument(&arguments), chunk->known->id.bytes);
    value_id(argument(&arguments), chunk->known->organisation.bytes);
    add_lines(&arguments, chunk);
    add_texts(&arguments, chunk, IMPORT_NAME);
    add_texts(&arguments, chunk, IMPORT_PARENT);
    if (!sql_run(chunk->work->connection, "import_look_tree", &arguments, &rows))
        return false;
    for (size_t i = 0; i < chunk->count && i < rows_count(rows); i++)
        judge_organisation(&chunk->rows[i], rows, i);
    return true;
}

/* What a list shows of a row: an organisation's name; of a person's no more than whoever may not see it. */
static void add_label(const struct chunk *chunk, const struct checking *row, struct buffer *array)
{
    struct slice name = row->values.at[IMPORT_NAME];
    struct buffer label = buffer_new(LABEL_BYTES);
    if (name.at && chunk->known->kind != IMPORT_ORGANISATIONS)
        form_mask(FORM_name, name, &label);
    else
        buffer_add_slice(&label, name);
    value_text(array, name.at ? buffer_slice(&label) : (struct slice){NULL, 0});
    buffer_free(&label);
}

static int16_t fate_of(const struct checking *row)
{
    return row->faults.count > 0 ? ROW_BAD : row->doubtful ? ROW_DOUBTFUL : ROW_GOOD;
}

static void add_faults(const struct chunk *chunk, struct arguments *arguments)
{
    struct buffer *array = argument_array(arguments, SQL_JSONB, chunk->count);
    struct buffer json = buffer_new(FAULTS_BYTES);
    for (size_t i = 0; i < chunk->count; i++) {
        struct checking *row = &chunk->rows[i];
        if (row->doubtful && row->faults.count == 0) {
            struct import_faults like = {.count = 0};
            import_fault_add(&like, IMPORT_NAME, FAULT_person_like);
            buffer_empty(&json);
            import_faults_write(&chunk->known->columns, row->line, &like, &json);
        } else {
            buffer_empty(&json);
            import_faults_write(&chunk->known->columns, row->line, &row->faults, &json);
        }
        value_jsonb(array, buffer_slice(&json));
    }
    buffer_free(&json);
}

static bool write_chunk(const struct chunk *chunk)
{
    auto_arguments arguments = arguments_new(CHUNK_BYTES);
    struct buffer *array;
    value_id(argument(&arguments), chunk->known->id.bytes);
    add_lines(&arguments, chunk);
    array = argument_array(&arguments, SQL_INT2, chunk->count);
    for (size_t i = 0; i < chunk->count; i++)
        value_int2(array, fate_of(&chunk->rows[i]));
    add_faults(chunk, &arguments);
    array = argument_array(&arguments, SQL_TEXT, chunk->count);
    for (size_t i = 0; i < chunk->count; i++)
        add_label(chunk, &chunk->rows[i], array);
    add_hashes(&arguments, chunk);
    array = argument_array(&arguments, SQL_UUID, chunk->count);
    for (size_t i = 0; i < chunk->count; i++)
        value_id(array, id_is_none(chunk->rows[i].target) ? NULL : chunk->rows[i].target.bytes);
    array = argument_array(&arguments, SQL_UUID, chunk->count);
    for (size_t i = 0; i < chunk->count; i++)
        value_id(array, id_is_none(chunk->rows[i].near) ? NULL : chunk->rows[i].near.bytes);
    return sql_run(chunk->work->connection, "import_fates", &arguments, NULL);
}

static bool check_rows(struct chunk *chunk, const struct rows *rows)
{
    chunk->count = rows_count(rows);
    chunk->rows = arena_take(chunk->work->arena, (chunk->count + 1) * sizeof *chunk->rows);
    if (!chunk->rows)
        return false;
    for (size_t i = 0; i < chunk->count; i++)
        if (!read_row(chunk, rows, i, &chunk->rows[i]))
            return false;
    if (chunk->count == 0)
        return true;
    bool looked = chunk->known->kind == IMPORT_ORGANISATIONS ? look_at_organisations(chunk) : look_at_people(chunk);
    return looked && write_chunk(chunk);
}

enum verdict import_check_decide(struct work *work, const struct import_check *event)
{
    auto_arguments arguments = arguments_new(256);
    auto_rows *rows = NULL;
    struct import_known known;
    bool there;
    if (!import_lock(work, event->import, &there, &known))
        return FAILED;
    if (!there || known.state != IMPORT_CHECKING || known.generation != event->generation)
        return APPLIED; /* another mapping was said since */
    value_id(argument(&arguments), known.id.bytes);
    value_int4(argument(&arguments), (int32_t)event->after);
    value_int8(argument(&arguments), config->import_chunk);
    if (!sql_run(work->connection, "import_unchecked", &arguments, &rows))
        return FAILED;
    struct chunk chunk = {.work = work, .known = &known};
    if (!check_rows(&chunk, rows))
        return FAILED;
    if (chunk.count < (size_t)config->import_chunk)
        return import_move(work, known.id, IMPORT_CHECKED, known.rows) ? APPLIED : FAILED;
    struct import_check next = *event;
    next.after = chunk.rows[chunk.count - 1].line;
    work_say(work, DECLARED(import_check), &next);
    return import_move(work, known.id, IMPORT_CHECKING, known.done + (int64_t)chunk.count) ? APPLIED : FAILED;
}
