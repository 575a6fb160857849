/* Reading the cells of a question's row: kind, options, key, marks.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "consumers/education/question.h"
#include "process/arena.h"

/* The cells of one row, trimmed, by column; an absent cell is empty. */
struct question_cells {
    struct slice texts[COLUMN_COUNT];
};

/* Makes the question of a row in the arena; `marks` (hundredths) where its cell is empty. Kinds and
 * true/false are known by their English and Chinese names. Options, pairs (left=>right, =>right for a right
 * side that is nobody's) and blanks are parted by |, a blank's accepted answers by /; \| \/ \\ stand for the
 * characters themselves. A key names options by numbers (1,3) or letters (AC); an empty key of an order
 * means: as listed. A number is 3.5, 3.5±0.05, 3.5±1% or 3..4. The question is read, not yet checked. NULL
 * and the fault with its column if it cannot be read, or FAULT_memory_ceiling. */
MUST struct question *question_cells_read(const struct question_cells *cells, int32_t marks,
                                          struct arena *arena, struct question_error *ret_error);
