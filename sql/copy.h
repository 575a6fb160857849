/* Rows for one table, gathered in memory in COPY's binary form and sent at once: the hot path.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "sql/connection.h"

/* Gathering needs no connection, so that a batch is decided before its transaction holds a lock for long. */
struct copy;

/* For `table` ("grading.sheet") and its `columns` ("attempt_id, marks, …", `width` of them); texts must
 * outlive it. Together the rows take at most `ceiling` bytes. */
struct copy *copy_new(const char *table, const char *columns, unsigned width, size_t ceiling)
    __attribute__((returns_nonnull));

/* Frees; NULL is nothing. */
void copy_free(struct copy *copy);

/* Begins a row: the caller adds exactly `width` value_…() to the buffer returned, in the order of the
 * columns. */
struct buffer *copy_row(struct copy *copy);

/* How many rows stand there. */
size_t copy_count(const struct copy *copy);

/* The bytes they take; a caller cuts its batch when it nears the ceiling. */
size_t copy_bytes(const struct copy *copy);

/* A place to go back to. */
struct copy_mark {
    size_t count, bytes;
};
struct copy_mark copy_mark(const struct copy *copy);

/* Drops the rows added since: a message was refused or is to be parked. */
void copy_back(struct copy *copy, struct copy_mark mark);

/* Sends the rows inside the connection's transaction (no rows: does nothing). They stay until copy_empty().
 * Fails with BT002 (SQL_POISON) when rows passed the ceiling. */
MUST bool copy_send(struct copy *copy, struct sql_connection *connection);

/* Forgets the rows, keeps the memory. */
void copy_empty(struct copy *copy);
