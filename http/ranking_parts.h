/* The leaves and inner nodes of a ranking: for ranking*.c only.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "http/ranking.h"

#define CHUNK_ENTRIES 32u
#define LEAF_CHUNKS 16u
#define LEAF_ENTRIES (CHUNK_ENTRIES * LEAF_CHUNKS)
#define NODE_CHILDREN 64u
#define RANKING_HEIGHT 8u

#define LEAF_STEPS 16u

/* 32 members of a leaf. Chunks keep the waste of half-filled leaves to half a chunk, without moving leaves
 * about. */
struct chunk {
    uint32_t number[CHUNK_ENTRIES];
    uint8_t column[CHUNK_ENTRIES];
};

/* A bag of members in 16 steps of points: step of an order = (order - base) / unit, held between 0 and 15;
 * those of a step stand together (in no order), step t ends before end[t]. Steps never fall as orders rise,
 * so between steps the place decides. While the leaf is `even`, all its orders are base + a whole number of
 * units, so that within steps 1 to 14 all are the same; else scores decide there. */
struct leaf {
    uint32_t base, unit;
    uint16_t count;
    bool even;
    uint16_t end[LEAF_STEPS];
    uint32_t chunk[LEAF_CHUNKS];
};

/* Children in order; all of child i lie at or above (key[i], id of member[i]), except that child 0 has no
 * bound. Behind the struct stand `1 + columns` rows of NODE_CHILDREN counts, 16 bits wide just above the
 * leaves, else 32. */
struct node {
    uint32_t count;
    uint32_t low; /* 1: just above the leaves */
    uint64_t key[NODE_CHILDREN];
    uint32_t member[NODE_CHILDREN];
    uint32_t child[NODE_CHILDREN];
};

/* A key to go down for; `number` 0 stands before all members of that key. */
struct target {
    uint64_t key;
    uint32_t number;
};

static inline struct leaf *leaf_at(const struct ranking_store *store, uint32_t number)
{
    return board_slab_at(&store->leaves, number);
}

static inline struct chunk *chunk_at(const struct ranking_store *store, const struct leaf *leaf,
                                     uint32_t entry)
{
    return board_slab_at(&store->chunks, leaf->chunk[entry / CHUNK_ENTRIES]);
}

uint32_t leaf_new(struct ranking_store *store, uint32_t unit);
void leaf_free(struct ranking_store *store, uint32_t number);

/* Puts a member in; the leaf is not full. */
void leaf_add(struct ranking_store *store, struct leaf *leaf, const uint8_t *scores, uint32_t number,
              uint8_t column);

/* Has the processor fetch what putting a member of that order in, or taking one out, will touch. */
void leaf_expect(const struct ranking_store *store, const struct leaf *leaf, uint32_t order, bool remove);

/* Takes a member out that is in it. */
void leaf_remove(struct ranking_store *store, struct leaf *leaf, const uint8_t *scores, uint32_t number);

/* Moves the upper half of a full leaf to a new one and says from which key that begins. */
uint32_t leaf_split(struct ranking_store *store, struct leaf *leaf, const uint8_t *scores,
                    struct target *ret_from);

/* Moves all of `other` into the leaf, where there is room, and frees it. */
void leaf_take_in(struct ranking_store *store, struct leaf *leaf, uint32_t other, const uint8_t *scores);

/* How many of the column have more points than the order says. */
uint32_t leaf_before(const struct ranking_store *store, const struct leaf *leaf, const uint8_t *scores,
                     uint32_t order, uint8_t column);

/* How many of the column come before the member. */
uint32_t leaf_place(const struct ranking_store *store, const struct leaf *leaf, const uint8_t *scores,
                    uint32_t number, uint8_t column);

/* The numbers of the column's members at places `from` on, at most `limit`. */
size_t leaf_page(const struct ranking_store *store, const struct leaf *leaf, const uint8_t *scores,
                 uint8_t column, uint32_t from, size_t limit, uint32_t *ret_numbers);

/* Nodes by number: which of the four slabs holds them follows from the tree and the level. */
static inline struct board_slab *node_slab(const struct ranking_store *store, bool wide, bool low)
{
    return (struct board_slab *)&store->nodes[wide][low];
}

/* The node of a tree that stands `level` above the leaves. */
static inline struct node *ranking_node(const struct ranking_store *store, const struct ranking *ranking,
                                        uint32_t level, uint32_t number)
{
    return board_slab_at(node_slab(store, ranking->wide, level == 1), number);
}

/* The row of counts in which a column stands: 0 is that of all. */
static inline uint32_t node_row(uint8_t column)
{
    return column == RANKING_ALL ? 0 : 1u + column;
}

static inline uint16_t *node_narrow(const struct node *node, uint32_t row)
{
    return (uint16_t *)(node + 1) + (size_t)row * NODE_CHILDREN;
}

static inline uint32_t *node_broad(const struct node *node, uint32_t row)
{
    return (uint32_t *)(node + 1) + (size_t)row * NODE_CHILDREN;
}

static inline uint32_t node_count(const struct node *node, uint32_t row, uint32_t slot)
{
    return node->low ? node_narrow(node, row)[slot] : node_broad(node, row)[slot];
}

static inline void node_count_set(struct node *node, uint32_t row, uint32_t slot, uint32_t count)
{
    if (node->low)
        node_narrow(node, row)[slot] = (uint16_t)count;
    else
        node_broad(node, row)[slot] = count;
}

/* Has the processor fetch a slot's counts: that of all and that of the row. */
static inline void node_expect(const struct node *node, uint32_t row, uint32_t slot)
{
    __builtin_prefetch(node->low ? (const void *)&node_narrow(node, 0)[slot] : &node_broad(node, 0)[slot]);
    __builtin_prefetch(node->low ? (const void *)&node_narrow(node, row)[slot]
                                 : &node_broad(node, row)[slot]);
}

/* The sum of the row's counts before the slot. */
uint32_t node_sum(const struct node *node, uint32_t row, uint32_t slot);

/* The slot of the child in which the target lies. */
uint32_t node_find(const struct ranking_store *store, const struct node *node, struct target target);

/* Opens the slot (rows of it zero) or closes it (its counts are gone). */
void node_open(struct node *node, uint32_t rows, uint32_t slot);
void node_close(struct node *node, uint32_t rows, uint32_t slot);

/* Moves `count` children from one node's slot to the end of another. */
void node_move(struct node *to, struct node *from, uint32_t rows, uint32_t slot, uint32_t count);
