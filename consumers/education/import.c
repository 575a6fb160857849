/* Bringing questions of a file into a bank: every row is taken or named with its fault.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/education/gift.h"
#include "consumers/education/question_sheet.h"
#include "consumers/education/question_take.h"
#include "consumers/handler.h"
#include "process/config.h"

enum verdict question_import_decide(struct work *work, const struct question_import *command);

enum { ROWS_MOST = 5000, FAULTS_SHOWN = 200 };

static const struct import_limits *limits(void)
{
    static struct import_limits standing;
    standing = (struct import_limits){
        .table = {.bytes = (size_t)config->upload_bytes,
                  .columns = 64,
                  .entries = 200,
                  .unpacked = 64 << 20,
                  .ratio = 200,
                  .strings = 200000,
                  .depth = 64},
        .rows = ROWS_MOST,
        .marks = 100,
        .question = question_limits_catalogue,
    };
    return &standing;
}

static bool read_file(struct work *work, int format, struct question_rows *ret_rows, struct file_error *ret_error)
{
    if (format == IMPORT_GIFT)
        return gift_read(work->body, limits(), work->arena, ret_rows, ret_error);
    if (format == IMPORT_CSV)
        return question_csv_read(work->body, limits(), work->arena, ret_rows, ret_error);
    return question_workbook_read(work->body, limits(), work->arena, ret_rows, ret_error);
}

/* An import under way. */
struct import {
    struct work *work;
    struct id bank;
    int64_t next_number; /* for questions that name none */
    struct questions_imported result;
    struct row_fault *faults;
};

static void refuse_row(struct import *import, const struct read_row *row)
{
    if (import->result.refused++ >= FAULTS_SHOWN)
        return;
    struct buffer column = buffer_new(32);
    buffer_add_number(&column, row->column);
    import->faults[import->result.faults.count++] = (struct row_fault){
        .row = row->line,
        .column = {arena_copy(import->work->arena, buffer_slice(&column)), column.length},
        .reason = slice_of(fault_code(row->fault)),
        .detail = slice_of(fault_english(row->fault)),
        .detail_zh = slice_of(fault_chinese(row->fault)),
    };
    buffer_free(&column);
}

/* A question stands under its number; one without, where one of its title stands already, or under the next free number. */
static bool take_question(struct import *import, const struct question *question)
{
    struct work *work = import->work;
    int64_t number = 0, version;
    if (!slice_number(question->number, &number) && question->title.length > 0 &&
        !question_titled(work, import->bank, question->title, &number))
        return false;
    if (number < 1 || number > 1000000)
        number = import->next_number++;
    if (!question_take(work, import->bank, number, question, &version))
        return false;
    import->result.taken++;
    import->result.changed += version > 1;
    return true;
}

static enum verdict take_rows(struct import *import, const struct question_rows *rows, bool preview)
{
    for (size_t i = 0; i < rows->count; i++) {
        const struct read_row *row = &rows->rows[i];
        if (!row->question)
            refuse_row(import, row);
        else if (preview)
            import->result.taken++;
        else if (!take_question(import, row->question))
            return FAILED;
    }
    import->result.faults.at = import->faults;
    work_return(import->work, &import->result);
    return APPLIED;
}

enum verdict question_import_decide(struct work *work, const struct question_import *command)
{
    struct import import = {.work = work, .bank = command->bank};
    struct question_rows rows;
    struct file_error error;
    import.faults = arena_take(work->arena, FAULTS_SHOWN * sizeof *import.faults);
    if (!import.faults || !bank_lock(work, command->bank, &import.next_number))
        return FAILED;
    if (import.next_number == 0)
        return work_reject(work, unknown_reference, "There is no such bank", "没有这个题库");
    if (!read_file(work, command->format, &rows, &error))
        return work_reject(work, import_refused, "%1$s%2$.0s (line %3$u, column %4$u)", "%1$.0s%2$s（第 %3$u 行第 %4$u 列）",
                           fault_english(error.fault), fault_chinese(error.fault), error.line,
                           error.column);
    return take_rows(&import, &rows, command->has_preview && command->preview);
}
