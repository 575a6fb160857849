/* The switches of boards.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/handler.h"

enum verdict board_switch_decide(struct work *work, const struct board_switch *command);

enum verdict board_switch_decide(struct work *work, const struct board_switch *command)
{
    auto_arguments arguments = arguments_new(2048);
    auto_rows *rows = NULL;
    if (!slice_equal(command->board, SLICE("members")))
        return work_reject(work, not_found, "There is no such board", "没有这个排行榜");
    value_text(argument(&arguments), command->board);
    value_bool(argument(&arguments), command->open);
    value_bool(argument(&arguments), command->names);
    value_text(argument(&arguments), command->legal_basis);
    value_id(argument(&arguments), work->envelope->id.bytes);
    value_time(argument(&arguments), work->accepted);
    if (!sql_run(work->connection, "board_switch", &arguments, &rows))
        return FAILED;
    struct board_setting state = {
        .board = command->board,
        .version = row_number(rows, 0, 0),
        .open = command->open,
        .names = command->names,
    };
    work_say(work, DECLARED(board_setting), &state);
    return APPLIED;
}
