/* Taking questions into a bank: the next free number, a title's number, the next version.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/education/question_take.h"

#include "consumers/education/paper.h"
#include "process/config.h"
#include "topics/encode.h"

bool bank_lock(struct work *work, struct id bank, int64_t *ret_next)
{
    auto_arguments arguments = arguments_new(64);
    auto_rows *rows = NULL;
    value_id(argument(&arguments), bank.bytes);
    if (!sql_run(work->connection, "bank_open", &arguments, &rows))
        return false;
    *ret_next = rows_count(rows) == 1 ? row_number(rows, 0, 0) + 1 : 0;
    return true;
}

bool question_titled(struct work *work, struct id bank, struct slice title, int64_t *ret_number)
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

bool question_take(struct work *work, struct id bank, int64_t number, const struct question *question, int64_t *ret_version)
{
    auto_arguments arguments = arguments_new((size_t)config->message_bytes);
    auto_rows *rows = NULL;
    value_id(argument(&arguments), bank.bytes);
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
    value_text(argument(&arguments), question->title);
    if (!sql_run(work->connection, "question_take", &arguments, &rows))
        return false;
    *ret_version = rows_count(rows) == 1 ? row_number(rows, 0, 0) : 0;
    return true;
}
