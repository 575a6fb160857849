/* Grants: giving them for a term, and ending them.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/affairs/account.h"
#include "consumers/fetched.h"
#include "consumers/handler.h"
#include "consumers/optional.h"
#include "consumers/security/audit.h"

enum verdict grant_give_decide(struct work *work, const struct grant_give *command);
enum verdict grant_end_decide(struct work *work, const struct grant_end *command);

/* Whether the account may have one grant more; its row is locked from here on, so that its versions follow its grants. */
static bool hold(struct work *work, struct id account, bool *ret_room)
{
    auto_arguments arguments = arguments_new(128);
    auto_rows *rows = NULL;
    value_id(argument(&arguments), account.bytes);
    value_time(argument(&arguments), work->accepted);
    if (!sql_run(work->connection, "grant_hold", &arguments, &rows))
        return false;
    *ret_room = rows_count(rows) == 0 || row_number(rows, 0, 0) < (int64_t)shape_field(account_shape(), "grants")->max_items;
    return true;
}

static bool give(struct work *work, const struct grant_give *command, bool *ret_given)
{
    auto_arguments arguments = arguments_new(2048);
    auto_rows *rows = NULL;
    value_id(argument(&arguments), work->envelope->id.bytes);
    value_id(argument(&arguments), command->account.bytes);
    value_text(argument(&arguments), command->role);
    value_id(argument(&arguments), command->organisation.bytes);
    optional_time(&arguments, command->has_from, command->from);
    optional_time(&arguments, command->has_until, command->until);
    value_text(argument(&arguments), OPTIONAL_TEXT(command, reason));
    value_id(argument(&arguments), work->envelope->actor.bytes);
    value_time(argument(&arguments), work->accepted);
    if (!sql_run(work->connection, "grant_give", &arguments, &rows))
        return false;
    *ret_given = rows_count(rows) > 0;
    return true;
}

/* The three that are separate persons: whoever runs the technical staff, gives the grants, and reads the trail. */
static bool separate(struct work *work, const struct grant_give *command, bool *ret_apart)
{
    static const char *const three[] = {"system_administrator", "security_administrator", "audit_administrator"};
    auto_arguments arguments = arguments_new(1024);
    auto_rows *rows = NULL;
    value_id(argument(&arguments), command->account.bytes);
    value_text(argument(&arguments), command->role);
    struct buffer *array = argument_array(&arguments, SQL_TEXT, 3);
    for (size_t i = 0; i < 3; i++)
        value_text(array, slice_of(three[i]));
    value_time(argument(&arguments), work->accepted);
    if (!sql_run(work->connection, "grant_separate", &arguments, &rows))
        return false;
    *ret_apart = rows_count(rows) == 0;
    return true;
}

/* What nobody may be given, or not beside what he has. False: PostgreSQL failed. */
static bool may_have(struct work *work, const struct grant_give *command, bool *ret_may)
{
    bool apart = true;
    *ret_may = false;
    if (catalogue_role_bit(command->role) == ROLE_integration_client) {
        (void)work_reject_at(work, "role", conflict, "A program of others has this role by its client, and no person has it",
                          "该角色仅属于集成客户端，不能授予个人");
        return true;
    }
    if (!separate(work, command, &apart))
        return false;
    if (!apart)
        (void)work_reject_at(work, "role", conflict, "System, security and audit administrator are separate persons",
                          "系统管理员、安全管理员、审计管理员不得由同一人兼任");
    *ret_may = apart;
    return true;
}

enum verdict grant_give_decide(struct work *work, const struct grant_give *command)
{
    int64_t from = command->has_from && command->from > work->accepted ? command->from : work->accepted;
    bool room, given, may;
    if (catalogue_role_bit(command->role) == 0)
        return work_reject_at(work, "role", unknown_reference, "There is no such role", "没有这个角色");
    if (command->has_until && command->until <= from)
        return work_reject_at(work, "until", too_late, "The term would be over before it begins", "授权期限的结束早于开始");
    if (!hold(work, command->account, &room))
        return FAILED;
    if (!may_have(work, command, &may))
        return FAILED;
    if (!may)
        return REJECTED;
    if (!room)
        return work_reject_at(work, "account", conflict, "The account has as many grants as it can", "该账号的授权已达上限");
    if (!give(work, command, &given))
        return FAILED;
    if (!given)
        return work_reject_at(work, "role", exists,
                              "It has this role for that term already, or account or organisation are not there",
                              "该期限内已有此角色，或账号、组织不存在");
    return accounts_say(work, &command->account, 1) &&
                   audit_add(work, command->account, command->organisation, OPTIONAL_TEXT(command, reason))
               ? APPLIED
               : FAILED;
}

/* The roles that may give grants, as an argument: the last one of them over the county is not ended. */
static void add_givers(struct arguments *arguments)
{
    uint64_t roles = DECLARED(grant_give)->roles;
    struct buffer *array = argument_array(arguments, SQL_TEXT, (size_t)__builtin_popcountll(roles));
    for (; roles; roles &= roles - 1)
        value_text(array, slice_of(catalogue_roles[__builtin_ctzll(roles)].name));
}

static bool find(struct work *work, struct id grant, struct rows **ret_rows)
{
    auto_arguments arguments = arguments_new(4096);
    value_id(argument(&arguments), grant.bytes);
    value_time(argument(&arguments), work->accepted);
    add_givers(&arguments);
    return sql_run(work->connection, "grant_find", &arguments, ret_rows);
}

static bool end(struct work *work, const struct grant_end *command)
{
    auto_arguments arguments = arguments_new(1024);
    auto_rows *rows = NULL;
    value_id(argument(&arguments), command->grant.bytes);
    value_time(argument(&arguments), work->accepted);
    value_id(argument(&arguments), work->envelope->actor.bytes);
    value_text(argument(&arguments), command->reason);
    return sql_run(work->connection, "grant_end", &arguments, &rows);
}

enum verdict grant_end_decide(struct work *work, const struct grant_end *command)
{
    auto_rows *rows = NULL;
    if (!find(work, command->grant, &rows))
        return FAILED;
    if (rows_count(rows) == 0)
        return work_reject(work, not_found, "There is no such grant", "没有这项授权");
    if (row_bool(rows, 0, 1))
        return work_reject(work, conflict, "The grant is over already", "该授权已终止");
    if (row_bool(rows, 0, 2))
        return work_reject(work, conflict, "Nobody could give roles any more: give the role to another first",
                           "终止后将无人可以授权，请先授予他人");
    struct id account = id_at(rows, 0, 0);
    return end(work, command) && accounts_say(work, &account, 1) &&
                   audit_add(work, account, id_at(rows, 0, 3), command->reason)
               ? APPLIED
               : FAILED;
}
