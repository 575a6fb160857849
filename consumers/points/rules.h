/* Rules of points: which version is in force, and what it gives.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "sql/connection.h"
#include "topics/messages.h"

enum { RULE_VERSIONS_MOST = 512 };

/* A version of a rule. */
struct rule {
    char name[48];
    int version;
    int64_t effective_from;
    enum points_basis basis;
    int64_t amount, daily_cap; /* hundredths of a point */
};

struct rules {
    struct rule at[RULE_VERSIONS_MOST];
    size_t count;
};

/* Reads all versions, anew for each batch: they are few, and another worker may have adopted one. */
MUST bool rules_read(struct sql_connection *connection, struct rules *ret_rules);

/* The version of the rule in force at that time, NULL if none is. */
const struct rule *rules_at(const struct rules *rules, const char *name, int64_t time);

/* What a mark earns by the rule, hundredths, rounded half up. */
int64_t rule_earns(const struct rule *rule, int64_t mark, int64_t full_mark);
