/* Question banks: setting one up.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/handler.h"

enum verdict bank_create_decide(struct work *work, const struct bank_create *command);

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
