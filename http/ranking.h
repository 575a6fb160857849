/* Order statistics: a tree of members by their points.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "http/board_memory.h"
#include "topics/id.h"

/* A B+-tree whose leaves are bags: a leaf holds up to 512 members between two keys (points, id) in no order.
 * A member takes 5 bytes: its number and its column. Within a leaf members stand by 16 steps of points; exact
 * points are in the period's dense array of scores, which is asked only where the step does not decide. Inner
 * nodes count the members below each child: all of them, and those of each column (a committee), so that one
 * tree answers for the county and its committees. Nothing here locks. */

/* Points and version of a member number in a period: 7 bytes, version 0 for a member without points. */
struct score {
    int32_t points;
    uint32_t version;
};
#define SCORE_BYTES 7
#define SCORE_VERSION_MAX 0xFFFFFFu

static inline struct score score_get(const uint8_t *scores, uint32_t number)
{
    uint32_t words[2] = {0};
    memcpy(words, scores + (size_t)number * SCORE_BYTES, SCORE_BYTES);
    return (struct score){(int32_t)words[0], words[1] & SCORE_VERSION_MAX};
}

static inline void score_set(uint8_t *scores, uint32_t number, struct score score)
{
    uint32_t words[2] = {(uint32_t)score.points, score.version};
    memcpy(scores + (size_t)number * SCORE_BYTES, words, SCORE_BYTES);
}

/* Points turned round, so that the order of the numbers is that of the board: most points first. */
static inline uint32_t score_order(const uint8_t *scores, uint32_t number)
{
    uint32_t points;
    memcpy(&points, scores + (size_t)number * SCORE_BYTES, sizeof points);
    return 0x7FFFFFFFu - points;
}

static inline uint32_t points_order(int64_t points)
{
    return 0x7FFFFFFFu - (uint32_t)points;
}

/* What all trees of a board share: the memory, and the ids by member number. */
struct ranking_store {
    struct board_slab chunks, leaves;
    struct board_slab nodes[2][2]; /* [with columns][just above the leaves] */
    const struct id *ids;
    uint32_t columns;
};

/* Room for trees of at most `entries` members together, of which those with columns count `columns` of them.
 */
struct ranking_store ranking_store_new(const struct id *ids, uint32_t columns, uint64_t entries, bool huge);
void ranking_store_free(struct ranking_store *store);

/* One tree; all zeros is the empty one. */
struct ranking {
    const uint8_t *scores; /* of its period, set by the owner */
    uint32_t root, count;
    uint8_t height; /* 0: the root is a leaf */
    bool wide;      /* counts columns */
};

/* A member's column when nobody counts it, and the column of a question about all. */
#define RANKING_ALL 255u

/* Puts a member that is not in the tree where its score says. */
void ranking_add(struct ranking_store *store, struct ranking *ranking, uint32_t number, uint8_t column);

/* Takes out a member that is in the tree, whose score is still the one it was put in with. */
void ranking_remove(struct ranking_store *store, struct ranking *ranking, uint32_t number, uint8_t column);

/* For a writer with many changes before it: the leaf (0 if none) that a member of that order belongs to,
 * which the processor is told to fetch; and then what putting it in or taking it out will touch there. Both
 * change nothing. */
uint32_t ranking_leaf(const struct ranking_store *store, const struct ranking *ranking, uint32_t order,
                      uint32_t number, uint8_t column);
void ranking_expect(const struct ranking_store *store, uint32_t leaf, uint32_t order, bool remove);

/* Gives all of the tree's memory back and leaves it empty. */
void ranking_clear(struct ranking_store *store, struct ranking *ranking);

/* How many members the tree has in the column (or RANKING_ALL). */
uint32_t ranking_count(const struct ranking_store *store, const struct ranking *ranking, uint8_t column);

/* How many members of the column come before that order, so have more points. */
uint32_t ranking_before(const struct ranking_store *store, const struct ranking *ranking, uint32_t order,
                        uint8_t column);

/* How many members of the column come before the member, more points or as many and a lower id. */
uint32_t ranking_place(const struct ranking_store *store, const struct ranking *ranking, uint32_t number,
                       uint8_t column);

/* The numbers of the members at places `from` on, at most `limit`; says how many. */
size_t ranking_page(const struct ranking_store *store, const struct ranking *ranking, uint8_t column,
                    uint32_t from, size_t limit, uint32_t *ret_numbers);

/* A member to be put in order among others. */
struct rival {
    uint64_t key; /* order, then the first 32 bits of the id */
    uint32_t number;
    uint8_t column;
};

static inline uint32_t rival_order(const struct rival *rival)
{
    return (uint32_t)(rival->key >> 32);
}

struct rival rival_at(const struct ranking_store *store, uint32_t order, uint32_t number, uint8_t column);
struct rival rival_of(const struct ranking_store *store, const uint8_t *scores, uint32_t number,
                      uint8_t column);
bool rival_before(const struct ranking_store *store, const struct rival *a, const struct rival *b);

/* Sorts so far that places from `from` to before `to` hold what they would hold if all were sorted. */
void rivals_sort(const struct ranking_store *store, struct rival *rivals, uint32_t count, uint32_t from,
                 uint32_t to);
