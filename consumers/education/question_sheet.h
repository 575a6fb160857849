/* A table of questions: a header row that names the columns, then a question a row.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "consumers/education/question_rows.h"

/* A cell and the column it stands in, from 1. */
struct cell {
    uint32_t column;
    struct slice text;
    bool broken; /* a formula's error, not a text */
};

/* A table being read. */
struct question_sheet;

/* NULL when the arena is full. The limits are borrowed. */
MUST struct question_sheet *question_sheet_new(struct arena *arena, const struct import_limits *limits);

/* Takes the next row, its cells in ascending columns; their texts must live as long as the arena. Rows
 * without text are passed over; the first other one is the header, with these columns in any order, in either
 * language: 题号/number 题型/kind 主题/topic 题干/stem 选项/options 答案/key 分值/marks 解析/explanation
 * 出处/source. False when the file as a whole is refused, and why. */
MUST bool question_sheet_row(struct question_sheet *sheet, uint32_t line, const struct cell *cells,
                             size_t count, struct file_error *ret_error);

/* Takes a row that the reader itself could not read. */
MUST bool question_sheet_refuse(struct question_sheet *sheet, uint32_t line, uint32_t column,
                                enum question_fault fault, struct file_error *ret_error);

/* The rows; false when there was no header or no row. */
MUST bool question_sheet_end(const struct question_sheet *sheet, struct question_rows *ret_rows,
                             struct file_error *ret_error);
