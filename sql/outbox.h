/* The outbox: what a transaction wants said, until the relay has said it.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "sql/copy.h"

struct outbox_row {
    const char *topic;
    struct slice key;     /* the message key, which chooses the partition; may be absent */
    struct slice headers; /* packed, as topics/envelope packs them */
    struct slice value;   /* absent: a tombstone */
};

/* A gatherer of events, to be counted, marked and taken back like any rows (sql/copy.h). */
struct copy *outbox_new(size_t ceiling) __attribute__((returns_nonnull));

/* Adds an event; topic with key and headers each take less than 64 KiB. */
void outbox_add(struct copy *outbox, const struct outbox_row *row);

/* Sends the events, several to a row of the table, and, if there are any, one notification to the relay,
 * which comes at the commit. The rows' sequence is drawn when they are inserted, behind the row locks that
 * the handler took. */
MUST bool outbox_send(struct copy *outbox, struct sql_connection *connection);

/* The packed form of events, one behind the other: two bytes of length and the topic with a zero, two bytes
 * and the key, two bytes and the headers, four bytes and the value; a length of all ones: absent. Numbers
 * are big-endian. */
void outbox_pack(struct buffer *packed, const struct outbox_row *row);

/* Takes the first event off `rest`, its slices pointing there: false at the end or where the bytes are
 * malformed (*rest is not empty then). */
MUST bool outbox_next(struct slice *rest, struct outbox_row *ret_row);

/* The relay's side. */

/* One relay at a time: the lock lives and dies with the session. *ret_held false: another relay has it. */
MUST bool outbox_hold(struct sql_connection *connection, bool *ret_held);

/* The rows committed by now, in the order of their inserts, at most `limit`. Their columns: */
enum outbox_column { OUTBOX_SEQUENCE, OUTBOX_EVENTS, OUTBOX_PACKED };
MUST bool outbox_take(struct sql_connection *connection, int32_t limit, struct rows **ret_rows);

/* Marks the rows for which delivered[i] as said: takes them out, each by its own name, no water mark. */
MUST bool outbox_mark(struct sql_connection *connection, const struct rows *rows, const bool *delivered);

/* The age of the oldest row not yet sent, in milliseconds by PostgreSQL's clock; -1 when there is none. */
MUST bool outbox_age(struct sql_connection *connection, int64_t *ret_age);

/* Writes a row of the relay's own, so that the DURABLE commit that follows puts all earlier commits on
 * disk. */
MUST bool outbox_heartbeat(struct sql_connection *connection, int64_t now);
