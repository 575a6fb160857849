/* Reserved address space, and slabs in it.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Reserves zeroed memory that costs nothing until touched and never moves; aborts when there is no address
 * space. `huge` asks for huge pages: faster for a large board, wasteful for a small one. */
void *board_reserve(size_t bytes, bool huge) __attribute__((returns_nonnull));
void board_release(void *at, size_t bytes);

/* Items of one size, known by number from 1 up; 0 is no item. */
struct board_slab {
    uint8_t *at;
    size_t item;
    uint32_t used;    /* items ever taken */
    uint32_t free;    /* the first of the chain of items given back */
    uint32_t ceiling; /* the last number there may be */
};

/* An empty slab for at most `ceiling` items of `item` bytes (a multiple of 4). */
struct board_slab board_slab_new(size_t item, uint64_t ceiling, bool huge);
void board_slab_free(struct board_slab *slab);

/* The number of an item whose bytes are undefined; aborts past the ceiling, which callers make unreachable.
 */
uint32_t board_slab_take(struct board_slab *slab);
void board_slab_give(struct board_slab *slab, uint32_t number);

static inline void *board_slab_at(const struct board_slab *slab, uint32_t number)
{
    return slab->at + slab->item * number;
}
