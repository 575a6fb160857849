/* How often somebody may: a pace kept in one number each.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdatomic.h>

#include "process/text.h"

/* A pace: one thing every `interval` microseconds, `burst` microseconds' worth of them at once. */
struct pace {
    int64_t interval_us, burst_us;
};

/* So many in a minute, all of them at once if the minute before was quiet. */
struct pace pace_of(int64_t per_minute);

/* Takes one from the cell (0 at first) at steady time `now_us`. False: too many; *ret_wait_ms says when there is one. */
MUST bool pace_take(_Atomic int64_t *cell, const struct pace *pace, int64_t now_us, int64_t *ret_wait_ms);

/* Whether one could be taken now. */
MUST bool pace_has(_Atomic int64_t *cell, const struct pace *pace, int64_t now_us, int64_t *ret_wait_ms);

/* Failed log-ins, by log-in name and by name with address: who guesses is slowed, and nobody else. */
struct limit;

struct limit *limit_new(void) __attribute__((returns_nonnull));
void limit_free(struct limit *limit);

/* Whether one more attempt may be made; any thread. */
MUST bool limit_allows(struct limit *limit, struct slice login, struct slice address, int64_t now_us,
                       int64_t *ret_wait_ms);

/* Counts a failed one. */
void limit_failed(struct limit *limit, struct slice login, struct slice address, int64_t now_us);
