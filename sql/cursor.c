/* Positions: the claim that makes a zombie lose, and what it tells of a commit in doubt.  SPDX-License-Identifier: Apache-2.0 */
#include "sql/cursor.h"

#include <assert.h>

#define CURSOR_CEILING (1 << 20)

/* Adds an array of one field of each cursor. */
#define CURSOR_ARRAY(arguments, type, add, field)                      \
    do {                                                               \
        struct buffer *array = argument_array(arguments, type, count); \
        for (size_t i = 0; i < count; i++)                             \
            add(array, field);                                         \
    } while (0)

/* Adds the worker and its partitions by cluster and topic id, the first arguments of each statement here. */
static void add_places(struct arguments *arguments, const char *worker, const struct cursor *cursors, size_t count)
{
    value_text(argument(arguments), slice_of(worker));
    CURSOR_ARRAY(arguments, SQL_TEXT, value_text, slice_of(cursors[i].cluster_id));
    CURSOR_ARRAY(arguments, SQL_UUID, value_id, cursors[i].topic_id);
    CURSOR_ARRAY(arguments, SQL_INT4, value_int4, cursors[i].partition);
}

bool cursor_read(struct sql_connection *connection, const char *worker, struct cursor *cursors, size_t count)
{
    auto_arguments arguments = arguments_new(CURSOR_CEILING);
    auto_rows *rows = NULL;
    add_places(&arguments, worker, cursors, count);
    CURSOR_ARRAY(&arguments, SQL_TEXT, value_text, slice_of(cursors[i].topic));
    if (!sql_run(connection, "cursor_read", &arguments, &rows))
        return false;
    for (size_t row = 0; row < rows_count(rows); row++) {
        size_t place = (size_t)row_number(rows, row, 0) - 1;
        assert(place < count);
        cursors[place].offset = row_null(rows, row, 1) ? CURSOR_NONE : row_number(rows, row, 1);
        cursors[place].leader_epoch = row_null(rows, row, 2) ? -1 : (int32_t)row_number(rows, row, 2);
        cursors[place].elsewhere = row_bool(rows, row, 3);
    }
    return true;
}

bool cursor_start(struct sql_connection *connection, const char *worker, const struct cursor *cursors,
                  size_t count)
{
    auto_arguments arguments = arguments_new(CURSOR_CEILING);
    add_places(&arguments, worker, cursors, count);
    CURSOR_ARRAY(&arguments, SQL_TEXT, value_text, slice_of(cursors[i].topic));
    CURSOR_ARRAY(&arguments, SQL_INT8, value_int8, cursors[i].offset);
    return sql_run(connection, "cursor_start", &arguments, NULL);
}

bool cursor_claim(struct sql_connection *connection, const char *worker, const struct cursor *cursors,
                  size_t count)
{
    auto_arguments arguments = arguments_new(CURSOR_CEILING);
    add_places(&arguments, worker, cursors, count);
    CURSOR_ARRAY(&arguments, SQL_INT8, value_int8, cursors[i].offset);
    CURSOR_ARRAY(&arguments, SQL_INT8, value_int8, cursors[i].next);
    CURSOR_ARRAY(&arguments, SQL_INT4, value_int4, cursors[i].leader_epoch);
    return sql_run(connection, "cursor_claim", &arguments, NULL);
}

bool cursor_settle(struct sql_connection *connection, const char *worker, const struct cursor *cursors,
                   size_t count, enum settled *ret_settled)
{
    size_t done = 0, undone = 0;
    assert(count > 0 && count <= CURSOR_MOST);
    struct cursor stored[CURSOR_MOST];
    memcpy(stored, cursors, count * sizeof *stored);
    if (!cursor_read(connection, worker, stored, count))
        return false;
    for (size_t i = 0; i < count; i++) {
        done += stored[i].offset == cursors[i].next;
        undone += stored[i].offset == cursors[i].offset;
    }
    *ret_settled = done == count ? SETTLED_DONE : undone == count ? SETTLED_UNDONE : SETTLED_FENCED;
    return true;
}

bool cursor_evict(struct sql_connection *connection, const char *worker, const struct cursor *cursors,
                  size_t count, int64_t silence)
{
    auto_arguments arguments = arguments_new(CURSOR_CEILING);
    add_places(&arguments, worker, cursors, count);
    value_int8(argument(&arguments), silence);
    return sql_run(connection, "cursor_evict", &arguments, NULL);
}

bool cursor_sight(struct sql_connection *connection, const char *worker, const struct cursor *cursors,
                  size_t count, int64_t now)
{
    auto_arguments arguments = arguments_new(CURSOR_CEILING);
    add_places(&arguments, worker, cursors, count);
    CURSOR_ARRAY(&arguments, SQL_INT8, value_int8, cursors[i].next);
    value_time(argument(&arguments), now);
    return sql_run(connection, "cursor_sight", &arguments, NULL);
}
