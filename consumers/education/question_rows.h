/* What a reader of question files gives: its rows, each a question accepted or a fault and its place.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "consumers/education/question.h"
#include "consumers/table/table.h"

/* The ceilings of a file of questions. */
struct import_limits {
    struct table_limits table;
    size_t rows;   /* questions, accepted and refused together */
    int32_t marks; /* what a question brings when the file does not say; hundredths */
    struct question_limits question;
};

/* One question of the file; `line` and `column` count from 1 and are where it begins, or where its fault is
 * (column in code points for GIFT, in cells for the others). */
struct read_row {
    uint32_t line, column;
    const struct question *question; /* NULL when refused */
    enum fault fault;
};

struct question_rows {
    size_t count, accepted;
    const struct read_row *rows;
};

/* Rows being gathered, in the arena they will stay in. */
struct row_list;

/* NULL when the arena is full. */
MUST struct row_list *row_list_new(struct arena *arena, size_t ceiling);

/* Adds a row; gives FAULT_none, FAULT_rows_many or FAULT_memory_ceiling. */
MUST enum fault row_list_add(struct row_list *list, struct read_row row);

struct question_rows row_list_rows(const struct row_list *list);
