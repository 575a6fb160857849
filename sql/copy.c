/* Rows in COPY's binary form, gathered, then sent in one go.  SPDX-License-Identifier: Apache-2.0 */
#include "sql/copy.h"

#include <stdio.h>
#include <stdlib.h>

#include "process/memory.h"
#include "sql/handle.h"

/* Signature, flags, length of an extension: what stands before the first row. */
static const char head[19] = "PGCOPY\n\377\r\n";
static const char tail[2] = "\377\377";

/* How much libpq is given at a time: it copies. */
#define COPY_PIECE (size_t)(64 << 10)

struct copy {
    const char *table;
    char *statement;
    struct buffer rows;
    size_t count;
    uint16_t width; /* big-endian */
};

struct copy *copy_new(const char *table, const char *columns, unsigned width, size_t ceiling)
{
    struct copy *copy = memory_new(sizeof *copy);
    struct buffer statement = buffer_new(4096);
    buffer_add_format(&statement, "copy %s (%s) from stdin (format binary)", table, columns);
    copy->table = table;
    copy->statement = memory_copy(statement.at, statement.length);
    copy->rows = buffer_new(ceiling);
    copy->width = htobe16((uint16_t)width);
    buffer_free(&statement);
    return copy;
}

void copy_free(struct copy *copy)
{
    if (!copy)
        return;
    buffer_free(&copy->rows);
    free(copy->statement);
    free(copy);
}

struct buffer *copy_row(struct copy *copy)
{
    copy->count++;
    buffer_add(&copy->rows, &copy->width, sizeof copy->width);
    return &copy->rows;
}

size_t copy_count(const struct copy *copy)
{
    return copy->count;
}

size_t copy_bytes(const struct copy *copy)
{
    return copy->rows.length;
}

struct copy_mark copy_mark(const struct copy *copy)
{
    return (struct copy_mark){copy->count, copy->rows.length};
}

void copy_back(struct copy *copy, struct copy_mark mark)
{
    copy->count = mark.count;
    copy->rows.length = mark.bytes;
    copy->rows.overflowed = false;
}

struct slice handle_rows(const struct copy *copy)
{
    return copy->rows.overflowed ? (struct slice){NULL, 0} : buffer_slice(&copy->rows);
}

void copy_empty(struct copy *copy)
{
    copy->count = 0;
    buffer_empty(&copy->rows);
}

/* Gives libpq the whole stream; false when the connection went. */
static bool put(PGconn *pg, const struct buffer *rows)
{
    if (PQputCopyData(pg, head, sizeof head) != 1)
        return false;
    for (size_t at = 0; at < rows->length; at += COPY_PIECE) {
        size_t left = rows->length - at;
        if (PQputCopyData(pg, rows->at + at, (int)(left < COPY_PIECE ? left : COPY_PIECE)) != 1)
            return false;
    }
    return PQputCopyData(pg, tail, sizeof tail) == 1 && PQputCopyEnd(pg, NULL) == 1;
}

bool copy_send(struct copy *copy, struct sql_connection *connection)
{
    if (copy->rows.overflowed) {
        struct sql_failure failure = {SQL_POISON, "BT002", ""};
        snprintf(failure.text, sizeof failure.text, "%s: rows past their ceiling", copy->table);
        return handle_fail(connection, failure);
    }
    if (copy->count == 0)
        return true;
    if (!handle_exec(connection, copy->statement, PGRES_COPY_IN))
        return false;
    bool well = put(connection->pg, &copy->rows);
    PGresult *result = PQgetResult(connection->pg);
    if (!well || PQresultStatus(result) != PGRES_COMMAND_OK)
        well = handle_fail(connection, handle_failure(connection->pg, result, copy->table));
    for (; result; result = PQgetResult(connection->pg))
        PQclear(result);
    return well;
}
