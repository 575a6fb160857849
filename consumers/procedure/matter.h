/* A case as PostgreSQL keeps it, fetched for one decision and kept after a step.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "consumers/procedure/step.h"
#include "consumers/work.h"

struct matter {
    struct arena *arena;         /* the decision's own: a pack takes more than a message's share of the batch's */
    bool there;
    struct id id, organisation, opened_by;
    int64_t version;             /* how many steps were made */
    struct pack pack;
    struct calendar calendar;
    struct case_record record;
    struct step *steps;          /* the record's, with room for one more */
    struct id *commands;         /* which command made each */
    struct standing standing;
};

/* Fetches the case and holds it until the end of the transaction; `there` tells whether there is one. False where PostgreSQL
 * failed or memory ran out. Always free with matter_free(). */
MUST bool matter_fetch(struct work *work, struct id id, struct matter *ret_matter);

/* A case that is yet to be opened, under the version of the procedure in force on the day of acceptance; not `there` where
 * there is none. */
MUST bool matter_begin(struct work *work, struct slice procedure, struct matter *ret_matter);

void matter_free(struct matter *matter);

/* Who would move, with where the roles stand to the case's organisation. */
MUST bool matter_mover(struct work *work, const struct matter *matter, struct id account, struct mover *ret_mover);

/* Whether the case may be seen by who would move: whom it is about, who opened it, an officer of its organisation or of one
 * above it. */
bool matter_seen(const struct matter *matter, const struct mover *mover);

/* Judges the step and makes it: its row, how the case stands, whom it asks, its timers, and an event for each effect that
 * follows; `*ret_provisional` as the judgement has it. REJECTED with every reason. */
enum verdict matter_move(struct work *work, struct matter *matter, int move, const struct mover *mover,
                         const struct case_given *given, bool *ret_provisional);

/* Keeps the road anew as it is now, without a step. */
MUST bool matter_keep(struct work *work, struct matter *matter);
