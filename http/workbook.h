/* Rows as an Excel workbook, by the columns that a declaration names.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "topics/catalogue.h"

struct workbook_texts;

/* Appends the workbook to the buffer, and says how many rows it has. `rows` are arrays of records of the declaration's
 * result, one behind the other. It takes its time: not in a loop. False: the rows cannot be read, or the file
 * cannot be made or is too large. */
MUST bool workbook_make(const struct declaration *declaration, struct slice rows, struct buffer *file, int64_t *ret_rows);

/* A workbook of texts whose columns are known only now, written cell by cell, each row behind the one before. */
enum workbook_cell { CELL_PLAIN, CELL_HEADING, CELL_FAULTY };
struct workbook_texts *workbook_texts_new(const char *title);
MUST bool workbook_texts_add(struct workbook_texts *texts, uint32_t row, uint16_t column, enum workbook_cell kind,
                             struct slice text);

/* Appends the workbook to the buffer and frees it; NULL is nothing. False: it could not be made. */
MUST bool workbook_texts_end(struct workbook_texts *texts, struct buffer *file);
