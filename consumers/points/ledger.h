/* The ledger of points of one batch: what members' causes earned and what of it counts under the daily cap.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "consumers/index.h"
#include "consumers/points/rules.h"
#include "consumers/work.h"

/* What a cause has on one day, as the sum of its entries so far. */
struct standing {
    struct standing *next;
    char rule[48];
    struct id cause;
    int32_t day;              /* Asia/Shanghai */
    int64_t earned, counted;  /* hundredths */
    int64_t occurred_at;      /* decides the order within a day */
    int32_t revision;         /* the greatest of this cause on any day */
};

/* A member's standings as far as they were fetched. */
struct standings {
    struct standing *first;
};

/* An entry to be written: what changes for a cause on a day. */
struct posting {
    const struct standing *standing;
    const struct rule *rule;  /* the version in force when the cause was accepted */
    int64_t earned, counted;  /* differences */
    int32_t revision;
};

/* Sets what a cause earns by a rule: `earned` on the day of `occurred_at`, nothing on any other day, and recomputes what
 * counts of every cause of that rule on the days touched, in order of occurred_at and cause, each under the daily cap of
 * the version in force at its own time. Each change becomes a posting; at most `most` of them, in ret_postings. The number
 * of postings, or -1 when the arena is full. Pure but for the standings, which are brought up to date. Source: domain.md
 * 六; the cap is the rule's. */
MUST int ledger_set(struct standings *standings, struct arena *arena, const struct rules *rules, const struct rule *rule,
                    struct id cause, int64_t earned, int64_t occurred_at, struct posting *ret_postings, size_t most);

/* The standing of a cause on a day, made if it is not there; NULL when the arena is full. */
MUST struct standing *ledger_standing(struct standings *standings, struct arena *arena, const char *rule,
                                      struct id cause, int32_t day);
