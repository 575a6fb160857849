/* Parked messages and their replay.  SPDX-License-Identifier: Apache-2.0 */
#include "sql/parked.h"

struct copy *parked_new(size_t ceiling)
{
    return copy_new(
        "flow.parked",
        "entry, worker, topic, partition, \"offset\", message_id, type, key, headers, sealed, size, reason, "
        "parked_at",
        13, ceiling);
}

void parked_add(struct copy *parked, const char *worker, const struct parked_row *row)
{
    struct buffer *out = copy_row(parked);
    value_id(out, row->entry);
    value_text(out, slice_of(worker));
    value_text(out, slice_of(row->topic));
    value_int4(out, row->partition);
    value_int8(out, row->offset);
    value_id(out, row->message_id);
    value_text(out, row->type);
    value_bytes(out, row->key);
    value_bytes(out, row->headers);
    value_bytes(out, row->sealed);
    value_int4(out, row->size);
    value_text(out, row->reason);
    value_time(out, row->at);
}

bool parked_find(struct sql_connection *connection, const unsigned char *entry, struct rows **ret_rows)
{
    auto_arguments arguments = arguments_new(64);
    value_id(argument(&arguments), entry);
    return sql_run(connection, "parked_find", &arguments, ret_rows);
}

bool parked_replayed(struct sql_connection *connection, const unsigned char *entry, int64_t at,
                     const unsigned char *command_id)
{
    auto_arguments arguments = arguments_new(128);
    value_id(argument(&arguments), entry);
    value_time(argument(&arguments), at);
    value_id(argument(&arguments), command_id);
    return sql_run(connection, "parked_replayed", &arguments, NULL);
}
