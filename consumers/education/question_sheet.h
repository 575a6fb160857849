/* A table of questions: a header row that names the columns, then a question a row.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "consumers/education/question_rows.h"

/* Read a CSV file or a workbook of questions: the first row is the header, with these columns in any order, in either
 * language: 题号/number 题型/kind 主题/topic 题干/stem 选项/options 答案/key 分值/marks 解析/explanation 出处/source. The
 * rows and all they hold lie in the arena and in `bytes`. False, and why, when nothing of the file is taken. */
MUST bool question_csv_read(struct slice bytes, const struct import_limits *limits, struct arena *arena,
                            struct question_rows *ret_rows, struct file_error *ret_error);
MUST bool question_workbook_read(struct slice bytes, const struct import_limits *limits, struct arena *arena,
                                 struct question_rows *ret_rows, struct file_error *ret_error);
