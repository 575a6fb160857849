/* A table being read from a file: its rows go, one by one, to whoever takes them.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "consumers/table/fault.h"
#include "process/arena.h"
#include "process/text.h"

/* The ceilings of a file; all of them settings of the caller. */
struct table_limits {
    size_t bytes;    /* of the file as it came */
    size_t columns;  /* cells of a row */
    size_t entries;  /* files in a workbook's archive */
    size_t unpacked; /* bytes of the workbook's parts that are read, together */
    size_t ratio;    /* unpacked bytes for one packed byte, of a part over 64 KiB */
    size_t strings;  /* shared strings of a workbook */
    unsigned depth;  /* of its XML */
    bool mend;       /* of damaged UTF-8 each byte that fits nothing becomes U+FFFD; else the file is refused */
};

/* A cell and the column it stands in, from 1. */
struct cell {
    uint32_t column;
    struct slice text;
    bool broken; /* a formula's error, not a text */
};

/* What is wrong with a file as a whole, so that none of it is taken; line 0 where no place can be named. */
struct file_error {
    enum fault fault;
    uint32_t line, column;
};

/* Who takes the rows. A call that returns false ends the reading, and *ret_error says why. */
struct table_sink {
    /* A row that holds text, its cells in ascending columns; they live in `cells` or with the file. Lines count from 1. */
    bool (*row)(struct table_sink *sink, uint32_t line, const struct cell *cells, size_t count,
                struct file_error *ret_error);
    /* A row that the reader itself could not read. */
    bool (*refuse)(struct table_sink *sink, uint32_t line, uint32_t column, enum fault fault,
                   struct file_error *ret_error);
    struct arena *cells; /* where texts of cells are put; whoever takes a row may empty it then */
};

/* A reader of one format: csv_read, workbook_read. What all rows share lies in the arena. False, and why, where the file
 * cannot be read to its end or the sink ended it. */
typedef bool table_reader(struct slice bytes, const struct table_limits *limits, struct arena *arena,
                          struct table_sink *sink, struct file_error *ret_error);

/* Whether no cell of the row holds anything. */
bool cells_blank(const struct cell *cells, size_t count);
