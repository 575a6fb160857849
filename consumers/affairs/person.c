/* People: entered, changed, and what a contested value comes to.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/affairs/account.h"
#include "consumers/affairs/fact.h"
#include "consumers/affairs/membership.h"
#include "consumers/affairs/pinyin.h"
#include "consumers/fetched.h"
#include "consumers/gathering.h"
#include "consumers/handler.h"
#include "consumers/security/audit.h"
#include "process/clock.h"

enum { TEXT_BYTES = 4096 };

enum verdict person_create_decide(struct work *work, const struct person_create *command);
enum verdict person_change_decide(struct work *work, const struct person_change *command);
enum verdict fact_decide_decide(struct work *work, const struct fact_decide *command);

static bool login_taken(struct work *work, struct slice login, bool *ret_taken)
{
    auto_arguments arguments = arguments_new(1024);
    auto_rows *rows = NULL;
    value_text(argument_array(&arguments, SQL_TEXT, 1), login);
    if (!sql_run(work->connection, "logins_taken", &arguments, &rows))
        return false;
    *ret_taken = rows_count(rows) > 0;
    return true;
}

/* What can be said against it before anything is written. */
static enum verdict refuse_person(struct work *work, const struct person_create *command)
{
    bool taken = false;
    if (!command->values.has_name) {
        (void)work_reject_at(work, "name", invalid, "Is missing", "缺少此项");
        problem_under(&work->problem, SLICE("values"));
        return REJECTED;
    }
    if (command->has_login != command->has_initial_password)
        return work_reject_at(work, "login", invalid, "An account needs a log-in name and a first password",
                              "开设账号须同时提供登录名和初始密码");
    if (command->has_login && !login_taken(work, command->login, &taken))
        return FAILED;
    return taken ? work_reject_at(work, "login", exists, "The log-in name is taken already", "登录名已被使用") : APPLIED;
}

static bool insert_person(struct work *work, const struct person_create *command, struct slice name, bool *ret_made)
{
    auto_arguments arguments = arguments_new(4 * TEXT_BYTES);
    auto_rows *rows = NULL;
    struct buffer key = buffer_new(TEXT_BYTES), initials = buffer_new(TEXT_BYTES);
    pinyin_of(name, &key, &initials);
    value_id(argument(&arguments), work->envelope->id.bytes);
    value_id(argument(&arguments), command->organisation.bytes);
    value_text(argument(&arguments), name);
    value_text(argument(&arguments), buffer_slice(&key));
    value_text(argument(&arguments), buffer_slice(&initials));
    value_time(argument(&arguments), work->accepted);
    buffer_free(&key);
    buffer_free(&initials);
    if (!sql_run(work->connection, "person_create", &arguments, &rows))
        return false;
    *ret_made = rows_count(rows) > 0;
    return true;
}

static bool is_member(const struct person_create *command)
{
    for (size_t i = 0; command->has_roles && i < command->roles.count; i++)
        if (command->roles.at[i] == PERSON_MEMBER)
            return true;
    return false;
}

static bool is_entering(const struct person_create *command)
{
    return command->has_login && is_member(command);
}

static bool insert_account(struct work *work, const struct person_create *command, struct slice name)
{
    auto_arguments arguments = arguments_new(4 * TEXT_BYTES);
    struct buffer phc = buffer_new(TEXT_BYTES);
    bool fine = seal_show(work->gathering->seal, work->envelope->id, "initial_password", command->initial_password, &phc,
                          &work->problem);
    value_id(argument(&arguments), work->envelope->id.bytes);
    value_id(argument(&arguments), command->organisation.bytes);
    value_text(argument(&arguments), command->login);
    value_text(argument(&arguments), name);
    value_text(argument(&arguments), buffer_slice(&phc));
    value_bool(argument(&arguments), is_member(command));
    value_time(argument(&arguments), work->accepted);
    buffer_free(&phc);
    return fine && sql_run(work->connection, "account_create", &arguments, NULL);
}

static bool insert_roles(struct work *work, const struct person_create *command)
{
    auto_arguments arguments = arguments_new(TEXT_BYTES);
    if (!command->has_roles)
        return true;
    value_id(argument(&arguments), work->envelope->id.bytes);
    struct buffer *ids = argument_array(&arguments, SQL_UUID, command->roles.count);
    for (size_t i = 0; i < command->roles.count; i++)
        value_id(ids, work_id(work, (uint32_t)i).bytes);
    struct buffer *roles = argument_array(&arguments, SQL_INT2, command->roles.count);
    for (size_t i = 0; i < command->roles.count; i++)
        value_int2(roles, (int16_t)command->roles.at[i]);
    value_id(argument(&arguments), work->envelope->actor.bytes);
    value_time(argument(&arguments), work->accepted);
    value_date(argument(&arguments), command->has_since ? (int32_t)command->since : clock_day(work->accepted));
    return sql_run(work->connection, "person_roles_begin", &arguments, NULL);
}

/* Somebody without an account is known to the front as what an organisation has. */
static bool say_person(struct work *work, const struct person_create *command)
{
    struct owned owned = {.object = work->envelope->id, .version = 1, .organisation = command->organisation};
    if (command->has_login)
        return accounts_say(work, &owned.object, 1);
    work_say(work, DECLARED(owned), &owned);
    return true;
}

/* Of a member with an account the membership begins on the day of the command; of anybody else there is none. */
static enum verdict enter_membership(struct work *work, const struct person_create *command, struct tree_change *change)
{
    return is_entering(command) ? membership_enter(work, change, &work->envelope->id, 1) : APPLIED;
}

/* All that is written of a person; nothing is refused behind the first statement. */
static enum verdict write_person(struct work *work, const struct person_create *command, const struct held_value *coming,
                                 struct tree_change *change)
{
    struct id person = work->envelope->id;
    struct person_known known = {.organisation = command->organisation};
    struct slice name = coming[person_field(SLICE("name")) - person_fields].text;
    struct facts_taken taken;
    bool made = false;
    if (is_entering(command) && !tree_change_begin(work, change))
        return FAILED;
    if (!insert_person(work, command, name, &made))
        return FAILED;
    if (!made)
        return work_reject_at(work, "organisation", unknown_reference, "The organisation is not there", "该党组织不存在");
    if ((command->has_login && !insert_account(work, command, name)) || !insert_roles(work, command))
        return FAILED;
    enum verdict verdict = facts_enter(work, person, &known, coming, &command->origin, &taken);
    if (verdict == APPLIED)
        verdict = enter_membership(work, command, change);
    if (verdict != APPLIED)
        return verdict;
    return say_person(work, command) && audit_add(work, person, command->organisation, (struct slice){NULL, 0}) ? APPLIED
                                                                                                              : FAILED;
}

enum verdict person_create_decide(struct work *work, const struct person_create *command)
{
    auto_tree_change change = MEMBERSHIP_ENTERING(command->organisation, false, 0);
    struct held_value coming[FACTS_MOST];
    enum verdict verdict = refuse_person(work, command);
    if (verdict != APPLIED)
        return verdict;
    if (!facts_open(work, &command->values, command->origin.source, coming))
        return REJECTED;
    verdict = facts_refuse(work, work->envelope->id, coming);
    if (verdict != APPLIED)
        return verdict;
    return write_person(work, command, coming, &change);
}

enum verdict person_change_decide(struct work *work, const struct person_change *command)
{
    struct person_known known;
    struct held_value coming[FACTS_MOST];
    struct facts_taken taken;
    bool there;
    if (!facts_open(work, &command->values, command->origin.source, coming))
        return REJECTED;
    enum verdict verdict = facts_refuse(work, command->person, coming);
    if (verdict != APPLIED)
        return verdict;
    if (!facts_present(work, command->person, &there, &known))
        return FAILED;
    if (!there)
        return work_reject(work, not_found, "There is no such person", "没有这个人");
    if (!facts_agree(work, &known, coming))
        return REJECTED;
    verdict = facts_enter(work, command->person, &known, coming, &command->origin, &taken);
    if (verdict != APPLIED)
        return verdict;
    work_return(work, &taken);
    struct slice reference = command->origin.has_reference ? command->origin.reference : (struct slice){NULL, 0};
    return audit_add(work, command->person, known.organisation, reference) ? APPLIED : FAILED;
}

enum verdict fact_decide_decide(struct work *work, const struct fact_decide *command)
{
    auto_arguments arguments = arguments_new(TEXT_BYTES);
    auto_rows *rows = NULL;
    struct person_known known;
    bool there;
    if (!facts_present(work, command->person, &there, &known))
        return FAILED;
    value_id(argument(&arguments), command->person.bytes);
    value_id(argument(&arguments), command->fact.bytes);
    if (!sql_run(work->connection, "fact_contested", &arguments, &rows))
        return FAILED;
    if (!there || rows_count(rows) == 0)
        return work_reject(work, not_found, "No such value waits for a decision", "没有这条待核的信息");
    if (id_equal(command->person, work->envelope->actor))
        return work_reject(work, own_matter, "Nobody decides about what is held of themselves", "本人信息应由他人核定");
    enum verdict verdict = facts_settle(work, command, &known, rows);
    if (verdict != APPLIED)
        return verdict;
    return audit_add(work, command->person, known.organisation, command->reason) ? APPLIED : FAILED;
}
