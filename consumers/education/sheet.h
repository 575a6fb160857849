/* A sheet's answers read back, to be marked again.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "consumers/education/sitting.h"

/* The sheet's stored answers as a list in the arena (NULL-ended by next); false where they cannot be read. */
MUST bool sheet_answers(struct slice stored, struct arena *arena, const struct written **ret_list);

/* Marks an ended attempt again, from its sheet's answers and all that is saved. False when memory ran out. */
MUST bool sheet_mark_again(struct work *work, struct sitting *sitting, struct attempt *attempt);
