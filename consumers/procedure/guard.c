/* Guards over the facts and dates of a case.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/procedure/step.h"

/* A guard under judgement. */
struct asking {
    const struct pack *pack;
    const struct guard_plan *guard;
    const struct standing *standing;
    const struct calendar *calendar;
    int32_t today;
    struct judgement *judgement;
};

static struct word title(const struct asking *asking, int fact)
{
    return WORD_OF(&asking->pack->row->facts.at[fact]);
}

static bool shut(const struct asking *asking, const char *detail, const char *detail_zh, const struct word *words)
{
    return reason_add(asking->judgement, REASON_GUARD, asking->guard->row->clause, detail, detail_zh, words);
}

/* A bound that the number missed. */
static bool missed(const struct asking *asking, const char *detail, const char *detail_zh, int64_t number)
{
    struct arena *arena = asking->judgement->arena;
    return shut(asking, detail, detail_zh,
                WORDS(title(asking, asking->guard->fact), word_number(arena, asking->guard->row->number),
                      word_number(arena, number)));
}

static bool judge_share(const struct asking *asking, int64_t number)
{
    const struct pack_share *share = asking->guard->row->share;
    const struct fact_value *whole = asking->standing->facts[asking->guard->other];
    struct arena *arena = asking->judgement->arena;
    if (!whole)
        return shut(asking, "%1 is not known yet: record it", "尚未填报“%1”，请先填报", WORDS(title(asking, asking->guard->other)));
    return number * share->of - share->part * whole->number >= (share->more ? 1 : 0) ||
           shut(asking, share->more ? "%1 must be more than %2/%3 of %4" : "%1 must be at least %2/%3 of %4",
                share->more ? "“%1”须超过“%4”的 %2/%3" : "“%1”须达到“%4”的 %2/%3",
                WORDS(title(asking, asking->guard->fact), word_number(arena, share->part), word_number(arena, share->of),
                      title(asking, asking->guard->other)));
}

static bool judge_value(const struct asking *asking, const struct fact_value *value)
{
    const struct pack_guard *row = asking->guard->row;
    switch (row->kind) {
    case GUARD_EQUAL:
        if (row->has_code)
            return (value->has_code && slice_equal(value->code, row->code)) ||
                   shut(asking, "%1 must be '%2'", "“%1”须为“%2”",
                        WORDS(title(asking, asking->guard->fact), {row->code, row->code}));
        return (value->has_truth && value->truth) ||
               shut(asking, "%1 must be so", "“%1”须为“是”", WORDS(title(asking, asking->guard->fact)));
    case GUARD_AT_LEAST:
        return value->number >= row->number || missed(asking, "%1: at least %2, not %3", "“%1”不得少于 %2，现为 %3", value->number);
    case GUARD_AT_MOST:
        return value->number <= row->number || missed(asking, "%1: at most %2, not %3", "“%1”不得多于 %2，现为 %3", value->number);
    default:
        return judge_share(asking, value->number);
    }
}

static bool judge_after(const struct asking *asking, int32_t from)
{
    const struct pack_span *span = asking->guard->row->span;
    struct judgement *judgement = asking->judgement;
    int32_t end = span_end(asking->calendar, from, span, 1, &judgement->provisional);
    if (asking->today >= end)
        return true;
    size_t before = judgement->count;
    shut(asking, "%1 since %2 (%3) are full on %4: wait until then", "自“%2”（%3）起须满 %1，%4 届满，请届时办理",
         WORDS(word_span(judgement->arena, span), title(asking, asking->guard->fact), word_day(judgement->arena, from),
               word_day(judgement->arena, end)));
    if (judgement->count > before)
        judgement->last->opens_on = end;
    return false;
}

static bool judge_within(const struct asking *asking, int32_t from)
{
    const struct pack_span *span = asking->guard->row->span;
    struct judgement *judgement = asking->judgement;
    int32_t end = span_end(asking->calendar, from, span, 1, &judgement->provisional);
    if (asking->today <= end) {
        judgement->closes_on = judgement->closes_on && judgement->closes_on < end ? judgement->closes_on : end;
        return true;
    }
    return shut(asking, "%1 since %2 (%3) ran out on %4: go another way", "自“%2”（%3）起的 %1 已于 %4 届满，须改走其他步骤",
                WORDS(word_span(judgement->arena, span), title(asking, asking->guard->fact),
                      word_day(judgement->arena, from), word_day(judgement->arena, end)));
}

static bool judge_each(const struct asking *asking, int32_t from)
{
    struct arena *arena = asking->judgement->arena;
    const struct pack_span *span = asking->guard->row->span;
    int64_t needed = span_count(asking->calendar, from, asking->today, span, &asking->judgement->provisional);
    size_t made = asking->standing->made[asking->guard->move];
    return (int64_t)made >= needed ||
           shut(asking, "%1 was made %2 times, and is needed %3 times by now: make it up",
                "“%1”已办 %2 次，至今应办 %3 次，请补办",
                WORDS(WORD_OF(asking->pack->moves[asking->guard->move].row), word_number(arena, (int64_t)made),
                      word_number(arena, needed)));
}

static bool judge_date(const struct asking *asking)
{
    int32_t from;
    if (!case_date(asking->standing, asking->guard->fact, &from))
        return shut(asking, "%1 is no date", "“%1”不是日期", WORDS(title(asking, asking->guard->fact)));
    return asking->guard->row->kind == GUARD_AFTER    ? judge_after(asking, from)
           : asking->guard->row->kind == GUARD_WITHIN ? judge_within(asking, from)
                                                      : judge_each(asking, from);
}

static bool judge_move(const struct asking *asking)
{
    bool made = asking->standing->made[asking->guard->move];
    const struct word *words = WORDS(WORD_OF(asking->pack->moves[asking->guard->move].row));
    if (asking->guard->row->kind == GUARD_MADE)
        return made || shut(asking, "'%1' has not been made: make it first", "尚未办理“%1”，请先办理", words);
    return !made || shut(asking, "'%1' has been made already", "“%1”已经办理过", words);
}

static bool judge_guard(const struct asking *asking)
{
    int fact = asking->guard->fact;
    enum guard_kind kind = asking->guard->row->kind;
    if (fact == PACK_NONE)
        return judge_move(asking);
    if (!asking->standing->facts[fact])
        return shut(asking, "%1 is not known yet: record it", "尚未填报“%1”，请先填报", WORDS(title(asking, fact)));
    if (kind == GUARD_GIVEN)
        return true;
    if (kind == GUARD_AFTER || kind == GUARD_WITHIN || kind == GUARD_EACH)
        return judge_date(asking);
    return judge_value(asking, asking->standing->facts[fact]);
}

static bool left_out(const struct guard_plan *guard, set taken)
{
    set fact = guard->fact == PACK_NONE ? 0 : (set)1 << guard->fact;
    set other = guard->other == PACK_NONE ? 0 : (set)1 << guard->other;
    return (fact | other) & taken;
}

/* Whether another guard of the same choice holds, which leaves no trace. */
static bool chosen(const struct asking *asking, const struct move_plan *plan, set taken)
{
    const struct pack_guard *row = asking->guard->row;
    for (size_t i = 0; row->has_choice && i < plan->guard_count; i++) {
        struct judgement aside = {.arena = NULL};
        struct asking other = *asking;
        other.guard = &plan->guards[i];
        other.judgement = &aside;
        if (other.guard->row->has_choice && other.guard->row->choice == row->choice &&
            (left_out(other.guard, taken) || judge_guard(&other)))
            return true;
    }
    return false;
}

bool guards_judge(const struct pack *pack, int move, const struct standing *standing, const struct calendar *calendar,
                  int32_t today, set taken, struct judgement *judgement)
{
    const struct move_plan *plan = &pack->moves[move];
    bool hold = true;
    for (size_t i = 0; i < plan->guard_count; i++) {
        struct asking asking = {pack, &plan->guards[i], standing, calendar, today, judgement};
        if (!left_out(&plan->guards[i], taken) && !chosen(&asking, plan, taken))
            hold = judge_guard(&asking) && hold;
    }
    return hold;
}
