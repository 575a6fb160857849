/* The inbox: which messages a worker has had, and their outcomes; it refuses a client's retry.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "sql/copy.h"

#define INBOX_DIGEST 16

/* A message of a batch, to be looked up. */
struct inbox_look {
    const unsigned char *message_id; /* 16 bytes, the caller's */
    bool known;
    int16_t status;                     /* below: only if known */
    unsigned char digest[INBOX_DIGEST]; /* of the body that came first */
};

/* A message decided. */
struct inbox_row {
    const unsigned char *message_id; /* 16 bytes */
    int64_t accepted;                /* milliseconds: the front's stamp */
    const unsigned char *digest;     /* 16 bytes; NULL for events */
    int16_t status;                  /* the worker's: 200 applied, 409 … rejected */
    struct slice outcome;            /* JSON text; absent for events */
};

/* Says which of the messages this worker has had (one round trip). Two equal ids within a batch are the
 * caller's to see. */
MUST bool inbox_find(struct sql_connection *connection, const char *worker, struct inbox_look *looks,
                     size_t count);

/* A gatherer of inbox rows. */
struct copy *inbox_new(size_t ceiling) __attribute__((returns_nonnull));

/* Adds a decided message; its unique key refuses a second one when sent. */
void inbox_add(struct copy *inbox, const char *worker, const struct inbox_row *row);

/* A gatherer of conflicts: a known id that came again with another body. Kept beside the outcome, which
 * never changes. */
struct copy *inbox_conflict_new(size_t ceiling) __attribute__((returns_nonnull));

/* Adds one; `digest` is of the later body. */
void inbox_conflict_add(struct copy *conflicts, const char *worker, const struct inbox_row *row);
