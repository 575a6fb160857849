/* What follows from a step of a case and is done in the step's own transaction.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "consumers/work.h"

/* Does what an effect names, with the facts that the pack gives it. REJECTED refuses the step with the effect's reason, and
 * it has then written nothing; so no case ends with something that could not be done. */
typedef enum verdict effect_take(struct work *work, const struct case_followed *followed);

/* The effect of that name, NULL where another worker takes it from the topic of effects. The names are rows of
 * effects.def. */
effect_take *effect_named(struct slice name);

/* A fact with its value; NULL where it was not given. */
const struct followed_fact *effect_fact(const struct case_followed *followed, const char *name);

/* A code that is the id of something. REJECTED (false) where it is missing or none. */
MUST bool effect_id(struct work *work, const struct case_followed *followed, const char *name, struct id *ret_id);
