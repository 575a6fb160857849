/* Bringing questions of a file into a bank: every row is taken or named with its fault.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/education/csv.h"
#include "consumers/education/gift.h"
#include "consumers/education/paper.h"
#include "consumers/education/workbook.h"
#include "consumers/handler.h"
#include "process/config.h"
#include "topics/encode.h"

enum verdict question_import_decide(struct work *work, const struct question_import *command);

enum { ROWS_MOST = 5000, FAULTS_SHOWN = 200 };

static const struct import_limits *limits(void)
{
    static struct import_limits standing;
    standing = (struct import_limits){
        .bytes = (size_t)config->upload_bytes,
        .rows = ROWS_MOST,
        .columns = 64,
        .entries = 200,
        .unpacked = 64 << 20,
        .ratio = 200,
        .strings = 200000,
        .depth = 64,
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
        return csv_read(work->body, limits(), work->arena, ret_rows, ret_error);
    return workbook_read(work->body, limits(), work->arena, ret_rows, ret_error);
}

/* The place in the bank of a question that has a title but no number: where one of that title stands already, or 0. */
static bool find_title(struct work *work, struct id bank, struct slice title, int64_t *ret_number)
{
    auto_arguments arguments = arguments_new(4096);
    auto_rows *rows = NULL;
    value_id(argument(&arguments), bank.bytes);
    value_text(argument(&arguments), title);
    if (!sql_run(work->connection, "question_titled", &arguments, &rows))
        return false;
    *ret_number = rows_count(rows) == 1 ? row_number(rows, 0, 0) : 0;
    return true;
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
        .reason = slice_of(question_fault_code(row->fault)),
        .detail = slice_of(question_fault_english(row->fault)),
        .detail_zh = slice_of(question_fault_chinese(row->fault)),
    };
    buffer_free(&column);
}

static void add_texts(struct arguments *arguments, const struct slice *texts, size_t count)
{
    struct buffer json = buffer_new((size_t)config->message_bytes);
    encode_texts(&json, texts, count);
    value_jsonb(argument(arguments), buffer_slice(&json));
    buffer_free(&json);
}

static bool add_key(struct arguments *arguments, const struct question *question, struct arena *arena)
{
    struct answer_key stored;
    struct buffer json = buffer_new((size_t)config->message_bytes);
    if (!paper_key_stored(&question->key, arena, &stored))
        return false;
    encode(&json, answer_key_shape(), &stored);
    value_text(argument(arguments), buffer_slice(&json));
    buffer_free(&json);
    return true;
}

static struct slice there(struct slice text)
{
    return text.at ? text : (struct slice){"", 0};
}

static bool take_question(struct import *import, const struct question *question)
{
    struct work *work = import->work;
    auto_arguments arguments = arguments_new((size_t)config->message_bytes);
    auto_rows *rows = NULL;
    int64_t number = 0;
    if (!slice_number(question->number, &number) && question->title.length > 0 &&
        !find_title(work, import->bank, question->title, &number))
        return false;
    if (number < 1 || number > 1000000)
        number = import->next_number++;
    value_id(argument(&arguments), import->bank.bytes);
    value_int4(argument(&arguments), (int32_t)number);
    value_int2(argument(&arguments), (int16_t)question->key.kind);
    value_text(argument(&arguments), there(question->topic));
    value_text(argument(&arguments), there(question->stem));
    add_texts(&arguments, question->options, question->option_count);
    add_texts(&arguments, question->rights, question->right_count);
    if (!add_key(&arguments, question, work->arena))
        return false;
    value_text(argument(&arguments), there(question->explanation));
    value_text(argument(&arguments), there(question->source));
    value_time(argument(&arguments), work->accepted);
    value_text(argument(&arguments), there(question->title));
    if (!sql_run(work->connection, "question_take", &arguments, &rows))
        return false;
    import->result.taken++;
    import->result.changed += rows_count(rows) == 1 && row_number(rows, 0, 0) > 1;
    return true;
}

/* Locks the bank and finds the first number that is free; no row: no such bank. */
static bool open_bank(struct import *import, bool *ret_there)
{
    auto_arguments arguments = arguments_new(64);
    auto_rows *rows = NULL;
    value_id(argument(&arguments), import->bank.bytes);
    if (!sql_run(import->work->connection, "bank_open", &arguments, &rows))
        return false;
    *ret_there = rows_count(rows) == 1;
    if (*ret_there)
        import->next_number = row_number(rows, 0, 0) + 1;
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
    bool there_is = false;
    import.faults = arena_take(work->arena, FAULTS_SHOWN * sizeof *import.faults);
    if (!import.faults || !open_bank(&import, &there_is))
        return FAILED;
    if (!there_is)
        return work_reject(work, unknown_reference, "There is no such bank", "没有这个题库");
    if (!read_file(work, command->format, &rows, &error))
        return work_reject(work, import_refused, "%1$s%2$.0s (line %3$u, column %4$u)", "%1$.0s%2$s（第 %3$u 行第 %4$u 列）",
                           question_fault_english(error.fault), question_fault_chinese(error.fault), error.line,
                           error.column);
    return take_rows(&import, &rows, command->has_preview && command->preview);
}
