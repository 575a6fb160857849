/* How often somebody may: the generic cell rate algorithm on one number each.  SPDX-License-Identifier: Apache-2.0 */
#include "http/limit.h"

#include <stdlib.h>

#include "http/keyed.h"
#include "process/memory.h"

enum { MINUTE_US = 60000000, CELLS = 1 << 16, NAME_PER_MINUTE = 30, PLACE_PER_MINUTE = 10, KEY_MOST = 512 };

struct limit {
    struct keyed keyed;
    struct pace name, place;
    _Atomic int64_t cells[CELLS];
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
    limit->name = pace_of(NAME_PER_MINUTE);
    limit->place = pace_of(PLACE_PER_MINUTE);
    return limit;
}

void limit_free(struct limit *limit)
{
    free(limit);
}

/* The cells of the name, and of the name at that address. Two names that meet in a cell share its pace. */
static void cells_of(struct limit *limit, struct slice login, struct slice address, _Atomic int64_t *ret_cells[2])
{
    struct buffer key = buffer_new(KEY_MOST);
    buffer_add_slice(&key, login);
    ret_cells[0] = &limit->cells[keyed_hash(&limit->keyed, buffer_slice(&key)) % CELLS];
    buffer_add_byte(&key, 0);
    buffer_add_slice(&key, address);
    ret_cells[1] = &limit->cells[keyed_hash(&limit->keyed, buffer_slice(&key)) % CELLS];
    buffer_free(&key);
}

bool limit_allows(struct limit *limit, struct slice login, struct slice address, int64_t now_us, int64_t *ret_wait_ms)
{
    _Atomic int64_t *cells[2];
    cells_of(limit, login, address, cells);
    return pace_has(cells[0], &limit->name, now_us, ret_wait_ms) &&
           pace_has(cells[1], &limit->place, now_us, ret_wait_ms);
}

void limit_failed(struct limit *limit, struct slice login, struct slice address, int64_t now_us)
{
    _Atomic int64_t *cells[2];
    int64_t wait;
    cells_of(limit, login, address, cells);
    (void)!pace_take(cells[0], &limit->name, now_us, &wait);
    (void)!pace_take(cells[1], &limit->place, now_us, &wait);
}
