/* Verifying the audit trail: every entry bound to the one before it, none missing, and the heads that left for the log in it.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "sql/connection.h"

enum { TRAIL_CHAIN = 41, TRAIL_HASH = 32, TRAIL_CHAINS_MOST = 64 };

/* The greatest head of a chain that the log holds. */
struct trail_head {
    char chain[TRAIL_CHAIN];
    int64_t number;
    uint8_t hash[TRAIL_HASH];
    bool met;
};

/* What was gone through, and the first fault; `what` empty where there is none. */
struct trail_report {
    int64_t entries, chains;
    char chain[TRAIL_CHAIN];
    int64_t number;
    char what[160];
};

/* Goes through all chains in order; heads that lie in them are marked met. False: PostgreSQL failed. */
MUST bool trail_verify(struct sql_connection *connection, struct trail_head *heads, size_t count,
                       struct trail_report *ret_report);
