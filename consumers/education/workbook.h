/* Reading a workbook (.xlsx) of questions.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "consumers/education/question_rows.h"

/* Reads the first visible sheet of the workbook: shared and inline strings, numbers, truth values, a
 * formula's last value. Bombs end at the limits (entries, unpacked, ratio, strings, columns, rows, depth); a
 * DTD, a password and two entries of one name are refused. The rows lie in the arena. False, and why, when
 * nothing of the file is taken. */
MUST bool workbook_read(struct slice bytes, const struct import_limits *limits, struct arena *arena,
                        struct question_rows *ret_rows, struct file_error *ret_error);
