/* Posts, terms of office, and the rules that organisations are measured by.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/affairs/tree.h"
#include "consumers/handler.h"
#include "consumers/optional.h"

enum verdict office_appoint_decide(struct work *work, const struct office_appoint *command);
enum verdict office_relieve_decide(struct work *work, const struct office_relieve *command);
enum verdict term_begin_decide(struct work *work, const struct term_begin *command);
enum verdict organisation_rule_adopt_decide(struct work *work, const struct organisation_rule_adopt *command);

static enum verdict change_office(struct work *work, struct tree_change *change, struct id member, int post, bool holds,
                                  int64_t ordinal)
{
    value_id(argument(&change->arguments), member.bytes);
    value_int2(argument(&change->arguments), (int16_t)post);
    value_bool(argument(&change->arguments), holds);
    value_int4(argument(&change->arguments), (int32_t)ordinal);
    return tree_change_take(work, change);
}

/* Whether the member holds the post on the change's day. */
static bool find_held(struct work *work, const struct tree_change *change, struct id member, int post, bool *ret_held)
{
    auto_arguments arguments = arguments_new(128);
    auto_rows *rows = NULL;
    value_id(argument(&arguments), change->organisation.bytes);
    value_id(argument(&arguments), member.bytes);
    value_int2(argument(&arguments), (int16_t)post);
    value_date(argument(&arguments), (int32_t)change->effective);
    if (!sql_run(work->connection, "office_held", &arguments, &rows))
        return false;
    *ret_held = rows_count(rows) > 0;
    return true;
}

enum verdict office_appoint_decide(struct work *work, const struct office_appoint *command)
{
    auto_tree_change change = TREE_CHANGE_OF(command, "office_change", TREE_APPOINT);
    bool held = false;
    if (!tree_change_begin(work, &change) || !find_held(work, &change, command->member, command->post, &held))
        return FAILED;
    if (held)
        return work_reject_at(work, "post", exists, "The member holds this post on that day already", "当日该党员已任此职");
    return change_office(work, &change, command->member, command->post, true, command->has_ordinal ? command->ordinal : 0);
}

enum verdict office_relieve_decide(struct work *work, const struct office_relieve *command)
{
    auto_tree_change change = TREE_CHANGE_OF(command, "office_change", TREE_RELIEVE);
    bool held = false;
    if (!tree_change_begin(work, &change) || !find_held(work, &change, command->member, command->post, &held))
        return FAILED;
    if (!held)
        return work_reject_at(work, "post", conflict, "The member does not hold this post on that day: see that day's list",
                           "当日该党员未任此职，请核对当日名单");
    return change_office(work, &change, command->member, command->post, false, 0);
}

/* The term's years as the rules say them, else as they are given: no other ones, and never by guess. */
static enum verdict find_years(struct work *work, const struct tree_change *change, const struct term_begin *command,
                               int64_t *ret_years)
{
    auto_arguments arguments = arguments_new(64);
    auto_rows *rows = NULL;
    value_id(argument(&arguments), change->organisation.bytes);
    value_date(argument(&arguments), (int32_t)change->effective);
    if (!sql_run(work->connection, "term_years", &arguments, &rows))
        return FAILED;
    bool ruled = rows_count(rows) > 0;
    *ret_years = ruled ? row_number(rows, 0, 0) : command->years;
    if (ruled && row_bool(rows, 0, 4))
        return work_reject(work, conflict,
                           "A term's years depend on the kind of place: note first in which the organisation is",
                           "任期年数因村、社区等而异，请先在“调整”中登记该组织的所在类型");
    if (!ruled && !command->has_years)
        return work_reject_at(work, "years", invalid, "No rule says of how many years the term is: give them",
                    "没有规则规定其任期年数，请填写");
    if (ruled && command->has_years && command->years != *ret_years)
        return work_reject_at(work, "years", conflict, "A term of such an organisation is of %lld years: %.*s",
                    "此类组织的任期为 %lld 年：%.*s", (long long)*ret_years, (int)row_text(rows, 0, 3).length,
                    row_text(rows, 0, 3).at);
    return APPLIED;
}

enum verdict term_begin_decide(struct work *work, const struct term_begin *command)
{
    auto_tree_change change = TREE_CHANGE_OF(command, "term_begin", TREE_ELECT);
    int64_t years = 0;
    if (!tree_change_begin(work, &change))
        return FAILED;
    enum verdict verdict = find_years(work, &change, command, &years);
    if (verdict != APPLIED)
        return verdict;
    value_int2(argument(&change.arguments), (int16_t)years);
    return tree_change_take(work, &change);
}

enum verdict organisation_rule_adopt_decide(struct work *work, const struct organisation_rule_adopt *command)
{
    auto_arguments arguments = arguments_new(4096);
    auto_rows *rows = NULL;
    if (command->has_least && command->has_most && command->least > command->most)
        return work_reject_at(work, "least", invalid, "The least is above the most", "下限大于上限");
    if (command->measure == MEASURE_TERM_YEARS && command->kinds.count && !command->has_most)
        return work_reject_at(work, "most", invalid, "Say of how many years the term is", "请填写任期年数");
    value_text(argument(&arguments), command->rule);
    value_int4(argument(&arguments), (int32_t)command->version);
    value_date(argument(&arguments), (int32_t)command->effective_from);
    value_text(argument(&arguments), command->title);
    value_int2(argument(&arguments), (int16_t)command->measure);
    struct buffer *kinds = argument_array(&arguments, SQL_INT2, command->kinds.count);
    for (size_t i = 0; i < command->kinds.count; i++)
        value_int2(kinds, (int16_t)command->kinds.at[i]);
    optional_number(&arguments, command->has_members_least, command->members_least);
    optional_number(&arguments, command->has_members_most, command->members_most);
    optional_number(&arguments, command->has_least, command->least);
    optional_number(&arguments, command->has_most, command->most);
    value_text(argument(&arguments), command->clause);
    value_time(argument(&arguments), work->accepted);
    value_id(argument(&arguments), work->envelope->actor.bytes);
    struct buffer *sectors = argument_array(&arguments, SQL_INT2, command->has_sectors ? command->sectors.count : 0);
    for (size_t i = 0; command->has_sectors && i < command->sectors.count; i++)
        value_int2(sectors, (int16_t)command->sectors.at[i]);
    if (!sql_run(work->connection, "organisation_rule_adopt", &arguments, &rows))
        return FAILED;
    return rows_count(rows) > 0 ? APPLIED
                                : work_reject_at(work, "version", exists, "The rule's next version has another number",
                                                 "该规则的下一版本号不是此号");
}
