/* A workbook's sheet, cell by cell.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/table/workbook.h"

#include <stdio.h>
#include <stdlib.h>

#include "consumers/table/workbook_strings.h"
#include "consumers/table/xml.h"

/* What the format itself allows. */
#define LAST_ROW 1048576
#define LAST_COLUMN 16384

struct workbook {
    struct arena *arena;
    const struct table_limits *limits;
    struct table_sink *sink;
    struct string_list strings;
    struct file_error error; /* of the sink, when it refuses the file */
    uint32_t line, column;   /* of the row and cell being read */
    char type[12];           /* the cell's: s, str, inlineStr, b, e, n */
    struct buffer text;
    bool in_value;
    unsigned phonetic;
    enum fault row_fault;
    uint32_t row_fault_column;
    size_t count;
    struct cell *cells;
};

/* Takes the row's number, given or the next. */
static enum fault start_row(struct workbook *workbook, const char *place)
{
    int64_t line = (int64_t)workbook->line + 1;
    if (place && (!slice_number(slice_of(place), &line) || line <= workbook->line))
        return FAULT_cell_place;
    if (line > LAST_ROW)
        return FAULT_rows_many;
    workbook->line = (uint32_t)line;
    workbook->column = 0;
    workbook->count = 0;
    workbook->row_fault = FAULT_none;
    return FAULT_none;
}

/* Takes the cell's column from its place (B3), or the next. */
static enum fault start_cell(struct workbook *workbook, const char *place, const char *type)
{
    uint32_t column = workbook->column + 1;
    if (place) {
        int64_t line;
        column = 0;
        for (; *place >= 'A' && *place <= 'Z' && column <= LAST_COLUMN; place++)
            column = column * 26 + (uint32_t)(*place - 'A') + 1;
        if (!slice_number(slice_of(place), &line) || line != workbook->line || column <= workbook->column)
            return FAULT_cell_place;
    }
    if (column > LAST_COLUMN || (type && strlen(type) >= sizeof workbook->type))
        return FAULT_cell_place;
    workbook->column = column;
    snprintf(workbook->type, sizeof workbook->type, "%s", type ? type : "n");
    buffer_empty(&workbook->text);
    return FAULT_none;
}

static enum fault sheet_start(void *to, const char *name, const char **attributes)
{
    struct workbook *workbook = to;
    if (strcmp(name, "row") == 0)
        return start_row(workbook, xml_attribute(attributes, "r"));
    if (strcmp(name, "c") == 0)
        return workbook->line
                   ? start_cell(workbook, xml_attribute(attributes, "r"), xml_attribute(attributes, "t"))
                   : FAULT_xml_broken;
    workbook->phonetic += strcmp(name, "rPh") == 0;
    workbook->in_value = strcmp(name, "v") == 0 || (strcmp(name, "t") == 0 && !workbook->phonetic);
    return FAULT_none;
}

static enum fault sheet_text(void *to, struct slice text)
{
    struct workbook *workbook = to;
    if (workbook->in_value)
        buffer_add_slice(&workbook->text, text);
    return workbook->text.overflowed ? FAULT_memory_ceiling : FAULT_none;
}

/* A number as a person would write it: workbooks keep 1.1 as 1.1000000000000001 and 0.0001 as 1E-4. */
static struct slice number_text(struct arena *arena, struct slice text)
{
    char digits[48], source[64];
    if (text.length == 0 || text.length >= sizeof source)
        return workbook_text(arena, text);
    memcpy(source, text.at, text.length);
    source[text.length] = '\0';
    char *end;
    double number = strtod(source, &end);
    bool small = number > -1e15 && number < 1e15;
    if (*end || !small)
        return workbook_text(arena, text);
    snprintf(digits, sizeof digits, "%.15g", number);
    if (strchr(digits, 'e')) {
        snprintf(digits, sizeof digits, "%.12f", number);
        size_t length = strlen(digits);
        while (digits[length - 1] == '0')
            digits[--length] = '\0';
        if (digits[length - 1] == '.')
            digits[length - 1] = '\0';
    }
    return workbook_text(arena, slice_of(digits));
}

/* The text of the cell that has ended. */
static enum fault cell_text(struct workbook *workbook, struct slice *ret_text)
{
    struct slice text = buffer_slice(&workbook->text);
    int64_t index;
    if (strcmp(workbook->type, "s") == 0 && text.length) {
        if (!slice_number(text, &index) || index < 0 || (uint64_t)index >= workbook->strings.count)
            return FAULT_xml_broken;
        *ret_text = workbook->strings.at[index];
        return FAULT_none;
    }
    if (strcmp(workbook->type, "b") == 0)
        *ret_text = slice_equal(text, SLICE("1")) ? SLICE("TRUE") : SLICE("FALSE");
    else if (strcmp(workbook->type, "n") == 0)
        *ret_text = number_text(workbook->sink->cells, text);
    else
        *ret_text = workbook_text(workbook->sink->cells, text);
    return ret_text->at ? FAULT_none : FAULT_memory_ceiling;
}

static enum fault end_cell(struct workbook *workbook)
{
    struct cell cell = {.column = workbook->column, .broken = strcmp(workbook->type, "e") == 0};
    enum fault fault = cell_text(workbook, &cell.text);
    if (fault || (cell.text.length == 0 && !cell.broken))
        return fault;
    if (workbook->count < workbook->limits->columns) {
        workbook->cells[workbook->count++] = cell;
    } else if (!workbook->row_fault) {
        workbook->row_fault = FAULT_columns_many;
        workbook->row_fault_column = cell.column;
    }
    return FAULT_none;
}

static bool give_row(struct workbook *workbook)
{
    struct table_sink *sink = workbook->sink;
    if (workbook->row_fault)
        return sink->refuse(sink, workbook->line, workbook->row_fault_column, workbook->row_fault, &workbook->error);
    return cells_blank(workbook->cells, workbook->count) ||
           sink->row(sink, workbook->line, workbook->cells, workbook->count, &workbook->error);
}

static enum fault sheet_end(void *to, const char *name)
{
    struct workbook *workbook = to;
    workbook->in_value = false;
    workbook->phonetic -= workbook->phonetic && strcmp(name, "rPh") == 0;
    if (strcmp(name, "c") == 0)
        return end_cell(workbook);
    return strcmp(name, "row") != 0 || give_row(workbook) ? FAULT_none : workbook->error.fault;
}

MUST static enum fault read_archive(struct workbook *workbook, struct slice bytes)
{
    static const struct xml_events events = {sheet_start, sheet_end, sheet_text};
    auto_archive archive = NULL;
    struct workbook_parts parts = {NULL, NULL};
    enum fault fault = archive_open(bytes, workbook->limits, &archive);
    if (!fault)
        fault = workbook_find(archive, workbook->arena, workbook->limits->depth, &parts);
    if (!fault && parts.strings)
        fault = workbook_strings(archive, parts.strings, workbook->limits, workbook->arena,
                                 &workbook->strings);
    if (!fault)
        fault = xml_read(archive, parts.sheet, workbook->limits->depth, &events, workbook);
    return fault;
}

bool workbook_read(struct slice bytes, const struct table_limits *limits, struct arena *arena, struct table_sink *sink,
                   struct file_error *ret_error)
{
    struct workbook workbook = {.arena = arena, .limits = limits, .sink = sink, .text = buffer_new(limits->unpacked)};
    workbook.cells = arena_take(arena, (limits->columns + 1) * sizeof *workbook.cells);
    enum fault fault = workbook.cells ? read_archive(&workbook, bytes) : FAULT_memory_ceiling;
    buffer_free(&workbook.text);
    if (!fault)
        return true;
    bool refused = workbook.error.fault == fault;
    *ret_error = refused ? workbook.error : (struct file_error){fault, workbook.line, workbook.column};
    return false;
}
