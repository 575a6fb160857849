/* What the front itself says, packed for the outbox, in the transaction of what it did.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "topics/catalogue.h"
#include "topics/id.h"

/* Appends a state record of that declaration about the thing `key`, its body `value`, said by `actor` (none: the house). */
void said_pack(struct buffer *packed, const struct declaration *declaration, struct id key, struct id actor, int64_t now,
               struct slice value);
