/* Reading plans: made, and falling due.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/handler.h"

enum verdict study_plan_decide(struct work *work, const struct study_plan *command);
enum verdict study_due_decide(struct work *work, const struct study_due *event);

static int64_t pages(const struct study_plan *command)
{
    int64_t sum = 0;
    for (size_t i = 0; i < command->items.count; i++)
        if (command->items.at[i].has_pages)
            sum += command->items.at[i].pages;
    return sum;
}

enum verdict study_plan_decide(struct work *work, const struct study_plan *command)
{
    auto_arguments arguments = arguments_new(1024);
    struct id plan = work->envelope->id;
    int64_t due = command->due.has_moment ? command->due.moment : work->accepted + command->due.after_seconds * 1000;
    if (due <= work->accepted)
        return work_reject(work, too_late, "It would be due already", "到期时间已过");
    value_id(argument(&arguments), plan.bytes);
    value_id(argument(&arguments), command->organisation.bytes);
    value_int4(argument(&arguments), (int32_t)command->items.count);
    value_time(argument(&arguments), due);
    if (!sql_run(work->connection, "study_plan", &arguments, NULL))
        return FAILED;
    struct study_noted noted = {.plan = plan, .pages = pages(command), .has_note = command->has_note, .note = command->note};
    work_say(work, DECLARED(study_noted), &noted);
    struct study_due later = {.plan = plan};
    work_timer_set(work, DECLARED(study_due), plan, 1, due, &later);
    struct study_planned result = {.items = (int64_t)command->items.count, .due_at = due};
    work_return(work, &result);
    return APPLIED;
}

enum verdict study_due_decide(struct work *work, const struct study_due *event)
{
    auto_arguments arguments = arguments_new(64);
    value_id(argument(&arguments), event->plan.bytes);
    return sql_run(work->connection, "study_due", &arguments, NULL) ? APPLIED : FAILED;
}
