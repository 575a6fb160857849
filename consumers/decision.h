/* Deciding a run of records inside one open transaction.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "consumers/gathering.h"
#include "consumers/handler.h"

/* A record as it was understood; its message lies in the batch's arena. */
struct item {
    const struct record *record;
    struct envelope envelope;
    const struct handler *handler; /* NULL: cannot be understood, `work.problem` says why, or passed over */
    void *message;
    bool parked;                   /* cannot be understood */
    bool again;                    /* its id came before, in the inbox or in this batch */
    bool same_body;
    int16_t status;                /* of the first time */
    struct slice outcome;
    struct work work;
};

/* What deciding needs of a worker. */
struct decider {
    const struct worker_plan *plan;
    struct gathering *gathering;
    struct arena *arena;
    void *desk;
    bool look; /* ask the inbox beforehand; otherwise its unique key refuses the transaction where a repeat is in it */
    const struct blobs *blobs; /* where uploads stand, */
    struct buffer file;        /* and the one under decision */
};

/* Reads `count` records into items (room for as many). Never fails: what cannot be read is marked to be parked. */
void decision_read(struct decider *decider, const struct record *records, size_t count, struct item *items);

/* Decides the items in order and gathers what follows; the transaction is open and the positions are claimed. False:
 * PostgreSQL failed, or a message's handler did, and sql_failure() says how; *ret_poison is set where a single message
 * is to blame by itself (memory past its ceiling). */
MUST bool decision_make(struct decider *decider, struct item *items, size_t count, struct sql_connection *connection,
                        bool *ret_poison);
