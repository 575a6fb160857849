/* What cases let follow in the tree and in grants: the same changes as by command, decided with the step.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/handler.h"
#include "consumers/procedure/effect.h"
#include "process/clock.h"
#include "topics/decode.h"

enum { BODY_BYTES = 4096 };

enum verdict organisation_create_decide(struct work *work, const struct organisation_create *command);
enum verdict organisation_rename_decide(struct work *work, const struct organisation_rename *command);
enum verdict organisation_move_decide(struct work *work, const struct organisation_move *command);
enum verdict organisation_split_decide(struct work *work, const struct organisation_split *command);
enum verdict organisation_merge_decide(struct work *work, const struct organisation_merge *command);
enum verdict organisation_dissolve_decide(struct work *work, const struct organisation_dissolve *command);
enum verdict grant_give_decide(struct work *work, const struct grant_give *command);
effect_take organisation_create_follow, organisation_rename_follow, organisation_move_follow, organisation_split_follow,
    organisation_merge_follow, organisation_dissolve_follow, grant_give_follow;

/* A fact, and the field of a command's body that it fills; `listed`: as the only one of a list. */
struct filling {
    const char *fact, *field;
    bool listed;
};
#define DECISION {"effective-on", "effective", false}, {"document-number", "document", false}
#define NEW_PLACE {"new-kind", "kind", false}, {"new-ordinal", "ordinal", false}
#define NAMES {"new-name", "name", false}, {"new-short-name", "short_name", false}
#define FILLED(fillings) (fillings), sizeof(fillings) / sizeof *(fillings)

static void add_value(const struct fact_value *value, struct buffer *json)
{
    char day[CLOCK_DAY_TEXT];
    if (value->has_number) {
        buffer_add_number(json, value->number);
        return;
    }
    if (value->has_date)
        clock_day_text((int32_t)value->date, day);
    buffer_add_json(json, value->has_date ? slice_of(day) : value->has_code ? value->code : SLICE(""));
}

/* The fault of a command's field is one of the fact that filled it, or that is missing. */
static bool fault_of(struct work *work, const struct problem *fault, const struct filling *fillings, size_t count)
{
    const char *fact = "";
    for (size_t i = 0; i < count; i++)
        if (fault->pointer[0] == '/' && strncmp(fault->pointer + 1, fillings[i].field, strlen(fillings[i].field)) == 0)
            fact = fillings[i].fact;
    return problem_say(&work->problem, fault->code, "%1$s: %2$s%3$.0s", "%1$s：%2$.0s%3$s", fact, fault->detail,
                       fault->detail_zh);
}

/* A command's body as the facts fill it, decoded as the front would have. False: which fact is wrong is said. */
static bool compose(struct work *work, const struct case_followed *followed, const struct filling *fillings, size_t count,
                    const struct shape *shape, void *ret_command)
{
    struct buffer json = buffer_new(BODY_BYTES);
    struct problem fault;
    problem_none(&fault);
    buffer_add_byte(&json, '{');
    for (size_t i = 0; i < count; i++) {
        const struct followed_fact *fact = effect_fact(followed, fillings[i].fact);
        if (!fact)
            continue;
        buffer_add_format(&json, "%s\"%s\":%s", json.length > 1 ? "," : "", fillings[i].field,
                          fillings[i].listed ? "[" : "");
        add_value(&fact->value, &json);
        buffer_add_text(&json, fillings[i].listed ? "]" : "");
    }
    buffer_add_byte(&json, '}');
    char *body = arena_copy(work->arena, buffer_slice(&json));
    struct slice text = {body, json.length};
    buffer_free(&json);
    if (!body)
        return problem_say(&work->problem, PROBLEM_too_large, "The facts need too much memory", "填报内容占用内存过多");
    return decode_record(shape, text, DECODE_STRICT, work->arena, ret_command, &fault) ||
           fault_of(work, &fault, fillings, count);
}

enum verdict organisation_create_follow(struct work *work, const struct case_followed *followed)
{
    static const struct filling fillings[] = {DECISION, NAMES, NEW_PLACE};
    struct organisation_create command;
    if (!compose(work, followed, FILLED(fillings), organisation_create_shape(), &command))
        return REJECTED;
    command.has_parent = true;
    command.parent = followed->organisation;
    return organisation_create_decide(work, &command);
}

enum verdict organisation_rename_follow(struct work *work, const struct case_followed *followed)
{
    static const struct filling fillings[] = {DECISION, NAMES};
    struct organisation_rename command;
    if (!compose(work, followed, FILLED(fillings), organisation_rename_shape(), &command))
        return REJECTED;
    command.organisation = followed->organisation;
    return organisation_rename_decide(work, &command);
}

enum verdict organisation_move_follow(struct work *work, const struct case_followed *followed)
{
    static const struct filling fillings[] = {DECISION, {"other", "parent", false}};
    struct organisation_move command;
    if (!compose(work, followed, FILLED(fillings), organisation_move_shape(), &command))
        return REJECTED;
    command.organisation = followed->organisation;
    return organisation_move_decide(work, &command);
}

enum verdict organisation_split_follow(struct work *work, const struct case_followed *followed)
{
    static const struct filling fillings[] = {DECISION, NAMES, NEW_PLACE, {"other", "organisations", true}};
    struct organisation_split command;
    if (!compose(work, followed, FILLED(fillings), organisation_split_shape(), &command))
        return REJECTED;
    command.organisation = followed->organisation;
    return organisation_split_decide(work, &command);
}

enum verdict organisation_merge_follow(struct work *work, const struct case_followed *followed)
{
    static const struct filling fillings[] = {DECISION, {"other", "into", false}};
    struct organisation_merge command;
    if (!compose(work, followed, FILLED(fillings), organisation_merge_shape(), &command))
        return REJECTED;
    command.organisation = followed->organisation;
    return organisation_merge_decide(work, &command);
}

enum verdict organisation_dissolve_follow(struct work *work, const struct case_followed *followed)
{
    static const struct filling fillings[] = {DECISION};
    struct organisation_dissolve command;
    if (!compose(work, followed, FILLED(fillings), organisation_dissolve_shape(), &command))
        return REJECTED;
    command.organisation = followed->organisation;
    return organisation_dissolve_decide(work, &command);
}

enum verdict grant_give_follow(struct work *work, const struct case_followed *followed)
{
    const struct followed_fact *role = effect_fact(followed, "role"), *until = effect_fact(followed, "until");
    struct grant_give command = {.organisation = followed->organisation};
    if (!effect_id(work, followed, "account", &command.account))
        return REJECTED;
    if (!role || !role->value.has_code)
        return work_reject(work, invalid, "A role is needed", "须有角色");
    command.role = role->value.code;
    command.has_until = until && until->value.has_date;
    if (command.has_until)
        command.until = clock_day_start((int32_t)until->value.date + 1);
    return grant_give_decide(work, &command);
}
