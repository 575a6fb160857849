/* Reading a CSV file of questions.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "consumers/education/question_rows.h"

/* RFC 4180 with what spreadsheets really write: UTF-8 with or without a byte order mark, UTF-16 with one,
 * GB18030; comma, semicolon or tab (whichever the header row has most of, or what a first line `sep=;` says);
 * any line end; line ends within quoted fields. The rows and all they hold lie in the arena and in `bytes`.
 * False, and why, when nothing of the file is taken. */
MUST bool csv_read(struct slice bytes, const struct import_limits *limits, struct arena *arena,
                   struct question_rows *ret_rows, struct file_error *ret_error);
