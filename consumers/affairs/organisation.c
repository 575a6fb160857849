/* Organisations: setting them up.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/handler.h"

enum verdict organisation_create_decide(struct work *work, const struct organisation_create *command);

enum verdict organisation_create_decide(struct work *work, const struct organisation_create *command)
{
    auto_arguments arguments = arguments_new(4096);
    auto_rows *rows = NULL;
    value_id(argument(&arguments), work->envelope->id.bytes);
    value_id(argument(&arguments), command->has_parent ? command->parent.bytes : NULL);
    value_int2(argument(&arguments), (int16_t)command->kind);
    value_text(argument(&arguments), command->name);
    value_text(argument(&arguments), command->short_name);
    value_int4(argument(&arguments), (int32_t)command->ordinal);
    value_time(argument(&arguments), work->accepted);
    if (!sql_run(work->connection, "organisation_create", &arguments, &rows))
        return FAILED;
    if (rows_count(rows) == 0)
        return command->has_parent
                   ? work_reject(work, exists, "An organisation of this name exists, or the one above is not there",
                                 "已有同名组织，或上级组织不存在")
                   : work_reject(work, exists, "There is a county committee already", "县委已经设立");
    struct organisation state = {
        .organisation = work->envelope->id,
        .version = 1,
        .has_parent = command->has_parent,
        .parent = command->parent,
        .kind = command->kind,
        .name = command->name,
        .short_name = command->short_name,
        .ordinal = command->ordinal,
    };
    work_say(work, DECLARED(organisation), &state);
    return APPLIED;
}
