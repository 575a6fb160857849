/* Question banks: setting one up, retiring its questions.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/handler.h"

enum verdict bank_create_decide(struct work *work, const struct bank_create *command);
enum verdict question_retire_decide(struct work *work, const struct question_retire *command);

enum verdict bank_create_decide(struct work *work, const struct bank_create *command)
{
    auto_arguments arguments = arguments_new(1024);
    auto_rows *rows = NULL;
    value_id(argument(&arguments), work->envelope->id.bytes);
    value_id(argument(&arguments), command->organisation.bytes);
    value_text(argument(&arguments), command->name);
    value_time(argument(&arguments), work->accepted);
    if (!sql_run(work->connection, "bank_create", &arguments, &rows))
        return FAILED;
    if (rows_count(rows) == 0)
        return work_reject(work, exists, "The organisation has a bank of this name, or is not there", "该组织已有同名题库，或组织不存在");
    struct owned owned = {.object = work->envelope->id, .version = 1, .organisation = command->organisation};
    work_say(work, DECLARED(owned), &owned);
    return APPLIED;
}

enum verdict question_retire_decide(struct work *work, const struct question_retire *command)
{
    auto_arguments arguments = arguments_new(1024);
    auto_rows *rows = NULL;
    value_id(argument(&arguments), command->bank.bytes);
    value_int4(argument(&arguments), (int32_t)command->number);
    value_bool(argument(&arguments), command->retired);
    value_text(argument(&arguments), command->reason);
    value_time(argument(&arguments), work->accepted);
    if (!sql_run(work->connection, "question_retire", &arguments, &rows))
        return FAILED;
    if (rows_count(rows) == 0)
        return work_reject(work, conflict, "It stands so already, or the bank has no such question", "状态未变，或题库中没有这道题");
    return APPLIED;
}
