/* The inner nodes of a ranking: for ranking*.c only.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "http/ranking_leaf.h"

#define NODE_CHILDREN 64u
#define RANKING_HEIGHT 8u

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
