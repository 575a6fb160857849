/* Parked messages: what a worker could not decide, with its reason and raw bytes, until someone replays it.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "sql/copy.h"

struct parked_row {
    const unsigned char *entry; /* 16 bytes: this entry's id, a function of the worker and the place below */
    const char *topic;
    int32_t partition;
    int64_t offset;
    const unsigned char *message_id; /* 16 bytes; NULL where none could be read */
    struct slice type;               /* ce_type as it came; may be absent */
    struct slice key;                /* message key; may be absent */
    struct slice headers;            /* packed, as topics/envelope packs them */
    struct slice sealed;             /* the raw bytes, sealed by the caller; absent for a tombstone */
    int32_t size;                    /* of the raw bytes */
    struct slice reason;
    int64_t at; /* milliseconds */
};

/* A gatherer of parked messages. */
struct copy *parked_new(size_t ceiling) __attribute__((returns_nonnull));

void parked_add(struct copy *parked, const char *worker, const struct parked_row *row);

/* One parked message for its replay, its row locked: columns below; no row: unknown. The caller unseals the
 * bytes and sends them through the outbox with the same key and headers in the same transaction. */
enum parked_column { PARKED_TOPIC, PARKED_KEY, PARKED_HEADERS, PARKED_SEALED };
MUST bool parked_find(struct sql_connection *connection, const unsigned char *entry, struct rows **ret_rows);

/* Notes that it was sent again, when and by which command. */
MUST bool parked_replayed(struct sql_connection *connection, const unsigned char *entry, int64_t at,
                          const unsigned char *command_id);
