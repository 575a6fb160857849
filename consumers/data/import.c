/* Imports in PostgreSQL: their state, columns and rows.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/data/import.h"

#include "consumers/fetched.h"
#include "consumers/gathering.h"
#include "topics/decode.h"
#include "topics/encode.h"
#include "topics/json.h"

enum { CELLS_BYTES = 1 << 20 };

bool import_columns_read(struct work *work, struct slice kept, struct import_columns *columns)
{
    struct json json;
    struct slice text;
    bool more = true;
    *columns = (struct import_columns){.count = 0};
    if (!json_begin(&json, kept, JSON_DEPTH_MOST, work->arena, &work->problem) || !json_enter(&json, '['))
        return false;
    for (bool first = true; columns->count < IMPORT_COLUMNS; first = false) {
        struct import_column column;
        if (!json_array_next(&json, first, &more))
            return false;
        if (!more)
            break;
        (void)json_peek(&json);
        if (!json_skip(&json, &text) ||
            !decode_record(import_column_shape(), text, DECODE_LENIENT, work->arena, &column, &work->problem))
            return false;
        columns->headings[columns->count] = column.has_heading ? column.heading : SLICE("");
        columns->fields[columns->count++] = column.has_field ? column.field : -1;
    }
    return true;
}

bool import_lock(struct work *work, struct id import, bool *ret_there, struct import_known *ret_known)
{
    auto_arguments arguments = arguments_new(256);
    auto_rows *rows = NULL;
    value_id(argument(&arguments), import.bytes);
    if (!sql_run(work->connection, "import_lock", &arguments, &rows))
        return false;
    *ret_there = rows_count(rows) == 1;
    if (!*ret_there)
        return true;
    *ret_known = (struct import_known){.id = import,
                                       .organisation = id_at(rows, 0, 0),
                                       .begun_by = id_at(rows, 0, 1),
                                       .confirmed_by = id_at(rows, 0, 2),
                                       .kind = (int)row_number(rows, 0, 3),
                                       .state = (int)row_number(rows, 0, 4),
                                       .generation = row_number(rows, 0, 5),
                                       .rows = row_number(rows, 0, 6),
                                       .done = row_number(rows, 0, 8),
                                       .confirmed_at = row_time(rows, 0, 9)};
    return import_columns_read(work, text_at(rows, 0, 7, work->arena), &ret_known->columns);
}

bool import_move(struct work *work, struct id import, int state, int64_t done)
{
    auto_arguments arguments = arguments_new(256);
    value_id(argument(&arguments), import.bytes);
    value_int2(argument(&arguments), (int16_t)state);
    value_int4(argument(&arguments), (int32_t)done);
    value_time(argument(&arguments), work->accepted);
    return sql_run(work->connection, "import_move", &arguments, NULL);
}

void import_cells_seal(const struct work *work, struct id import, struct slice cells, struct buffer *sealed)
{
    seal_hide(work->gathering->seal, import, "cells", cells, sealed);
}

/* Lays the texts of a JSON array under the fields of their columns. */
static bool lay_cells(struct work *work, const struct import_columns *columns, struct slice cells,
                      struct import_values *values)
{
    struct json json;
    struct slice text;
    bool more = true;
    if (!json_begin(&json, cells, JSON_DEPTH_MOST, work->arena, &work->problem) || !json_enter(&json, '['))
        return false;
    for (size_t place = 0; place < columns->count; place++) {
        if (!json_array_next(&json, place == 0, &more))
            return false;
        if (!more)
            break;
        (void)json_peek(&json);
        if (!json_text(&json, &text))
            return false;
        if (columns->fields[place] >= 0 && text.length > 0)
            values->at[columns->fields[place]] = text;
    }
    return true;
}

bool import_cells_open(struct work *work, const struct import_known *known, struct slice sealed,
                       struct import_values *ret_values)
{
    struct buffer plain = buffer_new(CELLS_BYTES);
    *ret_values = (struct import_values){.at = {{NULL, 0}}};
    bool fine = seal_show(work->gathering->seal, known->id, "cells", sealed, &plain, &work->problem);
    char *copy = fine ? arena_copy(work->arena, buffer_slice(&plain)) : NULL;
    fine = copy && lay_cells(work, &known->columns, (struct slice){copy, plain.length}, ret_values);
    if (plain.at)
        explicit_bzero(plain.at, plain.length);
    buffer_free(&plain);
    return fine;
}

static struct slice heading_of(const struct import_columns *columns, int field)
{
    size_t place = field > IMPORT_FIELDS ? (size_t)(field - IMPORT_FIELDS) : 0;
    if (place > 0)
        return place <= columns->count ? columns->headings[place - 1] : SLICE("");
    for (size_t i = 0; i < columns->count; i++)
        if (columns->fields[i] == field)
            return columns->headings[i];
    return SLICE("");
}

static void write_fault(const struct row_fault *fault, struct buffer *json)
{
    buffer_add_text(json, json->length > 1 ? "," : "");
    encode(json, row_fault_shape(), fault);
}

void import_faults_write(const struct import_columns *columns, int64_t line, const struct import_faults *faults,
                         struct buffer *json)
{
    buffer_add_byte(json, '[');
    for (size_t i = 0; i < faults->count; i++) {
        const struct import_fault *fault = &faults->at[i];
        write_fault(&(struct row_fault){.row = line,
                                        .column = heading_of(columns, fault->field),
                                        .reason = slice_of(fault_code(fault->fault)),
                                        .detail = slice_of(fault_english(fault->fault)),
                                        .detail_zh = slice_of(fault_chinese(fault->fault))},
                    json);
    }
    buffer_add_byte(json, ']');
}

void import_refusal_write(int64_t line, const struct problem *problem, struct buffer *json)
{
    buffer_add_byte(json, '[');
    write_fault(&(struct row_fault){.row = line,
                                    .column = SLICE(""),
                                    .reason = slice_of(problem_name(problem->code)),
                                    .detail = slice_of(problem->detail),
                                    .detail_zh = slice_of(problem->detail_zh)},
                json);
    buffer_add_byte(json, ']');
}
