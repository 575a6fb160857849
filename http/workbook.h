/* Rows as an Excel workbook, by the columns that a declaration names.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "topics/catalogue.h"

/* Appends the workbook to the buffer. `rows` are arrays of records of the declaration's result, one behind the other. It
 * takes its time: not in a loop. False: the rows cannot be read, or the file cannot be made or is too large. */
MUST bool workbook_make(const struct declaration *declaration, struct slice rows, struct buffer *file);
