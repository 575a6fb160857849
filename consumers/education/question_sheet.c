/* A header, then rows: the shape that CSV files and workbooks share.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/education/question_sheet.h"

#include "consumers/education/question_cells.h"
#include "consumers/table/csv.h"
#include "consumers/table/normalise.h"
#include "consumers/table/workbook.h"

struct question_sheet {
    struct table_sink sink;
    struct arena *arena;
    const struct import_limits *limits;
    struct row_list *list;
    bool headed;
    uint32_t line;                 /* of the header */
    uint32_t places[COLUMN_COUNT]; /* where each column stands, 0 for nowhere */
};

static enum question_column column_named(struct slice name)
{
    static const struct {
        const char *name;
        enum question_column column;
    } names[] = {
        {"题号", COLUMN_NUMBER},      {"number", COLUMN_NUMBER},
        {"题型", COLUMN_KIND},        {"kind", COLUMN_KIND},
        {"主题", COLUMN_TOPIC},       {"topic", COLUMN_TOPIC},
        {"专题", COLUMN_TOPIC},       {"依据", COLUMN_SOURCE},
        {"题干", COLUMN_STEM},        {"stem", COLUMN_STEM},
        {"选项", COLUMN_OPTIONS},     {"options", COLUMN_OPTIONS},
        {"答案", COLUMN_KEY},         {"key", COLUMN_KEY},
        {"分值", COLUMN_MARKS},       {"marks", COLUMN_MARKS},
        {"解析", COLUMN_EXPLANATION}, {"explanation", COLUMN_EXPLANATION},
        {"出处", COLUMN_SOURCE},      {"source", COLUMN_SOURCE},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (slice_equal(name, slice_of(names[i].name)))
            return names[i].column;
    return COLUMN_NONE;
}

static bool refuse_file(struct file_error *ret_error, enum fault fault, uint32_t line,
                        uint32_t column)
{
    *ret_error = (struct file_error){fault, line, column};
    return false;
}

MUST static bool read_header(struct question_sheet *sheet, uint32_t line, const struct cell *cells,
                             size_t count, struct file_error *ret_error)
{
    char form[64];
    for (size_t i = 0; i < count; i++) {
        size_t length = normalise(cells[i].text, true, form, sizeof form);
        if (length == 0)
            continue;
        enum question_column column = COLUMN_NONE;
        if (length != NORMALISE_UNFIT && !cells[i].broken)
            column = column_named((struct slice){form, length});
        if (!column)
            return refuse_file(ret_error, FAULT_column_unknown, line, cells[i].column);
        if (sheet->places[column])
            return refuse_file(ret_error, FAULT_column_twice, line, cells[i].column);
        sheet->places[column] = cells[i].column;
    }
    if (!sheet->places[COLUMN_KIND] || !sheet->places[COLUMN_STEM] || !sheet->places[COLUMN_KEY])
        return refuse_file(ret_error, FAULT_column_missing, line, 0);
    sheet->headed = true;
    sheet->line = line;
    return true;
}

static bool refuse_row(struct table_sink *sink, uint32_t line, uint32_t column, enum fault fault,
                       struct file_error *ret_error)
{
    struct question_sheet *sheet = (struct question_sheet *)sink;
    enum fault full = FAULT_none;
    if (!sheet->headed || fault == FAULT_memory_ceiling)
        full = fault;
    else
        full = row_list_add(sheet->list,
                            (struct read_row){.line = line, .column = column, .fault = fault});
    return full ? refuse_file(ret_error, full, line, full == fault ? column : 0) : true;
}

/* A blank's accepted answers may stand under options: then their fault does, too. */
static enum question_column place_of(struct question_error error, const struct question_cells *laid)
{
    bool options = error.column == COLUMN_KEY && laid->texts[COLUMN_KEY].length == 0 &&
                   error.fault != FAULT_key_missing;
    return options && laid->texts[COLUMN_OPTIONS].length ? COLUMN_OPTIONS : error.column;
}

/* Lays the cells under their columns; the fault of one that stands under none, or is broken. */
static enum fault lay_cells(const struct question_sheet *sheet, const struct cell *cells,
                                     size_t count, struct question_cells *laid, uint32_t *ret_column)
{
    for (size_t i = 0; i < count; i++) {
        struct slice text = slice_trim(cells[i].text);
        *ret_column = cells[i].column;
        if (cells[i].broken)
            return FAULT_cell_error;
        if (text.length == 0)
            continue;
        enum question_column column = COLUMN_NUMBER;
        while (column < COLUMN_COUNT && sheet->places[column] != cells[i].column)
            column++;
        if (column == COLUMN_COUNT)
            return FAULT_cell_beyond;
        laid->texts[column] = text;
    }
    return FAULT_none;
}

static bool take_row(struct table_sink *sink, uint32_t line, const struct cell *cells, size_t count,
                     struct file_error *ret_error)
{
    struct question_sheet *sheet = (struct question_sheet *)sink;
    if (!sheet->headed)
        return read_header(sheet, line, cells, count, ret_error);
    struct question_cells laid = {0};
    struct question_error error = {.fault = FAULT_none, .column = COLUMN_NONE};
    uint32_t column = 0;
    enum fault fault = lay_cells(sheet, cells, count, &laid, &column);
    if (fault)
        return refuse_row(sink, line, column, fault, ret_error);
    struct question *question = question_cells_read(&laid, sheet->limits->marks, sheet->arena, &error);
    if (!question || !question_check(question, &sheet->limits->question, &error))
        return refuse_row(sink, line, sheet->places[place_of(error, &laid)], error.fault, ret_error);
    fault = row_list_add(sheet->list, (struct read_row){line, 1, question, FAULT_none});
    return fault ? refuse_file(ret_error, fault, line, 0) : true;
}

MUST static bool read_sheet(table_reader *read, struct slice bytes, const struct import_limits *limits,
                            struct arena *arena, struct question_rows *ret_rows, struct file_error *ret_error)
{
    struct question_sheet sheet = {.sink = {take_row, refuse_row, arena}, .arena = arena, .limits = limits};
    sheet.list = row_list_new(arena, limits->rows);
    if (!sheet.list)
        return refuse_file(ret_error, FAULT_memory_ceiling, 0, 0);
    if (!read(bytes, &limits->table, arena, &sheet.sink, ret_error))
        return false;
    *ret_rows = row_list_rows(sheet.list);
    if (!sheet.headed)
        return refuse_file(ret_error, FAULT_header_missing, 1, 0);
    return ret_rows->count > 0 || refuse_file(ret_error, FAULT_file_empty, sheet.line, 0);
}

bool question_csv_read(struct slice bytes, const struct import_limits *limits, struct arena *arena,
                       struct question_rows *ret_rows, struct file_error *ret_error)
{
    return read_sheet(csv_read, bytes, limits, arena, ret_rows, ret_error);
}

bool question_workbook_read(struct slice bytes, const struct import_limits *limits, struct arena *arena,
                            struct question_rows *ret_rows, struct file_error *ret_error)
{
    return read_sheet(workbook_read, bytes, limits, arena, ret_rows, ret_error);
}
