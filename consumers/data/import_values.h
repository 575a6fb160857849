/* A row of an import as values of the record: what its columns are, how they are read, what is wrong with them.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "consumers/table/fault.h"
#include "process/arena.h"
#include "topics/messages.h"

enum { IMPORT_FIELDS = IMPORT_DOCUMENT + 1, IMPORT_FAULTS_MOST = 40, IMPORT_HEADING_BYTES = 480 };

/* A row by fields; absent where there is no such column or nothing in it. */
struct import_values {
    struct slice at[IMPORT_FIELDS];
};

/* What is wrong, and with what: a field, the whole row (IMPORT_FIELDS), or a column as such (IMPORT_FIELDS and its place,
 * from 1). */
struct import_fault {
    int field;
    enum fault fault;
};

struct import_faults {
    size_t count;
    struct import_fault at[IMPORT_FAULTS_MOST];
};

/* Notes a fault; past the ceiling nothing more is. */
void import_fault_add(struct import_faults *faults, int field, enum fault fault);

/* Whether rows of that kind may, and must, have the field. */
bool import_field_fits(enum import_kind kind, enum import_field field);
bool import_field_needed(enum import_kind kind, enum import_field field);

/* The field that a heading names in a file of that kind, -1 where it names none. */
int import_field_named(enum import_kind kind, struct slice heading);

/* Makes of each value, as a spreadsheet writes it, the one that the record keeps (1980年5月 becomes 1980-05, 男 male), in
 * the arena, and names what is wrong with it by itself and beside the others. `today` is a day since 1970. False: the
 * arena is full. */
MUST bool import_values_read(enum import_kind kind, int64_t today, struct arena *arena, struct import_values *values,
                             struct import_faults *faults);

/* A day that import_values_read() left, as exact as it is, as the first day since 1970 that it can mean. */
int64_t import_day(struct slice day);
