/* Rules of points: which version is in force, and what it gives; adopting one.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/points/rules.h"

#include <stdio.h>

#include "consumers/handler.h"

bool rules_read(struct sql_connection *connection, struct rules *ret_rules)
{
    auto_rows *rows = NULL;
    if (!sql_run(connection, "points_rules", NULL, &rows))
        return false;
    ret_rules->count = 0;
    for (size_t i = 0; i < rows_count(rows) && ret_rules->count < RULE_VERSIONS_MOST; i++) {
        struct rule *rule = &ret_rules->at[ret_rules->count++];
        struct slice name = row_text(rows, i, 0);
        snprintf(rule->name, sizeof rule->name, "%.*s", (int)name.length, name.at);
        rule->version = (int)row_number(rows, i, 1);
        rule->effective_from = row_time(rows, i, 2);
        rule->basis = (enum points_basis)row_number(rows, i, 3);
        rule->amount = row_number(rows, i, 4);
        rule->daily_cap = row_number(rows, i, 5);
    }
    return true;
}

const struct rule *rules_at(const struct rules *rules, const char *name, int64_t time)
{
    const struct rule *best = NULL;
    for (size_t i = 0; i < rules->count; i++) {
        const struct rule *rule = &rules->at[i];
        if (strcmp(rule->name, name) == 0 && rule->effective_from <= time && (!best || rule->version > best->version))
            best = rule;
    }
    return best;
}

int64_t rule_earns(const struct rule *rule, int64_t mark, int64_t full_mark)
{
    if (rule->basis == BASIS_FIXED)
        return rule->amount;
    return full_mark > 0 ? (2 * rule->amount * mark + full_mark) / (2 * full_mark) : 0;
}

enum verdict points_rule_adopt_decide(struct work *work, const struct points_rule_adopt *command);

enum verdict points_rule_adopt_decide(struct work *work, const struct points_rule_adopt *command)
{
    auto_arguments arguments = arguments_new(4096);
    auto_rows *rows = NULL;
    value_text(argument(&arguments), command->rule);
    value_int4(argument(&arguments), (int32_t)command->version);
    value_text(argument(&arguments), command->title);
    value_time(argument(&arguments), command->effective_from);
    value_int2(argument(&arguments), (int16_t)command->basis);
    value_int4(argument(&arguments), (int32_t)command->amount);
    value_int4(argument(&arguments), (int32_t)command->daily_cap);
    value_text(argument(&arguments), command->legal_basis);
    value_id(argument(&arguments), work->envelope->id.bytes);
    if (!sql_run(work->connection, "points_rule_adopt", &arguments, &rows))
        return FAILED;
    return rows_count(rows) == 1 ? APPLIED
                                 : work_reject(work, conflict, "The version must be one more than the one in force",
                                               "版本号应为现行版本加一");
}
