/* The heads of the audit trail's chains as the log holds them.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "consumers/security/trail.h"

/* Reads the topic from its beginning to where it ended at the call: the greatest head of each chain. False: it cannot be
 * read, or has more chains than there may be. */
MUST bool heads_read(struct trail_head ret_heads[static TRAIL_CHAINS_MOST], size_t *ret_count);
