/* Reading a pack: names resolved, what its rows cannot say refused.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/procedure/pack.h"

#include "topics/catalogue.h"
#include "topics/decode.h"

/* A pack in the making. */
struct reading {
    struct pack *pack;
    struct arena *arena;
    struct problem *problem;
};

/* The place of a name in rows whose first member is their name. */
static int place_of(const void *rows, size_t size, size_t count, struct slice name)
{
    for (size_t i = 0; i < count; i++)
        if (slice_equal(*(const struct slice *)((const char *)rows + i * size), name))
            return (int)i;
    return PACK_NONE;
}
#define PLACE(list, name) place_of((list).at, sizeof *(list).at, (list).count, name)

int pack_state_of(const struct pack *pack, struct slice name)
{
    return PLACE(pack->row->states, name);
}

int pack_move_of(const struct pack *pack, struct slice name)
{
    return PLACE(pack->row->moves, name);
}

int pack_fact_of(const struct pack *pack, struct slice name)
{
    return PLACE(pack->row->facts, name);
}

int pack_deadline_of(const struct pack *pack, struct slice name)
{
    return PLACE(pack->row->deadlines, name);
}

typedef int find_in(const struct pack *pack, struct slice name);

static bool no_name(const struct reading *reading, struct slice name)
{
    return problem_say(reading->problem, PROBLEM_invalid, "The pack has no '%.*s' of this kind", "规则包中没有“%.*s”",
                       (int)(name.length < 60 ? name.length : 60), name.at);
}

static bool find(const struct reading *reading, find_in *in, struct slice name, struct slice member, int *ret_number)
{
    *ret_number = in(reading->pack, name);
    return *ret_number != PACK_NONE || no_name(reading, name) || problem_under(reading->problem, member);
}

/* A list of names as a set. */
static bool find_all(const struct reading *reading, find_in *in, const struct slice *names, size_t count,
                     struct slice member, set *ret_set)
{
    for (size_t i = 0; i < count; i++) {
        int number = in(reading->pack, names[i]);
        if (number == PACK_NONE) {
            no_name(reading, names[i]);
            problem_under_index(reading->problem, i);
            return problem_under(reading->problem, member);
        }
        *ret_set |= (set)1 << number;
    }
    return true;
}
#define FIND_ALL(reading, in, list, member, ret_set) find_all(reading, in, (list).at, (list).count, SLICE(member), ret_set)

/* Every name stands once. */
static bool names_once(const struct reading *reading, const void *rows, size_t size, size_t count, struct slice member)
{
    for (size_t i = 1; i < count; i++) {
        struct slice name = *(const struct slice *)((const char *)rows + i * size);
        if (place_of(rows, size, i, name) == PACK_NONE)
            continue;
        problem_say(reading->problem, PROBLEM_invalid, "The name stands twice", "名称重复");
        problem_under(reading->problem, SLICE("name"));
        problem_under_index(reading->problem, i);
        return problem_under(reading->problem, member);
    }
    return true;
}
#define NAMES_ONCE(reading, list, member) names_once(reading, (list).at, sizeof *(list).at, (list).count, SLICE(member))

/* What a kind of guard needs. */
enum { NEED_FACT = 1, NEED_OTHER = 2, NEED_MOVE = 4, NEED_NUMBER = 8, NEED_SPAN = 16, NEED_SHARE = 32, MAY_CODE = 64 };
static const struct {
    int has;
    int kinds; /* of the fact, as bits of enum fact_kind */
} guard_needs[] = {
    [GUARD_GIVEN] = {NEED_FACT, 31},
    [GUARD_EQUAL] = {NEED_FACT | MAY_CODE, 1 << FACT_CODE | 1 << FACT_TRUTH},
    [GUARD_AT_LEAST] = {NEED_FACT | NEED_NUMBER, 1 << FACT_NUMBER},
    [GUARD_AT_MOST] = {NEED_FACT | NEED_NUMBER, 1 << FACT_NUMBER},
    [GUARD_SHARE] = {NEED_FACT | NEED_OTHER | NEED_SHARE, 1 << FACT_NUMBER},
    [GUARD_AFTER] = {NEED_FACT | NEED_SPAN, 1 << FACT_DATE},
    [GUARD_WITHIN] = {NEED_FACT | NEED_SPAN, 1 << FACT_DATE},
    [GUARD_MADE] = {NEED_MOVE, 0},
    [GUARD_NOT_MADE] = {NEED_MOVE, 0},
    [GUARD_EACH] = {NEED_FACT | NEED_MOVE | NEED_SPAN, 1 << FACT_DATE},
};

static int guard_has(const struct pack_guard *row)
{
    return (row->has_fact ? NEED_FACT : 0) | (row->has_other ? NEED_OTHER : 0) | (row->has_move ? NEED_MOVE : 0) |
           (row->has_number ? NEED_NUMBER : 0) | (row->span ? NEED_SPAN : 0) | (row->share ? NEED_SHARE : 0);
}

static bool fact_fits(const struct reading *reading, int fact, int kinds, struct slice member)
{
    if (kinds >> reading->pack->row->facts.at[fact].kind & 1)
        return true;
    problem_say(reading->problem, PROBLEM_invalid, "This guard cannot read a fact of this kind", "该条件不能使用此类事实");
    return problem_under(reading->problem, member);
}

static bool read_guard(const struct reading *reading, struct guard_plan *guard)
{
    const struct pack_guard *row = guard->row;
    int needs = guard_needs[row->kind].has, kinds = guard_needs[row->kind].kinds;
    if (guard_has(row) != (needs & ~MAY_CODE) || (row->has_code && !(needs & MAY_CODE)))
        return problem_say(reading->problem, PROBLEM_invalid, "A guard of this kind has other fields", "该类条件的字段不符");
    if (row->has_fact && (!find(reading, pack_fact_of, row->fact, SLICE("fact"), &guard->fact) ||
                          !fact_fits(reading, guard->fact, kinds, SLICE("fact"))))
        return false;
    if (row->has_other && (!find(reading, pack_fact_of, row->other, SLICE("other"), &guard->other) ||
                           !fact_fits(reading, guard->other, 1 << FACT_NUMBER, SLICE("other"))))
        return false;
    if (row->has_move && !find(reading, pack_move_of, row->move, SLICE("move"), &guard->move))
        return false;
    bool code = row->kind == GUARD_EQUAL && reading->pack->row->facts.at[guard->fact].kind == FACT_CODE;
    return code == row->has_code ||
           problem_say(reading->problem, PROBLEM_invalid, "A code is compared with a code, and a truth with none",
                       "代码须与代码比较，是否类事实不写代码");
}

static bool read_guards(const struct reading *reading, struct move_plan *move)
{
    struct guard_plan *guards = arena_take(reading->arena, (move->row->guards.count + 1) * sizeof *guards);
    move->guards = guards;
    move->guard_count = move->row->guards.count;
    for (size_t i = 0; guards && i < move->guard_count; i++) {
        guards[i] = (struct guard_plan){&move->row->guards.at[i], PACK_NONE, PACK_NONE, PACK_NONE};
        if (!read_guard(reading, &guards[i])) {
            problem_under_index(reading->problem, i);
            return problem_under(reading->problem, SLICE("guards"));
        }
    }
    return guards != NULL;
}

/* A mover names a role of the catalogue, unless it is the subject or the clock. */
static bool read_mover(const struct reading *reading, const struct pack_mover *mover)
{
    bool named = mover->at != MOVER_SUBJECT && mover->at != MOVER_CLOCK;
    if (named == mover->has_role && (!named || catalogue_role_bit(mover->role)))
        return true;
    problem_say(reading->problem, PROBLEM_invalid, "A role is named where, and only where, there is one", "角色有误或不应填写");
    return problem_under(reading->problem, SLICE("role"));
}

static bool read_movers(const struct reading *reading, struct move_plan *move)
{
    move->subject = true;
    for (size_t i = 0; i < move->row->who.count; i++) {
        const struct pack_mover *mover = &move->row->who.at[i];
        if (!read_mover(reading, mover)) {
            problem_under_index(reading->problem, i);
            return problem_under(reading->problem, SLICE("who"));
        }
        move->clock |= mover->at == MOVER_CLOCK;
        move->person |= mover->at != MOVER_CLOCK;
        move->subject &= mover->at == MOVER_SUBJECT;
    }
    return true;
}

static bool read_effects(const struct reading *reading, const struct pack_move *row)
{
    set taken = 0;
    for (size_t i = 0; i < row->follows.count; i++)
        if (!FIND_ALL(reading, pack_fact_of, row->follows.at[i].facts, "facts", &taken)) {
            problem_under_index(reading->problem, i);
            return problem_under(reading->problem, SLICE("follows"));
        }
    return true;
}

static bool vote_fits(const struct reading *reading, const struct pack_move *row)
{
    if (!row->vote || (row->vote->quorum.part <= row->vote->quorum.of && row->vote->majority.part <= row->vote->majority.of))
        return true;
    problem_say(reading->problem, PROBLEM_invalid, "A part is larger than its whole", "比例大于一");
    return problem_under(reading->problem, SLICE("vote"));
}

static bool read_move(const struct reading *reading, struct move_plan *move)
{
    const struct pack_move *row = move->row;
    if (!FIND_ALL(reading, pack_state_of, row->from, "from", &move->from) ||
        !find(reading, pack_state_of, row->to, SLICE("to"), &move->to) ||
        !FIND_ALL(reading, pack_move_of, row->other_than, "other_than", &move->other_than) ||
        !FIND_ALL(reading, pack_fact_of, row->facts, "facts", &move->needs) ||
        !FIND_ALL(reading, pack_fact_of, row->optional_facts, "optional_facts", &move->takes) ||
        !FIND_ALL(reading, pack_state_of, row->necessary, "necessary", &move->necessary))
        return false;
    move->takes |= move->needs;
    if (move->from & reading->pack->ends) {
        problem_say(reading->problem, PROBLEM_invalid, "A case that has ended moves no more", "已办结的状态不能再有后续步骤");
        return problem_under(reading->problem, SLICE("from"));
    }
    return read_movers(reading, move) && read_guards(reading, move) && NAMES_ONCE(reading, row->papers, "papers") &&
           vote_fits(reading, row) && read_effects(reading, row);
}

/* The clock brings neither facts nor papers nor votes. */
static bool by_clock(const struct move_plan *move)
{
    return move->clock && !move->needs && !move->row->papers.count && !move->row->vote;
}

static bool read_deadline(const struct reading *reading, struct deadline_plan *deadline)
{
    const struct pack_deadline *row = deadline->row;
    deadline->since = deadline->then = PACK_NONE;
    if (!FIND_ALL(reading, pack_move_of, row->started_by, "started_by", &deadline->started_by) ||
        !FIND_ALL(reading, pack_move_of, row->met_by, "met_by", &deadline->met_by) ||
        (row->has_since && (!find(reading, pack_fact_of, row->since, SLICE("since"), &deadline->since) ||
                            !fact_fits(reading, deadline->since, 1 << FACT_DATE, SLICE("since")))) ||
        (row->has_then && !find(reading, pack_move_of, row->then, SLICE("then"), &deadline->then)))
        return false;
    if (row->has_then && !by_clock(&reading->pack->moves[deadline->then])) {
        problem_say(reading->problem, PROBLEM_invalid, "The clock may not make this move, which asks for what it has not",
                    "该步骤不能由到期触发，或需要填报内容");
        return problem_under(reading->problem, SLICE("then"));
    }
    return !row->owner || read_mover(reading, row->owner) || problem_under(reading->problem, SLICE("owner"));
}

static bool read_states(const struct reading *reading)
{
    struct pack *pack = reading->pack;
    for (int i = 0; i < pack->state_count; i++) {
        pack->states[i].row = &pack->row->states.at[i];
        pack->ends |= (set)pack->states[i].row->end << i;
    }
    for (int i = 0; i < pack->state_count; i++)
        if (!FIND_ALL(reading, pack_state_of, pack->states[i].row->necessary, "necessary", &pack->states[i].necessary)) {
            problem_under_index(reading->problem, (size_t)i);
            return problem_under(reading->problem, SLICE("states"));
        }
    return true;
}

static bool read_rows(const struct reading *reading)
{
    struct pack *pack = reading->pack;
    if (!read_states(reading))
        return false;
    for (int i = 0; i < pack->move_count; i++) {
        pack->moves[i].row = &pack->row->moves.at[i];
        if (!read_move(reading, &pack->moves[i])) {
            problem_under_index(reading->problem, (size_t)i);
            return problem_under(reading->problem, SLICE("moves"));
        }
    }
    for (int i = 0; i < pack->deadline_count; i++) {
        pack->deadlines[i].row = &pack->row->deadlines.at[i];
        if (!read_deadline(reading, &pack->deadlines[i])) {
            problem_under_index(reading->problem, (size_t)i);
            return problem_under(reading->problem, SLICE("deadlines"));
        }
    }
    return true;
}

bool pack_of(const struct procedure_pack *row, struct arena *arena, struct pack *ret_pack, struct problem *problem)
{
    struct reading reading = {ret_pack, arena, problem};
    *ret_pack = (struct pack){
        .row = row,
        .state_count = (int)row->states.count,
        .move_count = (int)row->moves.count,
        .fact_count = (int)row->facts.count,
        .deadline_count = (int)row->deadlines.count,
        .states = arena_take(arena, row->states.count * sizeof *ret_pack->states),
        .moves = arena_take(arena, row->moves.count * sizeof *ret_pack->moves),
        .deadlines = arena_take(arena, (row->deadlines.count + 1) * sizeof *ret_pack->deadlines),
    };
    if (!ret_pack->states || !ret_pack->moves || !ret_pack->deadlines)
        return problem_say(problem, PROBLEM_too_large, "The pack needs too much memory", "规则包占用内存过多");
    if ((row->level == LEVEL_LOCAL) != (row->supplements != NULL)) {
        problem_say(problem, PROBLEM_invalid, "A local pack, and only a local one, says what it supplements",
                    "地方补充须写明所补充的规则包，全国规则不写");
        return problem_under(problem, SLICE("supplements"));
    }
    return NAMES_ONCE(&reading, row->facts, "facts") && NAMES_ONCE(&reading, row->states, "states") &&
           NAMES_ONCE(&reading, row->moves, "moves") && NAMES_ONCE(&reading, row->deadlines, "deadlines") &&
           read_rows(&reading);
}

bool pack_read(struct slice json, struct arena *arena, struct pack *ret_pack, struct problem *problem)
{
    struct procedure_pack *row = arena_take(arena, sizeof *row);
    if (!row)
        return problem_say(problem, PROBLEM_too_large, "The pack needs too much memory", "规则包占用内存过多");
    return decode_record(procedure_pack_shape(), json, DECODE_STRICT, arena, row, problem) &&
           pack_of(row, arena, ret_pack, problem);
}
