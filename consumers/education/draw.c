/* The draw: splitmix64, Lemire's bound, Fisher and Yates's shuffle.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/education/draw.h"

static uint64_t random_next(uint64_t *state)
{
    uint64_t mixed = *state += UINT64_C(0x9e3779b97f4a7c15);
    mixed = (mixed ^ mixed >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94d049bb133111eb);
    return mixed ^ mixed >> 31;
}

/* A number from 0 to bound-1, each as likely as the other (Lemire 2019). */
static uint64_t random_below(uint64_t *state, uint64_t bound)
{
    unsigned __int128 product = (unsigned __int128)random_next(state) * bound;
    if ((uint64_t)product < bound) {
        uint64_t least = -bound % bound;
        while ((uint64_t)product < least)
            product = (unsigned __int128)random_next(state) * bound;
    }
    return (uint64_t)(product >> 64);
}

static bool suits(const struct blueprint_row *row, const struct pool_question *question)
{
    return (row->any_kind || row->kind == question->kind) &&
           (row->topic.length == 0 || slice_equal(row->topic, question->topic));
}

/* How much a row leaves open: 0 to 2. Narrow rows choose before wide ones. */
static int width(const struct blueprint_row *row)
{
    return row->any_kind + (row->topic.length == 0);
}

/* Whether the row `other` chooses before `row`. */
static bool precedes(const struct blueprint_row *rows, size_t other, size_t row)
{
    int first = width(&rows[other]), second = width(&rows[row]);
    return first < second || (first == second && other < row);
}

bool draw_suffices(const struct blueprint_row *rows, size_t row_count, const struct pool_question *pool,
                   size_t pool_count, size_t *ret_row)
{
    for (size_t row = 0; row < row_count; row++) {
        uint64_t have = 0, taken = 0;
        for (size_t i = 0; i < pool_count; i++)
            have += suits(&rows[row], &pool[i]);
        for (size_t other = 0; other < row_count; other++) {
            uint64_t shared = 0;
            if (other == row || !precedes(rows, other, row))
                continue;
            for (size_t i = 0; i < pool_count; i++)
                shared += suits(&rows[row], &pool[i]) && suits(&rows[other], &pool[i]);
            taken += shared < rows[other].count ? shared : rows[other].count;
        }
        if (have < taken + rows[row].count) {
            *ret_row = row;
            return false;
        }
    }
    return true;
}

/* Draws a row's questions into `drawn`; false when too few are left. `left` has room for the pool. */
MUST static bool draw_row(const struct blueprint_row *rows, size_t row, const struct pool_question *pool,
                          size_t pool_count, bool *taken, uint32_t *left, uint64_t *state, uint32_t *drawn)
{
    size_t count = 0;
    for (size_t i = 0; i < pool_count; i++)
        if (!taken[i] && suits(&rows[row], &pool[i]))
            left[count++] = (uint32_t)i;
    if (count < rows[row].count)
        return false;
    for (size_t i = 0; i < rows[row].count; i++) {
        size_t other = i + (size_t)random_below(state, count - i);
        uint32_t chosen = left[other];
        left[other] = left[i];
        drawn[i] = chosen;
        taken[chosen] = true;
    }
    return true;
}

static bool has_order(enum question_kind kind)
{
    return kind == QUESTION_SINGLE || kind == QUESTION_MULTIPLE || kind == QUESTION_ORDER ||
           kind == QUESTION_PAIRS;
}

MUST static bool shuffle_options(struct arena *arena, const struct pool_question *question, uint64_t *state,
                                 const uint8_t **ret_order)
{
    if (!has_order(question->kind))
        return true;
    uint8_t *order = arena_take(arena, question->options + 1u);
    if (!order)
        return false;
    for (size_t i = 0; i < question->options; i++)
        order[i] = (uint8_t)(i + 1);
    for (size_t i = question->options; !question->fixed && i > 1; i--) {
        size_t other = (size_t)random_below(state, i);
        uint8_t moved = order[i - 1];
        order[i - 1] = order[other];
        order[other] = moved;
    }
    *ret_order = order;
    return true;
}

const struct drawn *draw_paper(struct arena *arena, const struct blueprint_row *rows, size_t row_count,
                               const struct pool_question *pool, size_t pool_count, uint64_t seed,
                               size_t *ret_count)
{
    size_t total = 0;
    for (size_t row = 0; row < row_count; row++) {
        if (rows[row].count > pool_count - total)
            return NULL;
        total += rows[row].count;
    }
    struct drawn *drawn = arena_take(arena, (total + 1) * sizeof *drawn);
    uint32_t *places = arena_take(arena, (total + 1) * sizeof *places);
    uint32_t *left = arena_take(arena, (pool_count + 1) * sizeof *left);
    bool *taken = arena_take(arena, pool_count + 1);
    if (!drawn || !places || !left || !taken)
        return NULL;
    for (int wide = 0; wide <= 2; wide++)
        for (size_t row = 0, first = 0; row < row_count; first += rows[row++].count)
            if (width(&rows[row]) == wide &&
                !draw_row(rows, row, pool, pool_count, taken, left, &seed, places + first))
                return NULL;
    for (size_t row = 0, i = 0; row < row_count; row++)
        for (uint32_t nth = 0; nth < rows[row].count; nth++, i++) {
            const struct pool_question *question = &pool[places[i]];
            drawn[i] = (struct drawn){.number = question->number, .row = row};
            if (!shuffle_options(arena, question, &seed, &drawn[i].order))
                return NULL;
        }
    *ret_count = total;
    return drawn;
}
