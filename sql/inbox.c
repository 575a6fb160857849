/* Which messages a worker has had.  SPDX-License-Identifier: Apache-2.0 */
#include "sql/inbox.h"

#include <assert.h>

bool inbox_find(struct sql_connection *connection, const char *worker, struct inbox_look *looks, size_t count)
{
    auto_arguments arguments = arguments_new(32 * count + 1024);
    auto_rows *rows = NULL;
    value_text(argument(&arguments), slice_of(worker));
    struct buffer *ids = argument_array(&arguments, SQL_UUID, count);
    for (size_t i = 0; i < count; i++) {
        value_id(ids, looks[i].message_id);
        looks[i].known = false;
    }
    if (!sql_run(connection, "inbox_find", &arguments, &rows))
        return false;
    for (size_t row = 0; row < rows_count(rows); row++) {
        size_t place = (size_t)row_number(rows, row, 0) - 1;
        struct slice digest = row_text(rows, row, 2);
        assert(place < count);
        looks[place].known = true;
        looks[place].status = (int16_t)row_number(rows, row, 1);
        memset(looks[place].digest, 0, INBOX_DIGEST);
        if (digest.length == INBOX_DIGEST)
            memcpy(looks[place].digest, digest.at, INBOX_DIGEST);
    }
    return true;
}

static struct slice digest_of(const struct inbox_row *row)
{
    return (struct slice){(const char *)row->digest, row->digest ? INBOX_DIGEST : 0};
}

struct copy *inbox_new(size_t ceiling)
{
    return copy_new("flow.inbox", "message_id, accepted_at, worker, status, digest, outcome", 6, ceiling);
}

void inbox_add(struct copy *inbox, const char *worker, const struct inbox_row *row)
{
    struct buffer *out = copy_row(inbox);
    value_id(out, row->message_id);
    value_time(out, row->accepted);
    value_text(out, slice_of(worker));
    value_int2(out, row->status);
    value_bytes(out, digest_of(row));
    value_text(out, row->outcome);
}

struct copy *inbox_conflict_new(size_t ceiling)
{
    return copy_new("flow.inbox_conflict", "message_id, accepted_at, worker, digest", 4, ceiling);
}

void inbox_conflict_add(struct copy *conflicts, const char *worker, const struct inbox_row *row)
{
    struct buffer *out = copy_row(conflicts);
    value_id(out, row->message_id);
    value_time(out, row->accepted);
    value_text(out, slice_of(worker));
    value_bytes(out, digest_of(row));
}
