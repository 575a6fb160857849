/* What several of an examination's handlers share: its state as the front is to know it, its picked questions.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "consumers/work.h"

/* Says the examination's present state under its next version, read in the open transaction. */
MUST bool exam_say(struct work *work, struct id exam);

/* Looks for a question picked by hand that its section cannot draw (statement exam_picks_amiss): the section's index and
 * its place in the section's numbers, from 0; -1 and -1 where all stand. False where PostgreSQL failed. */
MUST bool exam_picks(struct work *work, const struct section *sections, size_t count, int64_t *ret_section,
                     int64_t *ret_place);
