/* The query of a command's outcome: the view, then the inbox, then "accepted".  SPDX-License-Identifier: Apache-2.0 */
#include "http/hall.h"
#include "http/outcome.h"
#include "http/query.h"
#include "process/config.h"
#include "sql/pool.h"
#include "topics/decode.h"
#include "topics/messages.h"

/* A result as its command's answer shows it, where one is declared to be shown otherwise than it is: it is known by its
 * form, for the inbox keeps no types. False: the view that shows it lacks something yet. */
static bool show_result(struct visit *visit, struct slice *result)
{
    const struct front *front = visit->front;
    for (size_t i = 0; i < front->show_count; i++) {
        void *record = arena_take(visit->arena, front->shows[i].result->size);
        bool same = record && decode_record(front->shows[i].result, *result, DECODE_LENIENT, visit->arena, record,
                                            &visit->problem);
        problem_none(&visit->problem);
        if (!same)
            continue;
        struct buffer shown = buffer_new((size_t)config->message_bytes);
        bool good = front->shows[i].show(visit->front, *result, visit, &shown) && !shown.overflowed;
        result->at = good ? arena_copy(visit->arena, buffer_slice(&shown)) : NULL;
        result->length = shown.length;
        buffer_free(&shown);
        return result->at;
    }
    return true;
}

static void show(struct visit *visit, enum command_status status, struct slice result, struct slice problem)
{
    const struct command_outcome *asked = visit->message;
    if (result.length > 0 && !show_result(visit, &result)) {
        status = COMMAND_ACCEPTED;
        result = (struct slice){NULL, 0};
    }
    struct outcome_shown shown = {.command = asked->command, .status = status, .has_result = result.length > 0,
                                  .result = result, .has_problem = problem.length > 0, .problem = problem};
    query_answer_one(visit, &shown);
}

/* PostgreSQL's word on a command that the view does not know. */
static void found_in_inbox(void *context, const struct rows *rows, const struct sql_failure *failure)
{
    struct visit *visit = context;
    struct slice none = {NULL, 0};
    if (failure) {
        visit_refuse_as(visit, PROBLEM_database_away, "The outcome is older than what is held here", "该结果需查询数据库");
    } else if (rows_count(rows) == 0) {
        show(visit, COMMAND_ACCEPTED, none, none);
    } else {
        bool applied = row_number(rows, 0, 0) < 300;
        struct slice text = row_text(rows, 0, 1);
        show(visit, applied ? COMMAND_APPLIED : COMMAND_REJECTED, applied ? text : none, applied ? none : text);
    }
}

static void answer_outcome(struct visit *visit)
{
    const struct command_outcome *asked = visit->message;
    struct known_outcome outcome;
    struct arguments arguments = arguments_new(64);
    if (outcomes_find(visit->front->outcomes, asked->command, visit->arena, &outcome)) {
        show(visit, outcome.applied ? COMMAND_APPLIED : COMMAND_REJECTED, outcome.result, outcome.problem);
        return;
    }
    if (outcome.held_back) {
        show(visit, COMMAND_ACCEPTED, (struct slice){NULL, 0}, (struct slice){NULL, 0});
        return;
    }
    value_id(argument(&arguments), asked->command.bytes);
    if (!pool_ask(visit->hall->pool, "outcome_find", &arguments, NULL, found_in_inbox, visit))
        visit_refuse_as(visit, PROBLEM_database_away, "The outcome is older than what is held here", "该结果需查询数据库");
    arguments_free(&arguments);
}

void outcomes_offer(struct front *front)
{
    front_offer_answer(front, DECLARED(command_outcome), answer_outcome);
}
