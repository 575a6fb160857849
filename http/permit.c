/* Whether a caller may do what a message asks.  SPDX-License-Identifier: Apache-2.0 */
#include "http/permit.h"

#include <stdlib.h>

#include "http/hall.h"
#include "http/reach.h"
#include "process/memory.h"

enum { AGAIN_MS = 50, AGAIN_TRIES = 8 };

struct permit_plan {
    const struct field *part; /* the one that refers to a part, NULL if none does */
    size_t count;
    struct step {
        const struct field *field;
        struct permit_plan *inside; /* of a field that is a record; else NULL and the field itself refers */
    } steps[];
};

struct permit_plan *permit_plan_new(const struct shape *shape)
{
    struct permit_plan *plan = memory_new(sizeof *plan + shape->count * sizeof *plan->steps);
    for (size_t i = 0; i < shape->count; i++) {
        const struct field *field = &shape->fields[i];
        if (field->refers == REFERS_part)
            plan->part = field;
        struct permit_plan *inside = field->type == SHAPE ? permit_plan_new(field->shape()) : NULL;
        if (inside || field->refers != REFERS_NOTHING)
            plan->steps[plan->count++] = (struct step){field, inside};
    }
    if (plan->count)
        return plan;
    free(plan);
    return NULL;
}

void permit_plan_free(struct permit_plan *plan)
{
    if (!plan)
        return;
    for (size_t i = 0; i < plan->count; i++)
        permit_plan_free(plan->steps[i].inside);
    free(plan);
}

static bool narrow(struct visit *visit)
{
    return problem_say(&visit->problem, PROBLEM_forbidden, "Your roles do not reach so far", "您的角色权限范围不足");
}

bool permit_role(struct visit *visit)
{
    if (visit->caller.client)
        return visit->caller.scoped || problem_say(&visit->problem, PROBLEM_forbidden, "The key's scopes do not hold this",
                                                   "该密钥的授权范围不含此操作");
    if (visit->declaration->roles == ~UINT64_C(0) || (visit->declaration->roles & visit->caller.roles))
        return true;
    return problem_say(&visit->problem, PROBLEM_forbidden, "None of your roles may do this", "您的角色无权执行此操作");
}

/* Organisations are known to all. */
static bool is_known_to_all(const struct field *field)
{
    return field->refers == REFERS_organisation || field->refers == REFERS_part;
}

/* Whether the caller could see such a thing wherever it were. */
static bool sees_all(const struct visit *visit, const struct field *field)
{
    return visit->declaration->scope < WITHIN || is_known_to_all(field) || reach_whole(visit, reach_by(visit));
}

/* Whoever might not be allowed to see it is told the same whether it is there or not. */
static bool unknown(struct visit *visit, const struct field *field, enum resolved resolved)
{
    if (field->place == BODY && resolved == RESOLVED_UNKNOWN && sees_all(visit, field))
        return problem_say(&visit->problem, PROBLEM_unknown_reference, "There is no such %.*s", "没有这个对象（%.*s）",
                           (int)field->name.length, field->name.at);
    return problem_say(&visit->problem, PROBLEM_not_found, PERMIT_NOTHING_HERE);
}

/* What the caller cannot reach is not there for him, but for an organisation that a body names. */
static bool beyond(struct visit *visit, const struct field *field)
{
    return field->place == BODY && is_known_to_all(field) ? narrow(visit) : unknown(visit, field, RESOLVED_FOREIGN);
}

static bool check_one(struct visit *visit, const struct field *field, const void *value, struct reference_asked *asked)
{
    front_resolve *resolve = visit->front->resolve[field->refers];
    if (visit->bound && field->refers == REFERS_attempt && !id_equal(*(const struct id *)value, visit->attempt))
        return problem_say(&visit->problem, PROBLEM_forbidden, "The token is another attempt's", "凭证属于另一次答题");
    asked->value = value;
    asked->organisation = TREE_NONE;
    enum resolved resolved = resolve ? resolve(visit->front, asked) : RESOLVED_UNKNOWN;
    if (resolved != RESOLVED)
        return unknown(visit, field, resolved);
    if (visit->declaration->scope < WITHIN || asked->organisation == TREE_NONE)
        return true;
    if (field->refers == REFERS_part && !tree_within(visit->front->tree, asked->organisation, asked->whole))
        return unknown(visit, field, RESOLVED_FOREIGN);
    if (asked->narrowed && field->refers != REFERS_part) {
        asked->whole = asked->organisation;
        return true;
    }
    uint64_t roles = reach_by(visit);
    visit->through = reach_roles(visit, roles, asked->organisation);
    return visit->through ||
           (visit->declaration->scope == AROUND && reach_into(visit, roles, asked->organisation)) || beyond(visit, field);
}

static bool walk(struct visit *visit, const struct permit_plan *plan, const char *from, struct reference_asked *asked);

static bool walk_value(struct visit *visit, const struct step *step, const void *value, struct reference_asked *asked)
{
    return step->inside ? walk(visit, step->inside, value, asked) : check_one(visit, step->field, value, asked);
}

static size_t size_of(const struct field *field)
{
    return field->type == SHAPE ? field->shape()->size : field->type == ID ? sizeof(struct id) : sizeof(int64_t);
}

static bool walk_step(struct visit *visit, const struct step *step, const char *from, struct reference_asked *asked)
{
    const struct field *field = step->field;
    const char *value = from + field->offset;
    const struct {
        const char *at;
        size_t count;
    } *list = (const void *)value;
    if (field->need == MAY_LACK && !field->pointer && !*(const bool *)(from + field->offset_has))
        return true;
    if (field->pointer) {
        const char *record = *(const char *const *)value;
        return !record || walk_value(visit, step, record, asked);
    }
    if (!field->many)
        return walk_value(visit, step, value, asked);
    size_t size = size_of(field);
    for (size_t i = 0; i < list->count; i++)
        if (!walk_value(visit, step, list->at + i * size, asked))
            return problem_under_index(&visit->problem, i);
    return true;
}

static bool walk(struct visit *visit, const struct permit_plan *plan, const char *from, struct reference_asked *asked)
{
    for (size_t i = 0; i < plan->count; i++)
        if (!walk_step(visit, &plan->steps[i], from, asked)) {
            if (visit->problem.code == PROBLEM_unknown_reference)
                problem_under(&visit->problem, plan->steps[i].field->name);
            return false;
        }
    return true;
}

static bool permitted(struct visit *visit, const struct permit_plan *plan)
{
    struct reference_asked asked = {.actor = visit->caller.account, .whole = TREE_NONE};
    if (visit->declaration->scope == COUNTY && !reach_whole(visit, reach_by(visit)))
        return narrow(visit);
    if (!plan)
        return true;
    asked.narrowed = plan->part && *(const bool *)((const char *)visit->message + plan->part->offset_has);
    return walk(visit, plan, visit->message, &asked);
}

/* A message whose references are looked for again. */
struct again {
    struct loop_timer timer;
    struct visit *visit;
    const struct route *route;
    void (*proceed)(struct visit *visit, const struct route *route);
    int tries;
};

static void look_again(struct loop *loop, struct loop_timer *timer)
{
    struct again *again = (struct again *)timer;
    struct visit *visit = again->visit;
    problem_none(&visit->problem);
    if (permitted(visit, again->route->plan))
        again->proceed(visit, again->route);
    else if (visit->problem.code != PROBLEM_forbidden && again->tries-- > 0)
        loop_timer_set(loop, &again->timer, AGAIN_MS, look_again);
    else
        visit_refuse(visit);
}

void permit_message(struct visit *visit, const struct route *route,
                    void (*proceed)(struct visit *visit, const struct route *route))
{
    if (permitted(visit, route->plan)) {
        proceed(visit, route);
        return;
    }
    struct again *again = NULL;
    if (visit->problem.code != PROBLEM_forbidden && visit->declaration->scope != OWN)
        again = arena_take(visit->arena, sizeof *again);
    if (!again) {
        visit_refuse(visit);
        return;
    }
    *again = (struct again){.visit = visit, .route = route, .proceed = proceed, .tries = AGAIN_TRIES};
    loop_timer_set(visit->hall->loop, &again->timer, AGAIN_MS, look_again);
}
