/* How often somebody may: a pace kept in one number each; and log-ins, which are slowed where they fail.  SPDX-License-Identifier: Apache-2.0 */
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

/* Failed log-ins: counted by name and address, or, where the device is known, by name and device, whom guessing from
 * elsewhere never slows. From a number of failures on each next one must wait, twice as long as the one before, up to a
 * ceiling; nobody is ever shut out. Besides, all failures of a name and all of an address have their pace. */
struct limit;

struct limit *limit_new(void) __attribute__((returns_nonnull));
void limit_free(struct limit *limit);

/* One attempt on its way. */
struct guess {
    _Atomic uint64_t *failures;             /* of the name at that place */
    _Atomic int64_t *by_name, *by_address;  /* NULL: the device is known */
};

/* Begins an attempt at steady time `now_us`, counted as failed until it is said otherwise, so that many at once count too.
 * `device` is the known device's id, absent for a stranger. False: not yet, and nothing is counted. Any thread. */
MUST bool guess_begin(struct limit *limit, struct slice login, struct slice address, struct slice device,
                        int64_t now_us, struct guess *ret_guess, int64_t *ret_wait_ms);

/* It was right: the place's failures are forgotten. */
void guess_right(const struct guess *guess);

/* It was wrong. */
void guess_wrong(const struct limit *limit, const struct guess *guess, int64_t now_us);

/* It was not judged: as if it had not been. */
void guess_undone(const struct guess *guess);
