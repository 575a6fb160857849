/* The road ahead of a case: which steps come next, why one is shut, who is asked, by when, and which ends can be reached.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "consumers/procedure/step.h"

/* Makes the road of a case that has begun, as it is at that time; `most` bounds the walk of the ends, which are left out
 * where there are more configurations. False where the arena is full. */
MUST bool road_of(const struct case_record *record, const struct standing *standing, const struct calendar *calendar,
                  int64_t at, size_t most, struct arena *arena, struct case_road *ret_road);
