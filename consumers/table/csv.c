/* Records and fields of RFC 4180.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/table/csv.h"

#include "consumers/table/encoding.h"

struct csv {
    struct slice text;
    size_t at;
    uint32_t line;
    char mark; /* between fields */
    struct arena *texts; /* of one row */
    struct cell *cells;
    size_t count, room;
    enum fault fault; /* of the record being read: the first one, and its field */
    uint32_t fault_column;
};

static bool ends_line(char byte)
{
    return byte == '\n' || byte == '\r';
}

/* Passes one line end, whichever it is. */
static void pass_line_end(struct csv *csv)
{
    if (csv->at < csv->text.length && csv->text.at[csv->at] == '\r')
        csv->at++;
    if (csv->at < csv->text.length && csv->text.at[csv->at] == '\n')
        csv->at++;
    csv->line++;
}

static void note(struct csv *csv, enum fault fault)
{
    if (csv->fault)
        return;
    csv->fault = fault;
    csv->fault_column = (uint32_t)csv->count + 1;
}

/* The field between `start` and `end` with its doubled quotation marks made one. */
static struct slice unquoted(struct csv *csv, size_t start, size_t end, bool doubled)
{
    struct slice field = {csv->text.at + start, end - start};
    if (!doubled)
        return field;
    char *copy = arena_copy(csv->texts, field);
    size_t length = 0;
    if (!copy) {
        csv->fault = FAULT_memory_ceiling;
        return field;
    }
    for (size_t i = 0; i < field.length; i++) {
        copy[length++] = field.at[i];
        i += field.at[i] == '"';
    }
    return (struct slice){copy, length};
}

/* A field in quotation marks; leaves `at` behind it. */
static struct slice read_quoted(struct csv *csv)
{
    size_t start = ++csv->at;
    bool doubled = false;
    for (; csv->at < csv->text.length; csv->at++) {
        char byte = csv->text.at[csv->at];
        if (byte == '"') {
            if (csv->at + 1 >= csv->text.length || csv->text.at[csv->at + 1] != '"')
                break;
            doubled = true;
            csv->at++;
        } else if (byte == '\n' ||
                   (byte == '\r' && (csv->at + 1 >= csv->text.length || csv->text.at[csv->at + 1] != '\n'))) {
            csv->line++;
        }
    }
    struct slice field = unquoted(csv, start, csv->at, doubled);
    if (csv->at >= csv->text.length)
        note(csv, FAULT_quote_open);
    else
        csv->at++;
    return field;
}

/* One field; leaves `at` at the separator, the line end or the end of the text. */
static struct slice read_field(struct csv *csv)
{
    struct slice field = {NULL, 0};
    bool quoted = csv->at < csv->text.length && csv->text.at[csv->at] == '"';
    if (quoted)
        field = read_quoted(csv);
    size_t start = csv->at;
    for (; csv->at < csv->text.length; csv->at++) {
        char byte = csv->text.at[csv->at];
        if (byte == csv->mark || ends_line(byte))
            break;
        if (quoted || byte == '"')
            note(csv, FAULT_quote_stray);
    }
    return quoted ? field : (struct slice){csv->text.at + start, csv->at - start};
}

/* One record into `cells`; its line is ret_line. False at the end of the text. */
static bool read_record(struct csv *csv, uint32_t *ret_line)
{
    if (csv->at >= csv->text.length)
        return false;
    *ret_line = csv->line;
    csv->count = 0;
    csv->fault = FAULT_none;
    for (;;) {
        struct slice field = read_field(csv);
        if (csv->count < csv->room)
            csv->cells[csv->count] = (struct cell){(uint32_t)csv->count + 1, field, false};
        else if (field.length)
            note(csv, FAULT_columns_many);
        csv->count += csv->count < csv->room;
        if (csv->at >= csv->text.length || ends_line(csv->text.at[csv->at]))
            break;
        csv->at++;
    }
    if (csv->at < csv->text.length)
        pass_line_end(csv);
    return true;
}

/* Finds the separator: as a line `sep=X` says, else the one of which the first line with text has most. */
static void find_mark(struct csv *csv)
{
    static const char marks[] = {',', ';', '\t'};
    size_t counts[sizeof marks] = {0}, best = 0, at = 0;
    bool quoted = false;
    struct slice text = csv->text;
    if (text.length >= 5 && memcmp(text.at, "sep=", 4) == 0 && (text.length == 5 || ends_line(text.at[5])) &&
        memchr(marks, text.at[4], sizeof marks)) {
        csv->mark = text.at[4];
        csv->at = 5;
        pass_line_end(csv);
        return;
    }
    while (at < text.length && ends_line(text.at[at]))
        at++;
    for (; at < text.length && (quoted || !ends_line(text.at[at])); at++) {
        quoted ^= text.at[at] == '"';
        for (size_t i = 0; i < sizeof marks && !quoted; i++)
            counts[i] += text.at[at] == marks[i];
    }
    for (size_t i = 1; i < sizeof marks; i++)
        best = counts[i] > counts[best] ? i : best;
    csv->mark = marks[best];
}

static bool give_record(const struct csv *csv, uint32_t line, struct table_sink *sink, struct file_error *ret_error)
{
    if (csv->fault)
        return sink->refuse(sink, line, csv->fault_column, csv->fault, ret_error);
    return cells_blank(csv->cells, csv->count) || sink->row(sink, line, csv->cells, csv->count, ret_error);
}

bool csv_read(struct slice bytes, const struct table_limits *limits, struct arena *arena, struct table_sink *sink,
              struct file_error *ret_error)
{
    struct csv csv = {.line = 1, .texts = sink->cells, .room = limits->columns};
    enum fault fault = bytes.length > limits->bytes ? FAULT_file_large : FAULT_none;
    if (!fault)
        fault = encoding_read(bytes, limits->mend, arena, &csv.text);
    csv.cells = arena_take(arena, (limits->columns + 1) * sizeof *csv.cells);
    if (!fault && !csv.cells)
        fault = FAULT_memory_ceiling;
    if (fault) {
        *ret_error = (struct file_error){fault, 0, 0};
        return false;
    }
    find_mark(&csv);
    for (uint32_t line; read_record(&csv, &line);)
        if (!give_record(&csv, line, sink, ret_error))
            return false;
    return true;
}
