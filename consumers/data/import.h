/* An import as its handlers have it in hand: locked, with its columns, and its rows as they came and as they are kept.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "consumers/data/import_values.h"
#include "consumers/work.h"
#include "sql/row.h"

enum { IMPORT_COLUMNS = 64 };

/* What columns are, by place, from 0. */
struct import_columns {
    size_t count;
    struct slice headings[IMPORT_COLUMNS];
    int fields[IMPORT_COLUMNS]; /* enum import_field, -1: passed over */
};

struct import_known {
    struct id id, organisation, begun_by, confirmed_by; /* confirmed_by: of taking back, who confirmed that */
    int kind, state; /* enum import_kind, enum import_state */
    int64_t generation, rows, done, confirmed_at;
    struct import_columns columns;
};

/* Reads the import and locks it until the transaction's end. *ret_there false: there is none. */
MUST bool import_lock(struct work *work, struct id import, bool *ret_there, struct import_known *ret_known);

/* Reads columns as they are kept, a JSON array of import_column. */
MUST bool import_columns_read(struct work *work, struct slice kept, struct import_columns *columns);

/* Says how far it is: its state, and the rows that this stage has done. */
MUST bool import_move(struct work *work, struct id import, int state, int64_t done);

/* Seals a row's cells, a JSON array of texts, for keeping; and opens it again into values by the columns. */
void import_cells_seal(const struct work *work, struct id import, struct slice cells, struct buffer *sealed);
MUST bool import_cells_open(struct work *work, const struct import_known *known, struct slice sealed,
                            struct import_values *ret_values);

/* Appends the faults of a row as a JSON array of row_fault, each with the heading under which it stands. */
void import_faults_write(const struct import_columns *columns, int64_t line, const struct import_faults *faults,
                         struct buffer *json);

/* Appends one row_fault that a text explains, not a fault of ours. */
void import_refusal_write(int64_t line, const struct problem *problem, struct buffer *json);
