/* Drawing a member's paper: a blueprint, a pool and a seed give the questions, their order and their options' order.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "consumers/education/question.h"
#include "process/arena.h"

/* A part of the paper: so many questions of a topic and kind. */
struct blueprint_row {
    struct slice topic; /* empty: any */
    enum question_kind kind;
    bool any_kind; /* whatever `kind` says */
    uint32_t count;
};

/* A question that may be drawn: its number on the paper, and how many options (pairs: right sides) can change
 * places. */
struct pool_question {
    int64_t number;
    enum question_kind kind;
    struct slice topic;
    uint8_t options;
    bool fixed; /* the options keep their order, as where one says "all of the above" */
};

/* A question drawn, the row it was drawn for (from 0), and its options' numbers in the order they are shown
 * (NULL for kinds without options). */
struct drawn {
    int64_t number;
    size_t row;
    const uint8_t *order;
};

/* True if the pool serves the blueprint whatever the seed; else false and the row (from 0) that may be left
 * short. */
MUST bool draw_suffices(const struct blueprint_row *rows, size_t row_count, const struct pool_question *pool,
                        size_t pool_count, size_t *ret_row);

/* Draws. Deterministic: the same arguments give the same paper for ever, in every version (tests/oracle has
 * the same in Python). The numbers come from splitmix64 (state = seed; state += 0x9E3779B97F4A7C15, then
 * mixed), brought below a bound by Lemire's multiplication with rejection. Rows naming both topic and kind
 * choose first, then those naming one, then the rest, each in the blueprint's order, by Fisher-Yates steps
 * over the pool's questions that suit and are not taken yet, in the pool's order; then the options of each
 * question drawn are shuffled by Fisher-Yates from the end. The questions come out in the order of the rows.
 * NULL when the arena is full or a row cannot be filled. */
MUST const struct drawn *draw_paper(struct arena *arena, const struct blueprint_row *rows, size_t row_count,
                                    const struct pool_question *pool, size_t pool_count, uint64_t seed,
                                    size_t *ret_count);
