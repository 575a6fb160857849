/* Where a worker stands in each partition: read at assignment, claimed first in every transaction.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "sql/connection.h"

/* One partition as a worker sees it. The texts are the caller's. */
struct cursor {
    const char *cluster_id;        /* Kafka's id of the cluster */
    const unsigned char *topic_id; /* 16 bytes, Kafka's id of the topic: one made anew is another topic */
    const char *topic;
    int32_t partition;
    int64_t offset;       /* the next offset to read, as PostgreSQL holds it; CURSOR_NONE: no row yet */
    int64_t next;         /* what a claim sets it to */
    int32_t leader_epoch; /* of the last message read, -1 unknown */
    bool elsewhere;       /* no row here, but one for the topic's name with other ids: an alarm */
};

#define CURSOR_NONE INT64_C(-1)

/* The most partitions of one worker process, hence of one call. */
#define CURSOR_MOST 256

/* What became of a transaction whose commit is in doubt. */
enum settled {
    SETTLED_DONE,   /* every position stands at `next`: the effects are there */
    SETTLED_UNDONE, /* every position stands at `offset`: do the batch again */
    SETTLED_FENCED  /* anything else: somebody went on from here; read the positions anew */
};

/* Fills offset, leader_epoch and elsewhere of each from what is stored. */
MUST bool cursor_read(struct sql_connection *connection, const char *worker, struct cursor *cursors,
                      size_t count);

/* Makes the row of a partition that has none, standing at cursors[i].offset (the log's first offset). A row
 * that somebody made meanwhile is left alone: read again afterwards. Its own durable transaction. */
MUST bool cursor_start(struct sql_connection *connection, const char *worker, const struct cursor *cursors,
                       size_t count);

/* Inside a transaction, before anything else: moves each position from `offset` to `next`, in the
 * order given (which must be the same in every process: by topic id and partition); where a row stands
 * elsewhere the statement fails as SQL_FENCED. A zombie's row lock is waited for (5 s, then SQL_RETRY). */
MUST bool cursor_claim(struct sql_connection *connection, const char *worker, const struct cursor *cursors,
                       size_t count);

/* After COMMIT_IN_DOUBT, on a new connection: what became of the transaction that claimed these. */
MUST bool cursor_settle(struct sql_connection *connection, const char *worker, const struct cursor *cursors,
                        size_t count, enum settled *ret_settled);

/* Notes at `now` how far the logs of these partitions go, `next` of each, for whoever asks how far the worker is behind. */
MUST bool cursor_sight(struct sql_connection *connection, const char *worker, const struct cursor *cursors,
                       size_t count, int64_t now);

/* After a claim that got no lock: ends the sessions that hold these positions and have been silent towards
 * PostgreSQL for `silence` milliseconds (a frozen worker's). */
MUST bool cursor_evict(struct sql_connection *connection, const char *worker, const struct cursor *cursors,
                       size_t count, int64_t silence);
