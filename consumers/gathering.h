/* What a batch gathers for its transaction: inbox rows, events, timers, parked messages.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "consumers/work.h"
#include "process/metrics.h"
#include "sql/inbox.h"
#include "sql/outbox.h"
#include "sql/parked.h"
#include "sql/timers.h"
#include "topics/record.h"
#include "topics/seal.h"

struct gathering {
    const char *worker;
    const struct seal *seal;
    struct copy *inbox, *conflicts, *outbox, *parked;
    struct timers *timers;
    bool too_large;                    /* something to be said is larger than a message may be */
    struct series *outcomes[2];        /* counts of rejected and applied messages */
    struct buffer key, headers, value; /* scratch of one event */
};

/* A gathering for a worker, with the ceiling of one batch's rows in bytes. */
struct gathering *gathering_new(const char *worker, const struct seal *seal, size_t ceiling);
void gathering_free(struct gathering *gathering);

/* Notes the decided message in the inbox; a command's outcome is also said on its topic. */
void gathering_decided(struct gathering *gathering, struct work *work, enum verdict verdict);

/* A command that came again: its first outcome is said once more, from what the inbox holds, for whoever waits; where
 * the body is another one, that is noted. */
void gathering_repeated(struct gathering *gathering, struct work *work, int16_t status, struct slice outcome,
                        bool same_body);

/* Parks a record with its reason; `envelope` NULL where it has none that can be read. No content makes the row one that
 * PostgreSQL refuses: what came is bytes, the reason is made readable, and a record past the ceilings leaves only its
 * size and digest. */
void gathering_park(struct gathering *gathering, const struct record *record, const struct envelope *envelope,
                    struct slice reason);

/* The last resort, where that row was refused all the same (a key of that name, a constraint that nobody foresaw): an
 * entry by a random name with a reason of ours. */
void gathering_park_bare(struct gathering *gathering, const struct record *record);

/* Sends everything inside the transaction, the outbox last. */
MUST bool gathering_send(struct gathering *gathering, struct sql_connection *connection);

/* Forgets everything. */
void gathering_clear(struct gathering *gathering);
