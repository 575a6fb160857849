/* Workbooks by libxlsxwriter: texts stay texts, times are Asia/Shanghai's, nothing touches a disk.  SPDX-License-Identifier: Apache-2.0 */
#include "http/workbook.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include "process/arena.h"
#include "process/memory.h"
#include "topics/decode.h"
#include "topics/json.h"

enum { COLUMNS_MOST = 64, RECORD_BYTES = 1 << 20, PIECE = 65536 };
enum { CELL_BYTES = 32767, TEXT_WIDTH = 16, FAULTY_COLOUR = 0xFFC7CE };
enum { SHANGHAI_MS = 8 * 3600 * 1000, DAY_MS = 24 * 3600 * 1000, EXCEL_EPOCH_DAYS = 25569 };

struct making {
    const struct shape *shape;
    const struct field *fields[COLUMNS_MOST];
    size_t count;
    lxw_workbook *workbook;
    lxw_worksheet *sheet;
    lxw_format *number, *hundredths, *time, *date;
    struct arena *arena; /* one record */
};

static lxw_format *format_of(lxw_workbook *workbook, const char *pattern)
{
    lxw_format *format = workbook_add_format(workbook);
    format_set_num_format(format, pattern);
    return format;
}

static void begin(struct making *making, const struct declaration *declaration)
{
    lxw_format *bold = workbook_add_format(making->workbook);
    format_set_bold(bold);
    making->number = format_of(making->workbook, "0");
    making->hundredths = format_of(making->workbook, "0.00");
    making->time = format_of(making->workbook, "yyyy-mm-dd hh:mm:ss");
    making->date = format_of(making->workbook, "yyyy-mm-dd");
    making->sheet = workbook_add_worksheet(making->workbook, declaration->title);
    worksheet_freeze_panes(making->sheet, 1, 0);
    for (const struct column *column = declaration->columns; column->field && making->count < COLUMNS_MOST; column++) {
        lxw_col_t place = (lxw_col_t)making->count;
        making->fields[making->count++] = shape_field(making->shape, column->field);
        worksheet_set_column(making->sheet, place, place, column->width, NULL);
        worksheet_write_string(making->sheet, 0, place, column->heading, bold);
    }
}

/* Never by the library's guess: a name that begins with = is no formula. */
static lxw_error write_text(const struct making *making, lxw_row_t row, lxw_col_t place, struct slice text)
{
    char *copy = arena_copy(making->arena, text);
    return copy ? worksheet_write_string(making->sheet, row, place, copy, NULL) : LXW_ERROR_MEMORY_MALLOC_FAILED;
}

/* The Chinese words at the beginning of what the value means. */
static struct slice label(const struct enumeration *enumeration, int value)
{
    const char *text = enumeration->texts[value];
    return (struct slice){text, strcspn(text, " ")};
}

static lxw_error write_cell(const struct making *making, lxw_row_t row, lxw_col_t place, const char *record)
{
    const struct field *field = making->fields[place];
    const void *value = record + field->offset;
    if (field->need == MAY_LACK && !*(const bool *)(record + field->offset_has))
        return LXW_NO_ERROR;
    switch (field->type) {
    case TEXT:
        return write_text(making, row, place, *(const struct slice *)value);
    case ENUM_VALUE:
        return write_text(making, row, place, label(field->enumeration, *(const int *)value));
    case NUMBER:
        return worksheet_write_number(making->sheet, row, place, (double)*(const int64_t *)value, making->number);
    case HUNDREDTHS:
        return worksheet_write_number(making->sheet, row, place, (double)*(const int64_t *)value / 100,
                                      making->hundredths);
    case TIME:
        return worksheet_write_number(making->sheet, row, place,
                                      (double)(*(const int64_t *)value + SHANGHAI_MS) / DAY_MS + EXCEL_EPOCH_DAYS,
                                      making->time);
    case DATE:
        return worksheet_write_number(making->sheet, row, place, (double)*(const int64_t *)value + EXCEL_EPOCH_DAYS,
                                      making->date);
    case ID:
    case BOOL:
    case JSON:
    case SHAPE:
        break;
    }
    return LXW_ERROR_PARAMETER_VALIDATION; /* no column is of such a type */
}

static bool write_row(struct making *making, lxw_row_t row, struct slice text, struct problem *problem)
{
    arena_reset(making->arena);
    void *record = arena_take(making->arena, making->shape->size);
    if (!record || !decode_record(making->shape, text, DECODE_LENIENT, making->arena, record, problem))
        return false;
    for (size_t i = 0; i < making->count; i++)
        if (write_cell(making, row, (lxw_col_t)i, record) != LXW_NO_ERROR)
            return false;
    return true;
}

static bool write_rows(struct making *making, struct slice rows, int64_t *ret_rows)
{
    struct json json;
    struct problem problem;
    struct slice record;
    lxw_row_t row = 1;
    problem_none(&problem);
    if (!json_begin(&json, rows, JSON_DEPTH_MOST, making->arena, &problem))
        return false;
    while (json_peek(&json) == '[') {
        bool more;
        if (!json_enter(&json, '['))
            return false;
        for (bool first = true;; first = false) {
            if (!json_array_next(&json, first, &more))
                return false;
            if (!more)
                break;
            (void)json_peek(&json);
            if (!json_skip(&json, &record) || !write_row(making, row++, record, &problem))
                return false;
        }
    }
    *ret_rows = row - 1;
    return json_end(&json);
}

static bool read_back(int memory, struct buffer *file)
{
    ssize_t got = 1;
    for (off_t at = 0; got > 0; at += got) {
        char *end = buffer_reserve(file, PIECE);
        got = end ? pread(memory, end, PIECE, at) : -1;
        if (got > 0)
            file->length += (size_t)got;
    }
    return got == 0;
}

/* A workbook that is written to memory. */
static lxw_workbook *open_in(int memory)
{
    char path[32];
    lxw_workbook_options options = {.constant_memory = LXW_TRUE, .tmpdir = "/dev/shm"};
    snprintf(path, sizeof path, "/proc/self/fd/%d", memory);
    return memory < 0 ? NULL : workbook_new_opt(path, &options);
}

bool workbook_make(const struct declaration *declaration, struct slice rows, struct buffer *file, int64_t *ret_rows)
{
    int memory = memfd_create("workbook", MFD_CLOEXEC);
    struct making making = {.shape = declaration->result(), .workbook = open_in(memory)};
    making.arena = arena_new(16384, RECORD_BYTES);
    bool good = making.workbook != NULL;
    if (good) {
        begin(&making, declaration);
        good = write_rows(&making, rows, ret_rows);
        good = workbook_close(making.workbook) == LXW_NO_ERROR && good && read_back(memory, file);
    }
    arena_free(making.arena);
    if (memory >= 0)
        close(memory);
    return good;
}

struct workbook_texts {
    int memory;
    lxw_workbook *workbook;
    lxw_worksheet *sheet;
    lxw_format *formats[CELL_FAULTY + 1];
};

struct workbook_texts *workbook_texts_new(const char *title)
{
    struct workbook_texts *texts = memory_new(sizeof *texts);
    *texts = (struct workbook_texts){.memory = memfd_create("workbook", MFD_CLOEXEC)};
    texts->workbook = open_in(texts->memory);
    if (!texts->workbook)
        return texts;
    texts->formats[CELL_HEADING] = workbook_add_format(texts->workbook);
    format_set_bold(texts->formats[CELL_HEADING]);
    texts->formats[CELL_FAULTY] = workbook_add_format(texts->workbook);
    format_set_bg_color(texts->formats[CELL_FAULTY], FAULTY_COLOUR);
    texts->sheet = workbook_add_worksheet(texts->workbook, title);
    worksheet_freeze_panes(texts->sheet, 1, 0);
    worksheet_set_column(texts->sheet, 0, COLUMNS_MOST + 1, TEXT_WIDTH, NULL);
    return texts;
}

bool workbook_texts_add(struct workbook_texts *texts, uint32_t row, uint16_t column, enum workbook_cell kind,
                        struct slice text)
{
    char copy[CELL_BYTES];
    size_t length = text.length < sizeof copy ? text.length : sizeof copy - 1;
    while (length < text.length && length > 0 && ((unsigned char)text.at[length] & 0xc0) == 0x80)
        length--; /* an overlong text is cut before a character */
    if (length)
        memcpy(copy, text.at, length);
    copy[length] = 0;
    if (!texts->sheet)
        return false;
    lxw_error error = length ? worksheet_write_string(texts->sheet, row, column, copy, texts->formats[kind])
                             : worksheet_write_blank(texts->sheet, row, column, texts->formats[kind]);
    explicit_bzero(copy, length);
    return error == LXW_NO_ERROR;
}

bool workbook_texts_end(struct workbook_texts *texts, struct buffer *file)
{
    if (!texts)
        return true;
    bool good = texts->workbook && workbook_close(texts->workbook) == LXW_NO_ERROR && read_back(texts->memory, file);
    if (texts->memory >= 0)
        close(texts->memory);
    free(texts);
    return good;
}
