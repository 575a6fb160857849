/* Pieces of a request's target, decoded.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "process/arena.h"
#include "process/text.h"

/* Percent-decoding of one path segment or query part; `plus` says that '+' is a space (queries). The text is
 * the raw slice itself where nothing is coded, else a copy in the arena. False: bad hex, %00, not UTF-8, or
 * no room. */
MUST bool request_decode(struct slice raw, bool plus, struct arena *arena, struct slice *ret_text);

/* Takes the next name and value (raw) off a query; false at its end. A part without '=' has the value {"",
 * 0}. */
MUST bool request_query_next(struct slice *query, struct slice *ret_name, struct slice *ret_value);
