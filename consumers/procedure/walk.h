/* Walking a pack: every configuration that a case can come into, whatever is recorded and however time passes.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "consumers/procedure/pack.h"

/* A configuration is all that decides which moves are possible: the state, and of the past what some row asks about. */
struct place {
    int state;          /* PACK_NONE: not yet opened */
    set made;           /* moves made */
    set passed;         /* states passed, the present one among them */
    set known;          /* facts known */
    uint32_t running;   /* deadlines */
};

/* How sure a move is in a configuration: closed; open or shut as what was recorded before has it; open sooner or later,
 * since its mover brings what it asks and time passes. */
enum openness { CLOSED, MAY, SURE };

/* Whether the move can be made there by a person, or by the clock. Other conditions than the guards' and the subject's
 * (votes, papers, enough persons) can always be met. */
enum openness walk_open(const struct pack *pack, const struct place *place, int move, bool clock);

/* Where a move leads; `all`: its optional facts are given, else none of them. */
struct place walk_next(const struct pack *pack, const struct place *place, int move, bool clock, bool all);

/* The walk: nodes in the order of their distance from the start, each with the move that first led to it. */
struct walk {
    const struct pack *pack;
    set asked_moves, asked_states, asked_facts; /* what some row asks about: only these distinguish configurations */
    struct node {
        struct place place;
        int before, move;  /* the node it was reached from, and by which move; PACK_NONE for the start */
    } *nodes;
    struct edge {
        int from, to, move;
        bool sure;
    } *edges;
    size_t node_count, node_room, edge_count, edge_room;
    int *table;            /* open addressing by the place */
    size_t table_size;
    bool too_large;        /* there are more configurations than `most` */
};

/* Walks everything that can be reached from the start, at most `most` configurations. Free with walk_free(). */
void walk_from(const struct pack *pack, const struct place *start, size_t most, struct walk *ret_walk);
void walk_free(struct walk *walk);

enum { PATH_MOST = 128 };

/* A way through the pack, as moves from the start. */
struct way {
    int moves[PATH_MOST];
    int count;
};

/* The shortest way to the node; one longer than PATH_MOST is cut at its end. */
void walk_way(const struct walk *walk, int node, struct way *ret_way);

/* The nearest node in that state, PACK_NONE where the walk never comes there. */
int walk_find(const struct walk *walk, int state);
