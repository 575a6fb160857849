/* What a person is: member, cadre, talent, village officer; and the lists of a person's file.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/fetched.h"
#include "consumers/handler.h"
#include "consumers/optional.h"
#include "consumers/security/audit.h"
#include "process/clock.h"

enum { TEXT_BYTES = 4096 };

enum verdict person_role_give_decide(struct work *work, const struct person_role_give *command);
enum verdict person_role_end_decide(struct work *work, const struct person_role_end *command);
enum verdict person_entry_add_decide(struct work *work, const struct person_entry_add *command);
enum verdict person_entry_withdraw_decide(struct work *work, const struct person_entry_withdraw *command);

static void add_who(struct work *work, struct arguments *arguments)
{
    value_id(argument(arguments), work->envelope->actor.bytes);
    value_time(argument(arguments), work->accepted);
}

/* Runs the statement that gives the person's organisation where it wrote something, and audits; rejects where it did
 * not, because of that field of the body. */
static enum verdict run_and_audit(struct work *work, const char *statement, const struct arguments *arguments,
                                  struct id person, struct slice reason, const char *field, const char *why,
                                  const char *why_zh)
{
    auto_rows *rows = NULL;
    if (!sql_run(work->connection, statement, arguments, &rows))
        return FAILED;
    if (rows_count(rows) == 0) {
        problem_say(&work->problem, PROBLEM_conflict, "%1$s%2$.0s", "%1$.0s%2$s", why, why_zh);
        if (field)
            (void)problem_under(&work->problem, slice_of(field));
        return REJECTED;
    }
    return audit_add(work, person, id_at(rows, 0, 0), reason) ? APPLIED : FAILED;
}

enum verdict person_role_give_decide(struct work *work, const struct person_role_give *command)
{
    auto_arguments arguments = arguments_new(TEXT_BYTES);
    value_id(argument(&arguments), command->person.bytes);
    value_id(argument(&arguments), work_id(work, 0).bytes);
    value_int2(argument(&arguments), (int16_t)command->role);
    optional_date(&arguments, command->has_since, command->since);
    value_text(argument(&arguments), OPTIONAL_TEXT(command, category));
    value_text(argument(&arguments), OPTIONAL_TEXT(command, post));
    optional_number(&arguments, command->has_rank, command->rank);
    optional_number(&arguments, command->has_place, command->place);
    add_who(work, &arguments);
    value_date(argument(&arguments), clock_day(work->accepted));
    value_id(argument(&arguments), work_id(work, 1).bytes);
    return run_and_audit(work, "person_role_give", &arguments, command->person, OPTIONAL_TEXT(command, post),
                         "since", "The role ended on a later day than it would begin", "该身份的结束日期晚于新的开始日期");
}

enum verdict person_role_end_decide(struct work *work, const struct person_role_end *command)
{
    auto_arguments arguments = arguments_new(TEXT_BYTES);
    value_id(argument(&arguments), command->person.bytes);
    value_int2(argument(&arguments), (int16_t)command->role);
    value_date(argument(&arguments), (int32_t)command->until);
    value_text(argument(&arguments), command->reason);
    add_who(work, &arguments);
    return run_and_audit(work, "person_role_end", &arguments, command->person, command->reason,
                         "until", "The person does not hold this role, or did not yet on that day", "该人员未担任此身份，或当日尚未担任");
}

enum verdict person_entry_add_decide(struct work *work, const struct person_entry_add *command)
{
    auto_arguments arguments = arguments_new(TEXT_BYTES);
    if (command->has_since && command->has_until && command->until < command->since) {
        problem_say(&work->problem, PROBLEM_invalid, "It ends before it begins", "结束日期早于开始日期");
        problem_under(&work->problem, SLICE("until"));
        return REJECTED;
    }
    value_id(argument(&arguments), command->person.bytes);
    value_id(argument(&arguments), work->envelope->id.bytes);
    value_int2(argument(&arguments), (int16_t)command->kind);
    value_text(argument(&arguments), command->title);
    value_text(argument(&arguments), OPTIONAL_TEXT(command, institution));
    optional_date(&arguments, command->has_since, command->since);
    optional_date(&arguments, command->has_until, command->until);
    value_text(argument(&arguments), OPTIONAL_TEXT(command, document));
    value_int2(argument(&arguments), (int16_t)command->origin.source);
    value_text(argument(&arguments), OPTIONAL_TEXT(&command->origin, reference));
    add_who(work, &arguments);
    return run_and_audit(work, "person_entry_add", &arguments, command->person, OPTIONAL_TEXT(command, document),
                         "title", "The same entry stands there already", "已有相同的记录");
}

enum verdict person_entry_withdraw_decide(struct work *work, const struct person_entry_withdraw *command)
{
    auto_arguments arguments = arguments_new(TEXT_BYTES);
    value_id(argument(&arguments), command->person.bytes);
    value_id(argument(&arguments), command->entry.bytes);
    value_text(argument(&arguments), command->reason);
    add_who(work, &arguments);
    return run_and_audit(work, "person_entry_withdraw", &arguments, command->person, command->reason,
                         NULL, "There is no such entry, or it is withdrawn", "没有这条记录，或已撤回");
}
