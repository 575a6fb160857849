/* A local supplement against its national pack, line by line.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/procedure/check.h"

/* The comparison under way: the first loosened line ends it. */
struct comparing {
    const struct pack *local, *national;
    struct finding *finding;
};

#define LINE(english, chinese) (finding->what = SLICE(english), finding->what_zh = SLICE(chinese), false)

static bool same_span(const struct pack_span *a, const struct pack_span *b)
{
    return a->unit == b->unit;
}

/* Whether a is at least so strict a share as b. */
static bool share_tight(const struct pack_share *a, const struct pack_share *b)
{
    int64_t left = a->part * b->of, right = b->part * a->of;
    return left > right || (left == right && a->more >= b->more);
}

static bool same_text(bool has_a, struct slice a, bool has_b, struct slice b)
{
    return has_a == has_b && (!has_a || slice_equal(a, b));
}

/* Whether the local guard asks what the national one asks, or more. */
static bool guard_tight(const struct pack_guard *local, const struct pack_guard *national)
{
    if (local->kind != national->kind || !same_text(local->has_fact, local->fact, national->has_fact, national->fact) ||
        !same_text(local->has_other, local->other, national->has_other, national->other) ||
        !same_text(local->has_move, local->move, national->has_move, national->move) ||
        !same_text(local->has_code, local->code, national->has_code, national->code))
        return false;
    if (local->has_choice && !(national->has_choice && local->choice == national->choice))
        return false;
    switch (national->kind) {
    case GUARD_AT_LEAST:
        return local->number >= national->number;
    case GUARD_AT_MOST:
        return local->number <= national->number;
    case GUARD_SHARE:
        return share_tight(local->share, national->share);
    case GUARD_AFTER:
        return same_span(local->span, national->span) && local->span->count >= national->span->count;
    case GUARD_WITHIN:
    case GUARD_EACH: /* more often is tighter */
        return same_span(local->span, national->span) && local->span->count <= national->span->count;
    default:
        return true;
    }
}

static size_t choice_size(const struct pack_move *move, int64_t choice)
{
    size_t size = 0;
    for (size_t i = 0; i < move->guards.count; i++)
        size += move->guards.at[i].has_choice && move->guards.at[i].choice == choice;
    return size;
}

static bool guards_kept(const struct pack_move *local, const struct pack_move *national)
{
    for (size_t i = 0; i < national->guards.count; i++) {
        const struct pack_guard *guard = &national->guards.at[i];
        bool kept = false;
        for (size_t k = 0; k < local->guards.count && !kept; k++)
            kept = guard_tight(&local->guards.at[k], guard);
        if (!kept || (guard->has_choice && choice_size(local, guard->choice) > choice_size(national, guard->choice)))
            return false;
    }
    return true;
}

static bool papers_kept(const struct pack_move *local, const struct pack_move *national)
{
    for (size_t i = 0; i < national->papers.count; i++) {
        bool kept = false;
        for (size_t k = 0; k < local->papers.count && !kept; k++)
            kept = slice_equal(local->papers.at[k].name, national->papers.at[i].name) &&
                   local->papers.at[k].count >= national->papers.at[i].count;
        if (!kept)
            return false;
    }
    return true;
}

static bool vote_kept(const struct pack_vote *local, const struct pack_vote *national)
{
    return !national || (local && share_tight(&local->quorum, &national->quorum) &&
                         share_tight(&local->majority, &national->majority) &&
                         (local->base == national->base || local->base == BASE_EXPECTED) &&
                         local->written <= national->written);
}

/* The local who is among the national. */
static bool who_kept(const struct pack_move *local, const struct pack_move *national)
{
    for (size_t i = 0; i < local->who.count; i++) {
        bool kept = false;
        for (size_t k = 0; k < national->who.count && !kept; k++)
            kept = local->who.at[i].at == national->who.at[k].at &&
                   same_text(local->who.at[i].has_role, local->who.at[i].role, national->who.at[k].has_role,
                             national->who.at[k].role);
        if (!kept)
            return false;
    }
    return true;
}

/* Every name of b is in a. */
static bool names_kept(const struct slice *a, size_t a_count, const struct slice *b, size_t b_count)
{
    for (size_t i = 0; i < b_count; i++) {
        bool kept = false;
        for (size_t k = 0; k < a_count && !kept; k++)
            kept = slice_equal(a[k], b[i]);
        if (!kept)
            return false;
    }
    return true;
}
#define NAMES_KEPT(a, b) names_kept((a).at, (a).count, (b).at, (b).count)

static bool follows_kept(const struct pack_move *local, const struct pack_move *national)
{
    for (size_t i = 0; i < national->follows.count; i++) {
        bool kept = false;
        for (size_t k = 0; k < local->follows.count && !kept; k++)
            kept = slice_equal(local->follows.at[k].effect, national->follows.at[i].effect) &&
                   NAMES_KEPT(local->follows.at[k].facts, national->follows.at[i].facts);
        if (!kept)
            return false;
    }
    return true;
}

/* The national states that a detour in the local state can have begun in, as national numbers; a local opening counts
 * as all of them. */
static set origins(const struct comparing *comparing, int local_state)
{
    const struct pack *local = comparing->local;
    set reached = (set)1 << local_state, before = 0, origin = 0;
    while (reached != before) {
        before = reached;
        for (int i = 0; i < local->move_count; i++)
            for (int from = 0; from < local->state_count; from++) {
                bool ours = pack_move_of(comparing->national, local->moves[i].row->name) == PACK_NONE;
                bool detour = pack_state_of(comparing->national, local->states[from].row->name) == PACK_NONE;
                if (ours && detour && (reached >> local->moves[i].to & 1) && (local->moves[i].from >> from & 1))
                    reached |= (set)1 << from;
            }
    }
    for (int i = 0; i < local->move_count; i++) {
        const struct move_plan *move = &local->moves[i];
        if (!(reached >> move->to & 1))
            continue;
        origin |= move->from ? 0 : ~(set)0;
        for (int from = 0; from < local->state_count; from++) {
            int state = pack_state_of(comparing->national, local->states[from].row->name);
            if ((move->from >> from & 1) && state != PACK_NONE)
                origin |= (set)1 << state;
        }
    }
    return origin;
}

/* A national move leaves from its national states, or from a detour that began in them. */
static bool from_kept(const struct comparing *comparing, const struct move_plan *local, const struct move_plan *national)
{
    const struct pack *pack = comparing->local;
    if (!local->from != !national->from)
        return false;
    for (int from = 0; from < pack->state_count; from++) {
        if (!(local->from >> from & 1))
            continue;
        int state = pack_state_of(comparing->national, pack->states[from].row->name);
        set began = state == PACK_NONE ? origins(comparing, from) : (set)1 << state;
        if (began & ~national->from)
            return false;
    }
    return true;
}

static bool move_kept(const struct comparing *comparing, const struct move_plan *local, const struct move_plan *national)
{
    const struct pack_move *ours = local->row, *theirs = national->row;
    struct finding *finding = comparing->finding;
    if (!slice_equal(ours->to, theirs->to) || !from_kept(comparing, local, national))
        return LINE("it leads from or to other states", "起止状态不同");
    if (!who_kept(ours, theirs) || !NAMES_KEPT(ours->other_than, theirs->other_than))
        return LINE("others may make it", "办理人放宽");
    if (!guards_kept(ours, theirs))
        return LINE("a guard is missing, shorter or looser", "条件缺失、缩短或放宽");
    if (!papers_kept(ours, theirs))
        return LINE("a paper is missing", "缺少材料");
    if (!vote_kept(ours->vote, theirs->vote))
        return LINE("its vote asks for less", "表决要求降低");
    if (!NAMES_KEPT(ours->facts, theirs->facts))
        return LINE("a fact is not asked for", "缺少应填事实");
    return (follows_kept(ours, theirs) && NAMES_KEPT(ours->necessary, theirs->necessary)) ||
           LINE("what follows, or what it is necessary for, is missing", "后续效果或必经标记缺失");
}

/* A move that only the local pack has must not enter a national state, but the one that its detour began in. */
static bool addition_fits(const struct comparing *comparing, const struct move_plan *move)
{
    struct finding *finding = comparing->finding;
    int to = pack_state_of(comparing->national, move->row->to);
    if (to == PACK_NONE)
        return move->from || LINE("a new way opens a case", "新增了立案入口");
    for (int from = 0; from < comparing->local->state_count; from++) {
        if (!(move->from >> from & 1))
            continue;
        int state = pack_state_of(comparing->national, comparing->local->states[from].row->name);
        set began = state == PACK_NONE ? origins(comparing, from) : (set)1 << state;
        if (began & ~((set)1 << to))
            return LINE("a new way leads around it", "新增路径绕过了国家环节");
    }
    return move->from || LINE("a new way opens a case", "新增了立案入口");
}

static bool moves_kept(const struct comparing *comparing)
{
    for (int i = 0; i < comparing->national->move_count; i++) {
        const struct move_plan *national = &comparing->national->moves[i];
        struct finding *finding = comparing->finding;
        int number = pack_move_of(comparing->local, national->row->name);
        if (number == PACK_NONE)
            return LINE("a move is missing", "缺少国家规定的步骤");
        finding->move = number;
        if (!move_kept(comparing, &comparing->local->moves[number], national))
            return false;
    }
    for (int i = 0; i < comparing->local->move_count; i++) {
        comparing->finding->move = i;
        if (pack_move_of(comparing->national, comparing->local->moves[i].row->name) == PACK_NONE &&
            !addition_fits(comparing, &comparing->local->moves[i]))
            return false;
    }
    comparing->finding->move = PACK_NONE;
    return true;
}

static bool states_kept(const struct comparing *comparing)
{
    struct finding *finding = comparing->finding;
    for (int i = 0; i < comparing->national->state_count; i++) {
        const struct pack_state *national = comparing->national->states[i].row;
        finding->state = pack_state_of(comparing->local, national->name);
        if (finding->state == PACK_NONE)
            return LINE("a state is missing", "缺少国家规定的状态");
        const struct pack_state *local = comparing->local->states[finding->state].row;
        if (local->end != national->end || !NAMES_KEPT(local->necessary, national->necessary))
            return LINE("it ends, or is necessary, otherwise", "办结或必经标记不同");
    }
    finding->state = PACK_NONE;
    return true;
}

static bool facts_kept(const struct comparing *comparing)
{
    struct finding *finding = comparing->finding;
    for (int i = 0; i < comparing->national->fact_count; i++) {
        const struct pack_fact *national = &comparing->national->row->facts.at[i];
        int number = pack_fact_of(comparing->local, national->name);
        if (number == PACK_NONE || comparing->local->row->facts.at[number].kind != national->kind)
            return LINE("a fact is missing or of another kind", "缺少事实项或类型不同");
    }
    return true;
}

static bool deadline_tight(const struct pack_deadline *local, const struct pack_deadline *national)
{
    if (!same_span(&local->within, &national->within) || local->within.count > national->within.count)
        return false;
    if (!NAMES_KEPT(local->started_by, national->started_by) || !NAMES_KEPT(national->met_by, local->met_by) ||
        !same_text(local->has_since, local->since, national->has_since, national->since) ||
        !same_text(local->has_then, local->then, national->has_then, national->then))
        return false;
    return !national->owner || (local->owner && local->owner->at == national->owner->at &&
                                slice_equal(local->owner->role, national->owner->role));
}

static bool deadlines_kept(const struct comparing *comparing)
{
    struct finding *finding = comparing->finding;
    for (int i = 0; i < comparing->national->deadline_count; i++) {
        const struct pack_deadline *national = comparing->national->deadlines[i].row;
        int number = pack_deadline_of(comparing->local, national->name);
        if (number == PACK_NONE)
            return LINE("a deadline is missing", "缺少国家规定的期限");
        finding->deadline = number;
        if (!deadline_tight(comparing->local->deadlines[number].row, national))
            return LINE("the deadline is longer, or starts or ends otherwise", "期限放宽或起止不同");
    }
    finding->deadline = PACK_NONE;
    return true;
}

/* The shortest way to where the loosened move, or deadline's start, is made; to the state. */
static void show(const struct pack *pack, size_t most, struct finding *finding)
{
    struct walk walk;
    walk_from(pack, &(struct place){.state = PACK_NONE}, most, &walk);
    set moves = finding->deadline != PACK_NONE ? pack->deadlines[finding->deadline].started_by
                : finding->move != PACK_NONE   ? (set)1 << finding->move
                                               : 0;
    for (size_t i = 0; i < walk.node_count; i++) {
        int by = walk.nodes[i].move, state = walk.nodes[i].place.state;
        if ((by != PACK_NONE && (moves >> by & 1)) || (state != PACK_NONE && state == finding->state)) {
            walk_way(&walk, (int)i, &finding->way);
            break;
        }
    }
    walk_free(&walk);
}

bool pack_supplements(const struct pack *local, const struct pack *national, size_t most, struct finding *ret_finding)
{
    *ret_finding = (struct finding){FINDING_NONE, PACK_NONE, PACK_NONE, PACK_NONE, PACK_NONE, {0}, {0}, {{0}, 0}};
    struct comparing comparing = {local, national, ret_finding};
    if (facts_kept(&comparing) && states_kept(&comparing) && moves_kept(&comparing) && deadlines_kept(&comparing))
        return true;
    ret_finding->kind = FINDING_LOOSENED;
    show(local, most, ret_finding);
    return false;
}
