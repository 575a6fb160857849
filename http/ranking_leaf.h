/* The leaves of a ranking: for ranking*.c only.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "http/ranking.h"

#define CHUNK_ENTRIES 32u
#define LEAF_CHUNKS 16u
#define LEAF_ENTRIES (CHUNK_ENTRIES * LEAF_CHUNKS)

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
