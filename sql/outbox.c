/* The outbox, from both sides.  SPDX-License-Identifier: Apache-2.0 */
#include "sql/outbox.h"

#include "sql/handle.h"

/* Events are packed into a row as long as it stays within a page: a row costs PostgreSQL ten times what a
 * few hundred bytes of it do. A large event has its own. */
#define OUTBOX_ROW 7900
#define OUTBOX_LARGE 4000

/* A length and the bytes; the length of all ones where they are absent. */
static void pack(struct buffer *packed, size_t bytes_of_length, struct slice bytes)
{
    uint32_t length = bytes.at ? htobe32((uint32_t)bytes.length) : UINT32_MAX;
    if (bytes_of_length == 2 && bytes.at && bytes.length >= UINT16_MAX)
        packed->overflowed = true;
    buffer_add(packed, (const char *)&length + 4 - bytes_of_length, bytes_of_length);
    buffer_add_slice(packed, bytes);
}

void outbox_pack(struct buffer *packed, const struct outbox_row *row)
{
    pack(packed, 2, (struct slice){row->topic, strlen(row->topic) + 1});
    pack(packed, 2, row->key);
    pack(packed, 2, row->headers);
    pack(packed, 4, row->value);
}

/* The reverse of pack(). */
static bool unpack(struct slice *rest, size_t bytes_of_length, struct slice *ret_bytes)
{
    uint32_t length = 0, absent = bytes_of_length == 2 ? UINT16_MAX : UINT32_MAX;
    if (rest->length < bytes_of_length)
        return false;
    memcpy((char *)&length + 4 - bytes_of_length, rest->at, bytes_of_length);
    length = be32toh(length);
    *rest = (struct slice){rest->at + bytes_of_length, rest->length - bytes_of_length};
    if (length == absent) {
        *ret_bytes = (struct slice){NULL, 0};
        return true;
    }
    if (rest->length < length)
        return false;
    *ret_bytes = (struct slice){rest->at, length};
    *rest = (struct slice){rest->at + length, rest->length - length};
    return true;
}

bool outbox_next(struct slice *rest, struct outbox_row *ret_row)
{
    struct slice left = *rest, topic;
    struct outbox_row row;
    if (!unpack(&left, 2, &topic) || !unpack(&left, 2, &row.key) || !unpack(&left, 2, &row.headers) ||
        !unpack(&left, 4, &row.value) || topic.length == 0 || topic.at[topic.length - 1])
        return false;
    row.topic = topic.at;
    *ret_row = row;
    *rest = left;
    return true;
}

struct copy *outbox_new(size_t ceiling)
{
    return copy_new("flow.outbox", "events, packed", 2, ceiling);
}

/* An event waits as one row of COPY with its values: 1, packed. */
void outbox_add(struct copy *outbox, const struct outbox_row *row)
{
    struct buffer *out = copy_row(outbox);
    uint32_t length = 0;
    value_int4(out, 1);
    size_t start = out->length;
    buffer_add(out, &length, sizeof length);
    outbox_pack(out, row);
    if (out->overflowed)
        return;
    length = htobe32((uint32_t)(out->length - start - sizeof length));
    memcpy(out->at + start, &length, sizeof length);
}

/* What stands before the packed event in its waiting row: width, 1 with its length, its own length. */
#define OUTBOX_HEAD 14

/* Writes how many events and bytes the row beginning at `head` has got. */
static void close_row(struct buffer *rows, size_t head, uint32_t events)
{
    uint32_t count = htobe32(events), length = htobe32((uint32_t)(rows->length - head - OUTBOX_HEAD));
    if (rows->overflowed)
        return;
    memcpy(rows->at + head + 6, &count, sizeof count);
    memcpy(rows->at + head + 10, &length, sizeof length);
}

/* Puts the events that wait, one a row, together into as few rows as they fit. */
static void join(struct slice waiting, struct copy *ret_rows)
{
    struct buffer *rows = NULL;
    size_t head = 0;
    uint32_t events = 0;
    for (bool alone = true; waiting.length > 0;) {
        uint32_t length;
        memcpy(&length, waiting.at + OUTBOX_HEAD - sizeof length, sizeof length);
        length = be32toh(length);
        struct slice packed = {waiting.at + OUTBOX_HEAD, length};
        waiting = (struct slice){packed.at + length, waiting.length - OUTBOX_HEAD - length};
        if (alone || length > OUTBOX_LARGE || rows->length - head + length > OUTBOX_ROW) {
            rows = copy_row(ret_rows);
            head = rows->length - 2;
            events = 0;
            value_int4(rows, 0);
            value_bytes(rows, SLICE(""));
        }
        buffer_add_slice(rows, packed);
        close_row(rows, head, ++events);
        alone = length > OUTBOX_LARGE;
    }
}

bool outbox_send(struct copy *outbox, struct sql_connection *connection)
{
    struct slice waiting = handle_rows(outbox);
    if (!waiting.at || copy_count(outbox) == 0)
        return copy_send(outbox, connection); /* nothing to do, or past the ceiling */
    struct copy *rows = outbox_new(waiting.length + OUTBOX_HEAD);
    join(waiting, rows);
    bool well = copy_send(rows, connection) && sql_run(connection, "outbox_notify", NULL, NULL);
    copy_free(rows);
    return well;
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
