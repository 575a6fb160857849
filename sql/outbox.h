/* The outbox: what a transaction wants said, until the relay has said it.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "sql/copy.h"

struct outbox_row {
    const char *topic;
    struct slice key;     /* the message key, which chooses the partition */
    struct slice headers; /* packed, as topics/envelope packs them */
    struct slice value;   /* absent: a tombstone */
};

/* A gatherer of outbox rows. Their sequence is drawn when they are inserted, behind the row locks the
 * handler took. */
struct copy *outbox_new(size_t ceiling) __attribute__((returns_nonnull));

void outbox_add(struct copy *outbox, const struct outbox_row *row);

/* Sends the rows and, if there are any, one notification to the relay, which comes at the commit. */
MUST bool outbox_send(struct copy *outbox, struct sql_connection *connection);

/* The relay's side. */

/* One relay at a time: the lock lives and dies with the session. *ret_held false: another relay has it. */
MUST bool outbox_hold(struct sql_connection *connection, bool *ret_held);

/* The rows committed by now, in the order of their inserts, at most `limit`. Their columns: */
enum outbox_column { OUTBOX_SEQUENCE, OUTBOX_TOPIC, OUTBOX_KEY, OUTBOX_HEADERS, OUTBOX_VALUE };
MUST bool outbox_take(struct sql_connection *connection, int32_t limit, struct rows **ret_rows);

/* Marks the rows for which delivered[i] as said: takes them out, each by its own name, no water mark. */
MUST bool outbox_mark(struct sql_connection *connection, const struct rows *rows, const bool *delivered);

/* The age of the oldest row not yet sent, in milliseconds by PostgreSQL's clock; -1 when there is none. */
MUST bool outbox_age(struct sql_connection *connection, int64_t *ret_age);

/* Writes a row of the relay's own, so that the DURABLE commit that follows puts all earlier commits on
 * disk. */
MUST bool outbox_heartbeat(struct sql_connection *connection, int64_t now);
