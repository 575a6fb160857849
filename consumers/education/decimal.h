/* Decimal numbers held exactly as integers of millionths or hundredths.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "process/text.h"

#define DECIMAL_MILLIONTHS 6
#define DECIMAL_HUNDREDTHS 2

/* The greatest size a number may have, in units: twelve digits before the point, in millionths. */
#define DECIMAL_MOST INT64_C(999999999999999999)

/* Reads [+-]digits[.digits] (ASCII, nothing around it; at most twelve digits before the point, sixty behind
 * it) as an integer of 10^-places: the greatest not above the number, with ret_rest true when the number lies
 * above it (it has more places than that). False, and nothing written, for any other text. */
MUST bool decimal_floor(struct slice text, int places, int64_t *ret_floor, bool *ret_rest);

/* The same for a number that has no more than `places` places behind the point. */
MUST bool decimal_read(struct slice text, int places, int64_t *ret_number);
