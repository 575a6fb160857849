/* What cases let follow in the tree and in grants: the same changes as by command, decided with the step.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/handler.h"
#include "consumers/procedure/effect.h"
#include "process/clock.h"

enum verdict organisation_move_decide(struct work *work, const struct organisation_move *command);
enum verdict organisation_merge_decide(struct work *work, const struct organisation_merge *command);
enum verdict organisation_dissolve_decide(struct work *work, const struct organisation_dissolve *command);
enum verdict grant_give_decide(struct work *work, const struct grant_give *command);
effect_take organisation_move_follow, organisation_merge_follow, organisation_dissolve_follow, grant_give_follow;

/* The day and the document's number; false where one is missing, and the work's problem says so. */
static bool decided(struct work *work, const struct case_followed *followed, int64_t *ret_day, struct slice *ret_document)
{
    const struct followed_fact *day = effect_fact(followed, "effective-on");
    const struct followed_fact *document = effect_fact(followed, "document-number");
    if (day && day->value.has_date && document && document->value.has_code) {
        *ret_day = day->value.date;
        *ret_document = document->value.code;
        return true;
    }
    return problem_say(&work->problem, PROBLEM_invalid, "An effective date and a document number are needed", "须有生效日期和批复文号");
}

enum verdict organisation_move_follow(struct work *work, const struct case_followed *followed)
{
    struct organisation_move command = {.organisation = followed->organisation};
    if (!decided(work, followed, &command.effective, &command.document) ||
        !effect_id(work, followed, "other", &command.parent))
        return REJECTED;
    return organisation_move_decide(work, &command);
}

enum verdict organisation_merge_follow(struct work *work, const struct case_followed *followed)
{
    struct organisation_merge command = {.organisation = followed->organisation};
    if (!decided(work, followed, &command.effective, &command.document) ||
        !effect_id(work, followed, "other", &command.into))
        return REJECTED;
    return organisation_merge_decide(work, &command);
}

enum verdict organisation_dissolve_follow(struct work *work, const struct case_followed *followed)
{
    struct organisation_dissolve command = {.organisation = followed->organisation};
    if (!decided(work, followed, &command.effective, &command.document))
        return REJECTED;
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
