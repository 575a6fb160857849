/* The outbox, from both sides.  SPDX-License-Identifier: Apache-2.0 */
#include "sql/outbox.h"

struct copy *outbox_new(size_t ceiling)
{
    /* The sequence is the table's to draw: at the insert, behind the handler's row locks. */
    return copy_new("flow.outbox", "topic, key, headers, value", 4, ceiling);
}

void outbox_add(struct copy *outbox, const struct outbox_row *row)
{
    struct buffer *out = copy_row(outbox);
    value_text(out, slice_of(row->topic));
    value_text(out, row->key);
    value_bytes(out, row->headers);
    value_bytes(out, row->value);
}

bool outbox_send(struct copy *outbox, struct sql_connection *connection)
{
    if (!copy_send(outbox, connection))
        return false;
    return copy_count(outbox) == 0 || sql_run(connection, "outbox_notify", NULL, NULL);
}

bool outbox_hold(struct sql_connection *connection, bool *ret_held)
{
    auto_rows *rows = NULL;
    if (!sql_run(connection, "outbox_hold", NULL, &rows))
        return false;
    *ret_held = row_bool(rows, 0, 0);
    return true;
}

bool outbox_take(struct sql_connection *connection, int32_t limit, struct rows **ret_rows)
{
    auto_arguments arguments = arguments_new(64);
    value_int8(argument(&arguments), limit);
    return sql_run(connection, "outbox_take", &arguments, ret_rows);
}

bool outbox_mark(struct sql_connection *connection, const struct rows *rows, const bool *delivered)
{
    size_t count = 0;
    for (size_t row = 0; row < rows_count(rows); row++)
        count += delivered[row];
    if (count == 0)
        return true;
    auto_arguments arguments = arguments_new(count * 12 + 256);
    struct buffer *sequences = argument_array(&arguments, SQL_INT8, count);
    for (size_t row = 0; row < rows_count(rows); row++)
        if (delivered[row])
            value_int8(sequences, row_number(rows, row, OUTBOX_SEQUENCE));
    return sql_run(connection, "outbox_mark", &arguments, NULL);
}

bool outbox_age(struct sql_connection *connection, int64_t *ret_age)
{
    auto_rows *rows = NULL;
    if (!sql_run(connection, "outbox_age", NULL, &rows))
        return false;
    *ret_age = rows_count(rows) > 0 ? row_number(rows, 0, 0) : -1;
    return true;
}

bool outbox_heartbeat(struct sql_connection *connection, int64_t now)
{
    auto_arguments arguments = arguments_new(64);
    value_time(argument(&arguments), now);
    return sql_run(connection, "outbox_heartbeat", &arguments, NULL);
}
