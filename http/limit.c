/* How often somebody may: the generic cell rate algorithm on one number each, and delays that double.  SPDX-License-Identifier: Apache-2.0 */
#include "http/limit.h"

#include <stdlib.h>

#include "http/keyed.h"
#include "process/config.h"
#include "process/memory.h"

enum { MINUTE_US = 60000000, CELLS = 1 << 16, KEY_MOST = 512, COUNT_BITS = 16, COUNT_MOST = (1 << COUNT_BITS) - 1 };

struct limit {
    struct keyed keyed;
    struct pace name, address;
    _Atomic int64_t names[CELLS], addresses[CELLS];
    _Atomic uint64_t strangers[CELLS], devices[CELLS]; /* failures: milliseconds of the last << 16 | how many */
};

struct pace pace_of(int64_t per_minute)
{
    int64_t interval = MINUTE_US / per_minute;
    return (struct pace){interval ? interval : 1, MINUTE_US - (interval ? interval : 1)};
}

bool pace_has(_Atomic int64_t *cell, const struct pace *pace, int64_t now_us, int64_t *ret_wait_ms)
{
    int64_t due = atomic_load_explicit(cell, memory_order_relaxed);
    if (due - now_us <= pace->burst_us)
        return true;
    *ret_wait_ms = (due - now_us - pace->burst_us + 999) / 1000;
    return false;
}

bool pace_take(_Atomic int64_t *cell, const struct pace *pace, int64_t now_us, int64_t *ret_wait_ms)
{
    int64_t due = atomic_load_explicit(cell, memory_order_relaxed), next;
    do {
        if (due - now_us > pace->burst_us) {
            *ret_wait_ms = (due - now_us - pace->burst_us + 999) / 1000;
            return false;
        }
        next = (due > now_us ? due : now_us) + pace->interval_us;
    } while (!atomic_compare_exchange_weak_explicit(cell, &due, next, memory_order_relaxed, memory_order_relaxed));
    return true;
}

struct limit *limit_new(void)
{
    struct limit *limit = memory_new(sizeof *limit);
    limit->keyed = keyed_new();
    limit->name = pace_of(config->sign_in_name_per_minute);
    limit->address = pace_of(config->sign_in_address_per_minute);
    return limit;
}

void limit_free(struct limit *limit)
{
    free(limit);
}

/* The cell of a text, or of two. What meets in a cell shares it, which nobody can aim at. */
static size_t cell_of(const struct limit *limit, struct slice first, struct slice second)
{
    struct buffer key = buffer_new(KEY_MOST);
    buffer_add_slice(&key, first);
    buffer_add_byte(&key, 0);
    buffer_add_slice(&key, second);
    size_t cell = keyed_hash(&limit->keyed, buffer_slice(&key)) % CELLS;
    buffer_free(&key);
    return cell;
}

/* How long the next attempt waits behind so many failures. */
static int64_t delay_of(uint64_t failures)
{
    int64_t delay = config->sign_in_delay_ms;
    if (failures < (uint64_t)config->sign_in_tries)
        return 0;
    for (uint64_t i = (uint64_t)config->sign_in_tries; i < failures && delay < config->sign_in_delay_most_ms; i++)
        delay *= 2;
    return delay < config->sign_in_delay_most_ms ? delay : config->sign_in_delay_most_ms;
}

/* Counts one failure more in the cell, where its delay is over. */
static bool count(_Atomic uint64_t *cell, int64_t now_ms, int64_t *ret_wait_ms)
{
    uint64_t before = atomic_load_explicit(cell, memory_order_relaxed), next;
    do {
        uint64_t failures = before & COUNT_MOST;
        int64_t quiet = now_ms - (int64_t)(before >> COUNT_BITS), delay = delay_of(failures);
        if (failures && quiet < delay) {
            *ret_wait_ms = delay - quiet;
            return false;
        }
        if (quiet > delay + config->sign_in_delay_most_ms)
            failures = 0;
        next = (uint64_t)now_ms << COUNT_BITS | (failures < COUNT_MOST ? failures + 1 : failures);
    } while (!atomic_compare_exchange_weak_explicit(cell, &before, next, memory_order_relaxed, memory_order_relaxed));
    return true;
}

bool guess_begin(struct limit *limit, struct slice login, struct slice address, struct slice device, int64_t now_us,
                   struct guess *ret_guess, int64_t *ret_wait_ms)
{
    struct guess guess = {0};
    if (device.at) {
        guess.failures = &limit->devices[cell_of(limit, login, device)];
    } else {
        guess.failures = &limit->strangers[cell_of(limit, login, address)];
        guess.by_name = &limit->names[cell_of(limit, login, SLICE(""))];
        guess.by_address = &limit->addresses[cell_of(limit, address, SLICE(""))];
        if (!pace_has(guess.by_name, &limit->name, now_us, ret_wait_ms) ||
            !pace_has(guess.by_address, &limit->address, now_us, ret_wait_ms))
            return false;
    }
    *ret_guess = guess;
    return count(guess.failures, now_us / 1000, ret_wait_ms);
}

void guess_right(const struct guess *guess)
{
    atomic_store_explicit(guess->failures, 0, memory_order_relaxed);
}

void guess_wrong(const struct limit *limit, const struct guess *guess, int64_t now_us)
{
    int64_t wait;
    if (!guess->by_name)
        return;
    (void)!pace_take(guess->by_name, &limit->name, now_us, &wait);
    (void)!pace_take(guess->by_address, &limit->address, now_us, &wait);
}

void guess_undone(const struct guess *guess)
{
    uint64_t before = atomic_load_explicit(guess->failures, memory_order_relaxed);
    while ((before & COUNT_MOST) &&
           !atomic_compare_exchange_weak_explicit(guess->failures, &before, before - 1, memory_order_relaxed,
                                                  memory_order_relaxed))
        ;
}
