/* What a reader of question files gives: its rows, each a question accepted or a fault and its place.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "consumers/education/question.h"
#include "process/arena.h"

/* The ceilings of a file; all of them settings of the caller. */
struct import_limits {
    size_t bytes;    /* of the file as it came */
    size_t rows;     /* questions, accepted and refused together */
    size_t columns;  /* of a CSV file or workbook */
    size_t entries;  /* files in a workbook's archive */
    size_t unpacked; /* bytes of the workbook's parts that are read, together */
    size_t ratio;    /* unpacked bytes for one packed byte, of a part over 64 KiB */
    size_t strings;  /* shared strings of a workbook */
    unsigned depth;  /* of its XML */
    int32_t marks;   /* what a question brings when the file does not say; hundredths */
    struct question_limits question;
};

/* One question of the file; `line` and `column` count from 1 and are where it begins, or where its fault is
 * (column in code points for GIFT, in cells for the others). */
struct read_row {
    uint32_t line, column;
    const struct question *question; /* NULL when refused */
    enum question_fault fault;
};

struct question_rows {
    size_t count, accepted;
    const struct read_row *rows;
};

/* What is wrong with a file as a whole, so that none of it is taken; line 0 where no place can be named. */
struct file_error {
    enum question_fault fault;
    uint32_t line, column;
};

/* Rows being gathered, in the arena they will stay in. */
struct row_list;

/* NULL when the arena is full. */
MUST struct row_list *row_list_new(struct arena *arena, size_t ceiling);

/* Adds a row; gives FAULT_none, FAULT_rows_many or FAULT_memory_ceiling. */
MUST enum question_fault row_list_add(struct row_list *list, struct read_row row);

struct question_rows row_list_rows(const struct row_list *list);
