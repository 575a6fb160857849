/* The leaves of a ranking: members in 16 steps of points.  SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>

#include "http/ranking_leaf.h"

static inline uint32_t leaf_step(const struct leaf *leaf, uint32_t order)
{
    if (order < leaf->base)
        return 0;
    uint32_t step = (order - leaf->base) / leaf->unit;
    return step < LEAF_STEPS ? step : LEAF_STEPS - 1;
}

/* Whether all members of the step have the order at which it begins. */
static inline bool step_decides(const struct leaf *leaf, uint32_t step)
{
    return leaf->even && step >= 1 && step < LEAF_STEPS - 1;
}

/* Where a step's members begin. */
static inline uint32_t leaf_begin(const struct leaf *leaf, uint32_t step)
{
    return step ? leaf->end[step - 1] : 0;
}

static inline uint32_t leaf_number(const struct ranking_store *store, const struct leaf *leaf, uint32_t at)
{
    return chunk_at(store, leaf, at)->number[at % CHUNK_ENTRIES];
}

static inline uint8_t leaf_column(const struct ranking_store *store, const struct leaf *leaf, uint32_t at)
{
    return chunk_at(store, leaf, at)->column[at % CHUNK_ENTRIES];
}

static inline void leaf_put(const struct ranking_store *store, const struct leaf *leaf, uint32_t at,
                            uint32_t number, uint8_t column)
{
    struct chunk *chunk = chunk_at(store, leaf, at);
    chunk->number[at % CHUNK_ENTRIES] = number;
    chunk->column[at % CHUNK_ENTRIES] = column;
}

static inline void leaf_move(const struct ranking_store *store, const struct leaf *leaf, uint32_t to,
                             uint32_t from)
{
    leaf_put(store, leaf, to, leaf_number(store, leaf, from), leaf_column(store, leaf, from));
}

uint32_t leaf_new(struct ranking_store *store, uint32_t unit)
{
    uint32_t number = board_slab_take(&store->leaves);
    *leaf_at(store, number) = (struct leaf){.unit = unit};
    return number;
}

/* Makes the leaf longer or shorter by whole chunks where needed. */
static void leaf_resize(struct ranking_store *store, struct leaf *leaf, uint32_t count)
{
    assert(count <= LEAF_ENTRIES);
    uint32_t have = (leaf->count + CHUNK_ENTRIES - 1) / CHUNK_ENTRIES,
             need = (count + CHUNK_ENTRIES - 1) / CHUNK_ENTRIES;
    for (; have < need; have++) {
        leaf->chunk[have] = board_slab_take(&store->chunks);
        memset(board_slab_at(&store->chunks, leaf->chunk[have]), 0, sizeof(struct chunk));
    }
    for (; have > need; have--)
        board_slab_give(&store->chunks, leaf->chunk[have - 1]);
    leaf->count = (uint16_t)count;
}

void leaf_free(struct ranking_store *store, uint32_t number)
{
    leaf_resize(store, leaf_at(store, number), 0);
    board_slab_give(&store->leaves, number);
}

static uint32_t common_divisor(uint32_t a, uint32_t b)
{
    while (b) {
        uint32_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* Chooses base and unit so that the leaf's members lie in steps 1 to 14, each points' own step if there are
 * so few. */
static void leaf_fit(struct leaf *leaf, const struct rival *rivals, uint32_t count)
{
    uint32_t least = UINT32_MAX, most = 0, divisor = 0;
    for (uint32_t i = 0; i < count; i++) {
        least = rival_order(&rivals[i]) < least ? rival_order(&rivals[i]) : least;
        most = rival_order(&rivals[i]) > most ? rival_order(&rivals[i]) : most;
    }
    for (uint32_t i = 0; i < count; i++)
        if (divisor != 1 && (divisor == 0 || (rival_order(&rivals[i]) - least) % divisor))
            divisor = common_divisor(rival_order(&rivals[i]) - least, divisor);
    if (divisor) /* else all have the same points, and the unit that has served so far may serve again */
        leaf->unit = divisor;
    leaf->even = (most - least) / leaf->unit <= 13;
    if (!leaf->even)
        leaf->unit = (most - least) / 14 + 1;
    leaf->even = leaf->even && least >= leaf->unit;
    leaf->base = least >= leaf->unit ? least - leaf->unit : 0;
}

/* Makes the leaf hold those members, each in its step. */
static void leaf_fill(struct ranking_store *store, struct leaf *leaf, const struct rival *rivals,
                      uint32_t count)
{
    uint32_t place[LEAF_STEPS + 1] = {0};
    leaf_resize(store, leaf, count);
    leaf_fit(leaf, rivals, count);
    for (uint32_t i = 0; i < count; i++)
        place[1 + leaf_step(leaf, rival_order(&rivals[i]))]++;
    for (uint32_t step = 0; step < LEAF_STEPS; step++) {
        place[step + 1] += place[step];
        leaf->end[step] = (uint16_t)place[step + 1];
    }
    for (uint32_t i = 0; i < count; i++)
        leaf_put(store, leaf, place[leaf_step(leaf, rival_order(&rivals[i]))]++, rivals[i].number,
                 rivals[i].column);
    for (uint32_t at = count; at % CHUNK_ENTRIES; at++) /* a number stands once in a chunk, for leaf_find() */
        leaf_put(store, leaf, at, 0, 0);
}

/* The leaf's members from one place to before another, if of the column, as rivals; says how many. */
static uint32_t leaf_rivals(const struct ranking_store *store, const struct leaf *leaf, const uint8_t *scores,
                            uint32_t from, uint32_t to, uint8_t column, struct rival *ret_rivals)
{
    uint32_t found = 0, step = 0;
    for (uint32_t i = from; i < to; i++) {
        uint32_t number = leaf_number(store, leaf, i);
        uint8_t its_column = leaf_column(store, leaf, i);
        if (column != RANKING_ALL && its_column != column)
            continue;
        while (leaf->end[step] <= i)
            step++;
        ret_rivals[found++] = step_decides(leaf, step)
                                  ? rival_at(store, leaf->base + step * leaf->unit, number, its_column)
                                  : rival_of(store, scores, number, its_column);
    }
    return found;
}

void leaf_add(struct ranking_store *store, struct leaf *leaf, const uint8_t *scores, uint32_t number,
              uint8_t column)
{
    uint32_t order = score_order(scores, number), step = leaf_step(leaf, order), hole = leaf->count;
    leaf->even = leaf->even && (order - leaf->base) % leaf->unit == 0;
    leaf_resize(store, leaf, hole + 1);
    for (uint32_t t = LEAF_STEPS - 1; t > step; t--) { /* the first of each later step becomes its last */
        uint32_t begin = leaf_begin(leaf, t);
        if (begin != hole)
            leaf_move(store, leaf, hole, begin);
        hole = begin;
        leaf->end[t]++;
    }
    leaf_put(store, leaf, hole, number, column);
    leaf->end[step]++;
    if (leaf->count == 1 || leaf->count == 8 || leaf->count == CHUNK_ENTRIES ||
        leaf->count == 4 * CHUNK_ENTRIES) {
        struct rival rivals[4 * CHUNK_ENTRIES];
        uint32_t count = leaf_rivals(store, leaf, scores, 0, leaf->count, RANKING_ALL, rivals);
        leaf_fill(store, leaf, rivals, count);
    }
}

static inline void leaf_expect_at(const struct ranking_store *store, const struct leaf *leaf, uint32_t at)
{
    if (at < leaf->count) {
        __builtin_prefetch(&chunk_at(store, leaf, at)->number[at % CHUNK_ENTRIES]);
        __builtin_prefetch(&chunk_at(store, leaf, at)->column[at % CHUNK_ENTRIES]);
    }
}

void leaf_expect(const struct ranking_store *store, const struct leaf *leaf, uint32_t order, bool remove)
{
    uint32_t step = leaf_step(leaf, order);
    if (remove)
        for (uint32_t at = leaf_begin(leaf, step); at < leaf->end[step]; at += CHUNK_ENTRIES / 2)
            leaf_expect_at(store, leaf, at);
    for (uint32_t t = step; t < LEAF_STEPS; t++)
        if (leaf->end[t] > leaf_begin(leaf, t))
            leaf_expect_at(store, leaf, remove ? leaf->end[t] - 1u : leaf->end[t]);
    leaf_expect_at(store, leaf, leaf->count - 1u);
}

/* Where in the leaf the member stands, which is among those of its step. */
static uint32_t leaf_find(const struct ranking_store *store, const struct leaf *leaf, uint32_t step,
                          uint32_t number)
{
    for (uint32_t at = leaf_begin(leaf, step) / CHUNK_ENTRIES * CHUNK_ENTRIES; at < leaf->end[step];
         at += CHUNK_ENTRIES) {
        const struct chunk *chunk = chunk_at(store, leaf, at);
        uint32_t found = 0;
        for (uint32_t i = 0; i < CHUNK_ENTRIES; i++)
            found |= chunk->number[i] == number ? i + 1 : 0;
        if (found)
            return at + found - 1;
    }
    assert(!"a member is in the leaf and step that its score says");
    return 0;
}

void leaf_remove(struct ranking_store *store, struct leaf *leaf, const uint8_t *scores, uint32_t number)
{
    uint32_t step = leaf_step(leaf, score_order(scores, number)), hole = leaf_find(store, leaf, step, number);
    for (uint32_t t = step; t < LEAF_STEPS; t++) { /* the last of each step fills the hole before it */
        uint32_t last = leaf->end[t] - 1u;
        if (t != step && leaf_begin(leaf, t) > last)
            continue;
        if (last != hole)
            leaf_move(store, leaf, hole, last);
        hole = last;
    }
    for (uint32_t t = step; t < LEAF_STEPS; t++)
        leaf->end[t]--;
    leaf_put(store, leaf, hole, 0, 0);
    leaf_resize(store, leaf, leaf->count - 1u);
}

uint32_t leaf_split(struct ranking_store *store, struct leaf *leaf, const uint8_t *scores,
                    struct target *ret_from)
{
    struct rival rivals[LEAF_ENTRIES];
    uint32_t count = leaf_rivals(store, leaf, scores, 0, leaf->count, RANKING_ALL, rivals), half = count / 2;
    rivals_sort(store, rivals, count, half, half + 1);
    *ret_from = (struct target){rivals[half].key, rivals[half].number};
    uint32_t number = leaf_new(store, leaf->unit);
    leaf_fill(store, leaf, rivals, half);
    leaf_fill(store, leaf_at(store, number), rivals + half, count - half);
    return number;
}

void leaf_take_in(struct ranking_store *store, struct leaf *leaf, uint32_t other, const uint8_t *scores)
{
    struct rival rivals[LEAF_ENTRIES];
    const struct leaf *from = leaf_at(store, other);
    uint32_t count = leaf_rivals(store, leaf, scores, 0, leaf->count, RANKING_ALL, rivals);
    count += leaf_rivals(store, from, scores, 0, from->count, RANKING_ALL, rivals + count);
    leaf_free(store, other);
    leaf_fill(store, leaf, rivals, count);
}

/* How many of the column stand before a place. */
static uint32_t leaf_sum(const struct ranking_store *store, const struct leaf *leaf, uint32_t to,
                         uint8_t column)
{
    if (column == RANKING_ALL)
        return to;
    uint32_t sum = 0;
    for (uint32_t at = 0; at < to; at += CHUNK_ENTRIES) {
        const struct chunk *chunk = chunk_at(store, leaf, at);
        uint8_t end = to - at < CHUNK_ENTRIES ? (uint8_t)(to - at) : CHUNK_ENTRIES, some = 0;
        for (uint8_t i = 0; i < CHUNK_ENTRIES; i++)
            some = (uint8_t)(some + ((chunk->column[i] == column) & (i < end)));
        sum += some;
    }
    return sum;
}

uint32_t leaf_before(const struct ranking_store *store, const struct leaf *leaf, const uint8_t *scores,
                     uint32_t order, uint8_t column)
{
    uint32_t step = leaf_step(leaf, order), from = leaf_begin(leaf, step), to = leaf->end[step];
    if (leaf->even && step >= 1 &&
        step < LEAF_STEPS - 1) /* all of the step have the order at which it begins */
        return leaf_sum(store, leaf, (order - leaf->base) % leaf->unit ? to : from, column);
    uint32_t before = leaf_sum(store, leaf, from, column);
    for (uint32_t i = from; i < to; i++)
        if (column == RANKING_ALL || leaf_column(store, leaf, i) == column)
            before += score_order(scores, leaf_number(store, leaf, i)) < order;
    return before;
}

uint32_t leaf_place(const struct ranking_store *store, const struct leaf *leaf, const uint8_t *scores,
                    uint32_t number, uint8_t column)
{
    struct rival rivals[LEAF_ENTRIES], mine = rival_of(store, scores, number, column);
    uint32_t step = leaf_step(leaf, rival_order(&mine)), from = leaf_begin(leaf, step);
    uint32_t place = leaf_sum(store, leaf, from, column);
    uint32_t found = leaf_rivals(store, leaf, scores, from, leaf->end[step], column, rivals);
    for (uint32_t i = 0; i < found; i++)
        place += rival_before(store, &rivals[i], &mine);
    return place;
}

size_t leaf_page(const struct ranking_store *store, const struct leaf *leaf, const uint8_t *scores,
                 uint8_t column, uint32_t from, size_t limit, uint32_t *ret_numbers)
{
    struct rival rivals[LEAF_ENTRIES];
    uint32_t total = leaf_sum(store, leaf, leaf->count, column), least = 0, most = 0;
    if (from >= total || limit == 0)
        return 0;
    uint32_t to = total - from < limit ? total : from + (uint32_t)limit;
    while (leaf_sum(store, leaf, leaf->end[least], column) <= from)
        least++;
    for (most = least; leaf_sum(store, leaf, leaf->end[most], column) < to;)
        most++;
    uint32_t before = leaf_sum(store, leaf, leaf_begin(leaf, least), column);
    uint32_t found = leaf_rivals(store, leaf, scores, leaf_begin(leaf, least), leaf->end[most], column,
                                 rivals);
    rivals_sort(store, rivals, found, from - before, to - before);
    for (uint32_t i = from; i < to; i++)
        ret_numbers[i - from] = rivals[i - before].number;
    return to - from;
}
