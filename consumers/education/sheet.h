/* A hand-in's list of answers, as it comes and read back, and marking a sheet again.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "consumers/education/sitting.h"

/* What a hand-in lists, as writes of its device, in the arena (NULL-ended by next); false when that is full. */
MUST bool sheet_listed(const struct exam_submit *command, struct arena *arena, const struct written **ret_list);

/* The same of a hand-in's body as a sheet keeps it; an absent body lists nothing. False where it cannot be read. */
MUST bool sheet_answers(struct slice hand_in, struct arena *arena, const struct written **ret_list);

/* Reads a hand-in's body; false where it cannot be read. */
MUST bool sheet_read(struct slice body, struct arena *arena, struct exam_submit *ret_command);

/* Refuses a hand-in that names a writer or a question that the attempt does not have; false where all fits. */
MUST bool sheet_misfits(struct work *work, const struct exam_submit *command, struct attempt *attempt);

/* Marks an ended attempt again, from its hand-in and all that is saved. False when memory ran out. */
MUST bool sheet_mark_again(struct work *work, struct sitting *sitting, struct attempt *attempt);
