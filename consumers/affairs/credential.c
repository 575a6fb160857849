/* First passwords given anew, second factors taken away.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/affairs/account.h"
#include "consumers/gathering.h"
#include "consumers/handler.h"

enum { PHC_CEILING = 1024 };

enum verdict password_reset_decide(struct work *work, const struct password_reset *command);

enum verdict password_reset_decide(struct work *work, const struct password_reset *command)
{
    auto_arguments arguments = arguments_new(4096);
    auto_rows *rows = NULL;
    struct buffer phc = buffer_new(PHC_CEILING);
    bool open = seal_show(work->gathering->seal, work->envelope->id, "password", command->password, &phc, &work->problem);
    value_id(argument(&arguments), command->account.bytes);
    value_id(argument(&arguments), work->envelope->actor.bytes);
    value_text(argument(&arguments), buffer_slice(&phc));
    value_time(argument(&arguments), work->accepted);
    value_id(argument(&arguments), work->envelope->id.bytes);
    value_text(argument(&arguments), command->reason);
    buffer_free(&phc);
    if (!open)
        return REJECTED;
    if (!sql_run(work->connection, "password_reset", &arguments, &rows))
        return FAILED;
    if (rows_count(rows) == 0)
        return work_reject(work, conflict,
                           "Your own password you change yourself; who holds further roles has it from a security "
                           "administrator",
                           "本人密码请自行修改；担任其他角色的账号须由安全管理员重置");
    return accounts_say(work, &command->account, 1) ? APPLIED : FAILED;
}

enum verdict factor_remove_decide(struct work *work, const struct factor_remove *command);

enum verdict factor_remove_decide(struct work *work, const struct factor_remove *command)
{
    auto_arguments arguments = arguments_new(2048);
    auto_rows *rows = NULL;
    value_id(argument(&arguments), command->account.bytes);
    value_id(argument(&arguments), work->envelope->actor.bytes);
    value_time(argument(&arguments), work->accepted);
    value_id(argument(&arguments), work->envelope->id.bytes);
    value_text(argument(&arguments), command->reason);
    if (!sql_run(work->connection, "factor_remove", &arguments, &rows))
        return FAILED;
    if (rows_count(rows) == 0)
        return work_reject(work, conflict, "There is no second factor, or it is your own", "没有动态口令，或为本人的动态口令");
    return accounts_say(work, &command->account, 1) ? APPLIED : FAILED;
}
