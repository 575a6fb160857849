/* What members' causes earned and what of it counts under the daily cap: pure.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/points/ledger.h"

#include <stdio.h>
#include <stdlib.h>

#include "process/clock.h"

struct standing *ledger_standing(struct standings *standings, struct arena *arena, const char *rule, struct id cause,
                                 int32_t day)
{
    int32_t revision = 0;
    for (struct standing *at = standings->first; at; at = at->next) {
        if (!id_equal(at->cause, cause) || strcmp(at->rule, rule) != 0)
            continue;
        if (at->day == day)
            return at;
        if (at->revision > revision)
            revision = at->revision;
    }
    struct standing *made = arena_take(arena, sizeof *made);
    if (!made)
        return NULL;
    snprintf(made->rule, sizeof made->rule, "%s", rule);
    made->cause = cause;
    made->day = day;
    made->revision = revision;
    made->next = standings->first;
    standings->first = made;
    return made;
}

static int by_acceptance(const void *left, const void *right)
{
    const struct standing *a = *(struct standing *const *)left, *b = *(struct standing *const *)right;
    if (a->occurred_at != b->occurred_at)
        return a->occurred_at < b->occurred_at ? -1 : 1;
    return id_compare(a->cause, b->cause);
}

/* The next revision of a cause, over all its days. */
static int32_t next_revision(struct standings *standings, const struct standing *of)
{
    int32_t revision = 0;
    for (struct standing *at = standings->first; at; at = at->next)
        if (id_equal(at->cause, of->cause) && strcmp(at->rule, of->rule) == 0 && at->revision > revision)
            revision = at->revision;
    for (struct standing *at = standings->first; at; at = at->next)
        if (id_equal(at->cause, of->cause) && strcmp(at->rule, of->rule) == 0)
            at->revision = revision + 1;
    return revision + 1;
}

/* What a recomputation carries along. */
struct recount {
    struct standings *standings;
    struct arena *arena;
    const struct rules *rules;
    const struct rule *rule; /* of what is set */
    const struct standing *changed; /* whose earned amount moves by `earned` */
    int64_t earned;
    struct posting *postings;
    size_t most;
    int count;
};

static void post(struct recount *recount, const struct rule *rule, struct standing *standing, int64_t earned,
                 int64_t counted)
{
    if ((earned == 0 && counted == 0) || recount->count < 0)
        return;
    if ((size_t)recount->count == recount->most) {
        recount->count = -1;
        return;
    }
    recount->postings[recount->count++] =
        (struct posting){standing, rule, earned, counted, next_revision(recount->standings, standing)};
    standing->counted += counted;
}

/* Goes through a day's causes in order of acceptance: each counts what it earned, as far as the cap still allows that was
 * in force when it was accepted. */
static void recount_day(struct recount *recount, int32_t day)
{
    size_t count = 0;
    for (struct standing *at = recount->standings->first; at; at = at->next)
        count += at->day == day && strcmp(at->rule, recount->rule->name) == 0;
    struct standing **order = arena_take(recount->arena, (count + 1) * sizeof *order);
    if (!order) {
        recount->count = -1;
        return;
    }
    count = 0;
    for (struct standing *at = recount->standings->first; at; at = at->next)
        if (at->day == day && strcmp(at->rule, recount->rule->name) == 0)
            order[count++] = at;
    qsort(order, count, sizeof *order, by_acceptance);
    int64_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        const struct rule *rule = rules_at(recount->rules, recount->rule->name, order[i]->occurred_at);
        rule = rule ? rule : recount->rule;
        int64_t left = rule->daily_cap > sum ? rule->daily_cap - sum : 0;
        int64_t counts = order[i]->earned < left ? order[i]->earned : left;
        sum += counts;
        post(recount, rule, order[i], order[i] == recount->changed ? recount->earned : 0, counts - order[i]->counted);
    }
}

/* Brings one standing to what it is to have earned, and its day with it. */
static void settle(struct recount *recount, struct standing *standing, int64_t earned)
{
    recount->changed = standing;
    recount->earned = earned - standing->earned;
    standing->earned = earned;
    recount_day(recount, standing->day);
}

int ledger_set(struct standings *standings, struct arena *arena, const struct rules *rules, const struct rule *rule,
               struct id cause, int64_t earned, int64_t occurred_at, struct posting *ret_postings, size_t most)
{
    struct recount recount = {standings, arena, rules, rule, NULL, 0, ret_postings, most, 0};
    int32_t day = clock_day(occurred_at);
    for (struct standing *at = standings->first; at; at = at->next)
        if (id_equal(at->cause, cause) && strcmp(at->rule, rule->name) == 0 && at->day != day && at->earned != 0)
            settle(&recount, at, 0);
    struct standing *standing = ledger_standing(standings, arena, rule->name, cause, day);
    if (!standing)
        return -1;
    standing->occurred_at = occurred_at;
    settle(&recount, standing, earned);
    return recount.count;
}
