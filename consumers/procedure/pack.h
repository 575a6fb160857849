/* A pack of rules made ready: its names resolved into numbers, its sets into bits.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "process/arena.h"
#include "process/problem.h"
#include "topics/messages.h"

/* The catalogue's ceilings make every set of states, moves or facts fit into 64 bits, of deadlines into 32. */
typedef uint64_t set;

enum { PACK_NONE = -1 };

struct guard_plan {
    const struct pack_guard *row;
    int fact, other, move; /* numbers, PACK_NONE where the kind has none */
};

struct move_plan {
    const struct pack_move *row;
    set from;             /* empty: it opens a case */
    int to;
    set other_than;       /* moves */
    set needs, takes;     /* facts that it must, and may, be given */
    const struct guard_plan *guards;
    size_t guard_count;
    set necessary;        /* the ends not to be reached without it */
    bool clock, person;   /* whether the clock may make it; whether a person may */
    bool subject;         /* only the subject may */
};

struct state_plan {
    const struct pack_state *row;
    set necessary;        /* the ends not to be reached around it */
};

struct deadline_plan {
    const struct pack_deadline *row;
    set started_by, met_by; /* moves */
    int since, then;        /* a fact, a move; PACK_NONE */
};

struct pack {
    const struct procedure_pack *row;
    struct state_plan *states;
    struct move_plan *moves;
    struct deadline_plan *deadlines;
    int state_count, move_count, fact_count, deadline_count;
    set ends;             /* states */
};

/* Reads a pack strictly: an unknown or doubled name, a guard without what its kind needs, a value out of its range is a
 * problem with a pointer to it. The pack lives in the arena. False also where the arena is full. */
MUST bool pack_read(struct slice json, struct arena *arena, struct pack *ret_pack, struct problem *problem);

/* The same of a record that is decoded already. */
MUST bool pack_of(const struct procedure_pack *row, struct arena *arena, struct pack *ret_pack, struct problem *problem);

/* The number of the state, move, fact or deadline of that name, PACK_NONE where there is none. */
int pack_state_of(const struct pack *pack, struct slice name);
int pack_move_of(const struct pack *pack, struct slice name);
int pack_fact_of(const struct pack *pack, struct slice name);
int pack_deadline_of(const struct pack *pack, struct slice name);

/* Whether the move may be made in the state; PACK_NONE is before a case is opened. */
static inline bool pack_leaves(const struct move_plan *move, int state)
{
    return state == PACK_NONE ? move->from == 0 : (move->from >> state) & 1;
}
