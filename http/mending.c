/* Faulty rows of an import as they came: recorded as given, opened, and written to a workbook in memory.  SPDX-License-Identifier: Apache-2.0 */
#include "http/mending.h"

#include <stdlib.h>

#include "http/export.h"
#include "http/hall.h"
#include "http/password.h"
#include "http/visit.h"
#include "http/workbook.h"
#include "process/config.h"
#include "process/memory.h"
#include "sql/row.h"
#include "sql/transaction.h"
#include "topics/decode.h"
#include "topics/json.h"
#include "topics/messages.h"
#include "topics/seal.h"

enum { ROWS_AT_ONCE = 500, COLUMNS = 64, REASON_BYTES = 300 };
enum { ARENA_BYTES = 8 << 20, CELLS_BYTES = 1 << 20, FAULT_BYTES = 16384 };

/* A workbook on its way; what it needs of the request is copied into it. */
struct mending {
    struct password_job job;
    struct front *front;
    struct visit *visit;
    struct id import, actor;
    int64_t now;
    bool has_fate;
    int fate;
    char reason[REASON_BYTES];
    enum { MENDING_AWAY, MENDING_FOREIGN, MENDING_BROKEN, MENDING_MADE } outcome;
    struct workbook_texts *texts;
    struct buffer file;
    struct arena *arena; /* the columns, then a row's texts behind them */
    size_t count;
    struct slice headings[COLUMNS];
    int32_t after; /* the last line written */
    uint32_t row;  /* and its place in the workbook */
};

static void mending_free(struct mending *mending)
{
    if (mending->file.at)
        explicit_bzero(mending->file.at, mending->file.length);
    buffer_free(&mending->file);
    arena_free(mending->arena);
    free(mending);
}

static void mending_end(struct mending *mending)
{
    mending->front->exports--;
    mending_free(mending);
}

static void mending_lost(struct password_job *job)
{
    mending_free((struct mending *)job);
}

static void add_asked(const struct mending *mending, struct arguments *arguments)
{
    value_id(argument(arguments), mending->import.bytes);
    value_id(argument(arguments), mending->actor.bytes);
    if (mending->has_fate)
        value_int2(argument(arguments), (int16_t)mending->fate);
    else
        value_null(argument(arguments));
    value_text(argument(arguments), mending->reason[0] ? slice_of(mending->reason) : (struct slice){NULL, 0});
}

/* What the house's own columns are called. */
static struct slice added(enum import_added column)
{
    const char *text = import_added_enumeration.texts[column];
    return (struct slice){text, strcspn(text, " ")};
}

/* The next record of a JSON array of them; *ret_more false: there is none. */
static bool next_record(struct json *json, const struct shape *shape, struct arena *arena, bool first, bool *ret_more,
                        void *ret_record)
{
    struct slice text;
    struct problem problem;
    problem_none(&problem);
    if (!json_array_next(json, first, ret_more) || !*ret_more)
        return !*ret_more;
    (void)json_peek(json);
    return json_skip(json, &text) && decode_record(shape, text, DECODE_LENIENT, arena, ret_record, &problem);
}

static bool begin_array(struct json *json, struct slice text, struct arena *arena)
{
    struct problem problem;
    problem_none(&problem);
    return json_begin(json, text, JSON_DEPTH_MOST, arena, &problem) && json_enter(json, '[');
}

/* The headings of the file as it came, but for columns that a workbook of this kind had added to it, then those. */
static bool write_headings(struct mending *mending, struct slice columns)
{
    struct json json;
    bool more = true;
    if (!begin_array(&json, columns, mending->arena))
        return false;
    for (bool first = true; mending->count < COLUMNS; first = false) {
        struct import_column column;
        if (!next_record(&json, import_column_shape(), mending->arena, first, &more, &column))
            return false;
        if (!more)
            break;
        char *copy = arena_copy(mending->arena, column.has_heading ? column.heading : SLICE(""));
        if (!copy)
            return false;
        mending->headings[mending->count++] = slice_of(copy);
    }
    while (mending->count > 0 && (slice_equal(mending->headings[mending->count - 1], added(IMPORT_ADDED_LINE)) ||
                                  slice_equal(mending->headings[mending->count - 1], added(IMPORT_ADDED_FAULT))))
        mending->count--;
    for (size_t i = 0; i < mending->count + 2; i++)
        if (!workbook_texts_add(mending->texts, 0, (uint16_t)i, CELL_HEADING,
                                i < mending->count ? mending->headings[i] : added((enum import_added)(i - mending->count))))
            return false;
    return true;
}

/* Reads a row's faults: which columns they are of, and all of them in words. */
static bool read_faults(struct mending *mending, struct slice faults, bool *ret_faulty, struct buffer *words)
{
    struct json json;
    bool more = true;
    if (!begin_array(&json, faults, mending->arena))
        return false;
    for (bool first = true;; first = false) {
        struct row_fault fault;
        if (!next_record(&json, row_fault_shape(), mending->arena, first, &more, &fault))
            return false;
        if (!more)
            return true;
        for (size_t i = 0; i < mending->count && fault.column.length; i++)
            ret_faulty[i] = ret_faulty[i] || slice_equal(mending->headings[i], fault.column);
        buffer_add_text(words, words->length ? "；" : "");
        buffer_add_slice(words, fault.column);
        buffer_add_text(words, fault.column.length ? "：" : "");
        buffer_add_slice(words, fault.detail_zh);
    }
}

/* A row's cells; nothing where they could not be read, or are kept no longer. */
static bool write_cells(struct mending *mending, struct slice cells, const bool *faulty)
{
    struct json json;
    struct slice text;
    bool more = cells.length > 0;
    if (more && !begin_array(&json, cells, mending->arena))
        return false;
    for (size_t i = 0; i < mending->count; i++) {
        if (more && !json_array_next(&json, i == 0, &more))
            return false;
        text = SLICE("");
        if (more && (json_peek(&json) != '"' || !json_text(&json, &text)))
            return false;
        if ((text.length || faulty[i]) && !workbook_texts_add(mending->texts, mending->row, (uint16_t)i,
                                                              faulty[i] ? CELL_FAULTY : CELL_PLAIN, text))
            return false;
    }
    return true;
}

static bool write_row(struct mending *mending, const struct rows *rows, size_t place)
{
    bool faulty[COLUMNS] = {false};
    struct problem problem;
    struct buffer cells = buffer_new(CELLS_BYTES), words = buffer_new(FAULT_BYTES);
    struct buffer number = buffer_new(24);
    problem_none(&problem);
    mending->row++;
    mending->after = (int32_t)row_number(rows, place, 0);
    buffer_add_number(&number, mending->after);
    bool fine = row_null(rows, place, 1) || seal_show(mending->front->seal, mending->import, "cells",
                                                      row_text(rows, place, 1), &cells, &problem);
    fine = fine && read_faults(mending, row_text(rows, place, 2), faulty, &words) &&
           write_cells(mending, buffer_slice(&cells), faulty) &&
           workbook_texts_add(mending->texts, mending->row, (uint16_t)mending->count, CELL_PLAIN,
                              buffer_slice(&number)) &&
           workbook_texts_add(mending->texts, mending->row, (uint16_t)(mending->count + 1), CELL_PLAIN,
                              buffer_slice(&words));
    if (cells.at)
        explicit_bzero(cells.at, cells.length);
    buffer_free(&cells);
    buffer_free(&words);
    buffer_free(&number);
    return fine;
}

/* The next rows. *ret_last: there are no more. False: PostgreSQL failed, or mending->outcome says that they cannot be
 * read. */
static bool write_page(struct mending *mending, struct sql_connection *connection, bool *ret_last)
{
    auto_arguments arguments = arguments_new(2048);
    auto_rows *rows = NULL;
    add_asked(mending, &arguments);
    value_int4(argument(&arguments), mending->after);
    value_int8(argument(&arguments), ROWS_AT_ONCE);
    if (!sql_run(connection, "session_import_mend_rows", &arguments, &rows))
        return false;
    *ret_last = rows_count(rows) < ROWS_AT_ONCE;
    struct arena *headings = mending->arena;
    mending->arena = arena_new(65536, ARENA_BYTES);
    bool fine = true;
    for (size_t i = 0; i < rows_count(rows) && fine; i++) {
        arena_reset(mending->arena);
        fine = write_row(mending, rows, i);
    }
    arena_free(mending->arena);
    mending->arena = headings;
    if (!fine)
        mending->outcome = MENDING_BROKEN;
    return fine;
}

/* Recorded and read in one transaction; it is given only once that is on disk. */
static void write_all(struct mending *mending, struct sql_connection *connection)
{
    auto_arguments arguments = arguments_new(2048);
    auto_rows *rows = NULL;
    bool last = false;
    add_asked(mending, &arguments);
    value_time(argument(&arguments), mending->now);
    if (!transaction_begin(connection, DURABLE) || !sql_run(connection, "session_import_mend", &arguments, &rows))
        return;
    if (rows_count(rows) == 0) {
        mending->outcome = MENDING_FOREIGN;
        return;
    }
    if (!write_headings(mending, row_text(rows, 0, 0))) {
        mending->outcome = MENDING_BROKEN;
        return;
    }
    while (!last)
        if (!write_page(mending, connection, &last))
            return;
    if (transaction_commit(connection) == COMMIT_DONE)
        mending->outcome = MENDING_MADE;
}

static void make(struct password_job *job, struct passwords_session *session)
{
    struct mending *mending = (struct mending *)job;
    struct sql_connection *connection = passwords_connection(session);
    if (!connection)
        return;
    mending->texts = workbook_texts_new("待改数据");
    write_all(mending, connection);
    if (mending->outcome != MENDING_MADE)
        transaction_rollback(connection);
    if (!workbook_texts_end(mending->texts, &mending->file) && mending->outcome == MENDING_MADE)
        mending->outcome = MENDING_BROKEN;
}

static void made(struct loop *loop, void *job)
{
    struct mending *mending = job;
    struct visit *visit = mending->visit;
    (void)loop;
    switch (mending->outcome) {
    case MENDING_AWAY:
        visit_refuse_as(visit, PROBLEM_database_away, "The rows must be recorded as given first, which needs the database",
                        "导出须先留痕，数据库暂不可用");
        break;
    case MENDING_FOREIGN:
        visit_refuse_as(visit, PROBLEM_forbidden, "Only whoever brought the file may have its rows again",
                        "只有上传文件的人可以下载其中的数据；问题清单可在页面上查看");
        break;
    case MENDING_BROKEN:
        visit_refuse_as(visit, PROBLEM_internal, "The workbook could not be made", "无法生成表格文件");
        break;
    case MENDING_MADE:
        export_answer(visit, "import_errors", "待改数据", buffer_slice(&mending->file));
        break;
    }
    mending_end(mending);
}

static void answer_mending(struct visit *visit)
{
    const struct import_errors *asked = visit->message;
    if (!export_begin(visit))
        return;
    struct mending *mending = memory_new(sizeof *mending);
    *mending = (struct mending){.job = {.loop = visit->hall->loop, .work = make, .done = made, .lost = mending_lost},
                                .front = visit->front,
                                .visit = visit,
                                .import = asked->import,
                                .actor = visit->caller.account,
                                .now = visit->accepted_ms,
                                .has_fate = asked->has_fate,
                                .fate = asked->fate,
                                .file = buffer_new((size_t)config->export_bytes),
                                .arena = arena_new(65536, ARENA_BYTES)};
    if (asked->has_reason && asked->reason.length < sizeof mending->reason)
        memcpy(mending->reason, asked->reason.at, asked->reason.length);
    if (passwords_take(visit->front->passwords, &mending->job))
        return;
    visit_refuse_as(visit, PROBLEM_busy, "Too much waits to be made", "等待处理的任务过多");
    mending_end(mending);
}

void mending_offer(struct front *front)
{
    front_offer_answer(front, DECLARED(import_errors), answer_mending);
}
