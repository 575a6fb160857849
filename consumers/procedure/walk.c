/* Walking a pack breadth first.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/procedure/walk.h"

#include <stdlib.h>

#include "process/memory.h"

static bool has(set members, int number)
{
    return (members >> number) & 1;
}

/* Of guards that compare values: sure where this very move brings them all, else as they were recorded. */
static enum openness compared(const struct guard_plan *guard, set known, set takes)
{
    set asked = (set)1 << guard->fact | (guard->other == PACK_NONE ? 0 : (set)1 << guard->other);
    if (asked & ~(known | takes))
        return CLOSED;
    return asked & ~takes ? MAY : SURE;
}

static enum openness guard_open(const struct pack *pack, const struct place *place, const struct guard_plan *guard,
                                set takes)
{
    const struct move_plan *move = guard->move == PACK_NONE ? NULL : &pack->moves[guard->move];
    switch (guard->row->kind) {
    case GUARD_MADE:
        return has(place->made, guard->move) ? SURE : CLOSED;
    case GUARD_NOT_MADE:
        return has(place->made, guard->move) ? CLOSED : SURE;
    case GUARD_GIVEN:
    case GUARD_AFTER:
        return has(place->known | takes, guard->fact) ? SURE : CLOSED;
    case GUARD_EACH: /* what can be made here again and again can be made often enough */
        if (!has(place->known | takes, guard->fact))
            return CLOSED;
        return move->to == place->state && pack_leaves(move, place->state) ? SURE : MAY;
    default:
        return compared(guard, place->known, takes);
    }
}

/* The best of the guards that share the choice of the i-th; guards of a choice seen before count as its first. */
static enum openness choice_open(const struct pack *pack, const struct place *place, const struct move_plan *plan, size_t i,
                                 set takes)
{
    enum openness best = CLOSED;
    for (size_t k = 0; k < plan->guard_count; k++) {
        const struct pack_guard *row = plan->guards[k].row;
        if (k != i && !(row->has_choice && plan->guards[i].row->has_choice && row->choice == plan->guards[i].row->choice))
            continue;
        enum openness open = guard_open(pack, place, &plan->guards[k], takes);
        best = open > best ? open : best;
    }
    return best;
}

/* A move of the subject alone is shut to him by another that he alone can have made. */
static bool own_matter(const struct pack *pack, const struct place *place, const struct move_plan *plan)
{
    for (int other = 0; plan->subject && other < pack->move_count; other++)
        if (has(plan->other_than & place->made, other) && pack->moves[other].subject)
            return true;
    return false;
}

static bool clock_runs(const struct pack *pack, const struct place *place, int move)
{
    for (int i = 0; i < pack->deadline_count; i++)
        if (pack->deadlines[i].then == move && (place->running >> i & 1))
            return true;
    return false;
}

enum openness walk_open(const struct pack *pack, const struct place *place, int move, bool clock)
{
    const struct move_plan *plan = &pack->moves[move];
    enum openness worst = SURE;
    if (!pack_leaves(plan, place->state))
        return CLOSED;
    if (clock ? !clock_runs(pack, place, move) : !plan->person || own_matter(pack, place, plan))
        return CLOSED;
    for (size_t i = 0; i < plan->guard_count; i++) {
        enum openness open = choice_open(pack, place, plan, i, clock ? 0 : plan->takes);
        worst = open < worst ? open : worst;
    }
    return worst;
}

struct place walk_next(const struct pack *pack, const struct place *place, int move, bool clock, bool all)
{
    const struct move_plan *plan = &pack->moves[move];
    struct place next = *place;
    next.state = plan->to;
    next.made |= (set)1 << move;
    next.passed |= (set)1 << plan->to;
    if (!clock)
        next.known |= all ? plan->takes : plan->needs;
    for (int i = 0; i < pack->deadline_count; i++) {
        const struct deadline_plan *deadline = &pack->deadlines[i];
        uint32_t bit = UINT32_C(1) << i;
        if (has(deadline->met_by, move) || (clock && deadline->then == move))
            next.running &= ~bit;
        if (has(deadline->started_by, move))
            next.running |= bit;
    }
    if (has(pack->ends, next.state))
        next.running = 0;
    return next;
}

/* What some row asks about. */
static void ask(struct walk *walk)
{
    const struct pack *pack = walk->pack;
    for (int i = 0; i < pack->move_count; i++) {
        const struct move_plan *plan = &pack->moves[i];
        walk->asked_moves |= plan->necessary ? (set)1 << i : 0;
        walk->asked_moves |= plan->subject ? plan->other_than : 0;
        for (size_t k = 0; k < plan->guard_count; k++) {
            const struct guard_plan *guard = &plan->guards[k];
            walk->asked_moves |= guard->move == PACK_NONE ? 0 : (set)1 << guard->move;
            walk->asked_facts |= guard->fact == PACK_NONE ? 0 : (set)1 << guard->fact;
            walk->asked_facts |= guard->other == PACK_NONE ? 0 : (set)1 << guard->other;
        }
    }
    for (int i = 0; i < pack->state_count; i++)
        walk->asked_states |= pack->states[i].necessary ? (set)1 << i : 0;
}

static bool same(const struct place *a, const struct place *b)
{
    return a->state == b->state && a->made == b->made && a->passed == b->passed && a->known == b->known &&
           a->running == b->running;
}

static uint64_t mix(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * UINT64_C(0x9E3779B97F4A7C15);
    return hash ^ hash >> 29;
}

static size_t slot_of(const struct walk *walk, const struct place *place)
{
    uint64_t hash = mix(mix(mix(1, (uint64_t)place->state), place->made), place->passed);
    hash = mix(mix(hash, place->known), place->running);
    size_t slot = hash & (walk->table_size - 1);
    while (walk->table[slot] >= 0 && !same(&walk->nodes[walk->table[slot]].place, place))
        slot = (slot + 1) & (walk->table_size - 1);
    return slot;
}

static void widen(struct walk *walk)
{
    walk->table_size = walk->table_size ? walk->table_size * 2 : 256;
    walk->table = memory_resize(walk->table, walk->table_size * sizeof *walk->table);
    memset(walk->table, 0xff, walk->table_size * sizeof *walk->table);
    for (size_t i = 0; i < walk->node_count; i++)
        walk->table[slot_of(walk, &walk->nodes[i].place)] = (int)i;
}

/* The node of the place, a new one where there is none yet. */
static int node_of(struct walk *walk, struct place place, int before, int move)
{
    place.made &= walk->asked_moves;
    place.passed &= walk->asked_states;
    place.known &= walk->asked_facts;
    if (walk->node_count * 2 >= walk->table_size)
        widen(walk);
    size_t slot = slot_of(walk, &place);
    if (walk->table[slot] >= 0)
        return walk->table[slot];
    if (walk->node_count == walk->node_room) {
        walk->node_room = walk->node_room ? walk->node_room * 2 : 128;
        walk->nodes = memory_resize(walk->nodes, walk->node_room * sizeof *walk->nodes);
    }
    walk->table[slot] = (int)walk->node_count;
    walk->nodes[walk->node_count] = (struct node){place, before, move};
    return (int)walk->node_count++;
}

static void edge_add(struct walk *walk, struct edge edge)
{
    if (walk->edge_count == walk->edge_room) {
        walk->edge_room = walk->edge_room ? walk->edge_room * 2 : 256;
        walk->edges = memory_resize(walk->edges, walk->edge_room * sizeof *walk->edges);
    }
    walk->edges[walk->edge_count++] = edge;
}

/* Follows a move out of a node, with all and with none of its optional facts. */
static void follow(struct walk *walk, int from, int move, bool clock)
{
    struct place place = walk->nodes[from].place;
    const struct move_plan *plan = &walk->pack->moves[move];
    enum openness open = walk_open(walk->pack, &place, move, clock);
    if (open == CLOSED)
        return;
    bool optional = !clock && (plan->takes & ~plan->needs & ~place.known & walk->asked_facts);
    for (int all = 0; all <= optional; all++) {
        int to = node_of(walk, walk_next(walk->pack, &place, move, clock, all), from, move);
        edge_add(walk, (struct edge){from, to, move, open == SURE});
    }
}

void walk_from(const struct pack *pack, const struct place *start, size_t most, struct walk *ret_walk)
{
    *ret_walk = (struct walk){.pack = pack};
    ask(ret_walk);
    node_of(ret_walk, *start, PACK_NONE, PACK_NONE);
    for (size_t i = 0; i < ret_walk->node_count; i++) {
        if (ret_walk->node_count > most) {
            ret_walk->too_large = true;
            return;
        }
        if (ret_walk->nodes[i].place.state != PACK_NONE && has(pack->ends, ret_walk->nodes[i].place.state))
            continue;
        for (int move = 0; move < pack->move_count; move++) {
            follow(ret_walk, (int)i, move, false);
            if (pack->moves[move].clock)
                follow(ret_walk, (int)i, move, true);
        }
    }
}

void walk_free(struct walk *walk)
{
    free(walk->nodes);
    free(walk->edges);
    free(walk->table);
}

void walk_way(const struct walk *walk, int node, struct way *ret_way)
{
    int length = 0;
    for (int at = node; walk->nodes[at].move != PACK_NONE; at = walk->nodes[at].before)
        length++;
    ret_way->count = length < PATH_MOST ? length : PATH_MOST;
    for (int at = node; walk->nodes[at].move != PACK_NONE; at = walk->nodes[at].before)
        if (--length < PATH_MOST)
            ret_way->moves[length] = walk->nodes[at].move;
}

int walk_find(const struct walk *walk, int state)
{
    for (size_t i = 0; i < walk->node_count; i++)
        if (walk->nodes[i].place.state == state)
            return (int)i;
    return PACK_NONE;
}
