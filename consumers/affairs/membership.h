/* Who belongs where.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "consumers/affairs/tree.h"

/* The change that enters members in a branch, from a day on or, without one, from the day of the command. */
#define MEMBERSHIP_ENTERING(branch, has_day, day)                                                        \
    {                                                                                                    \
        .statement = "membership_change", .what = TREE_ENTER, .organisation = (branch),                  \
        .has_effective = (has_day), .effective = (day)                                                   \
    }

/* Enters members whose accounts this command has just made, after tree_change_begin(). REJECTED where the branch is not
 * there on that day. */
enum verdict membership_enter(struct work *work, struct tree_change *change, const struct id *members, size_t count);
