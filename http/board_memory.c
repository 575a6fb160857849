/* Reserved address space, and slabs in it.  SPDX-License-Identifier: Apache-2.0 */
#include "http/board_memory.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static _Noreturn void no_room(size_t bytes)
{
    fprintf(stderr, "{\"event\":\"out_of_memory\",\"what\":\"leaderboard\",\"bytes\":%zu}\n", bytes);
    abort();
}

void *board_reserve(size_t bytes, bool huge)
{
    void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (at == MAP_FAILED)
        no_room(bytes);
    (void)madvise(at, bytes,
                  huge ? MADV_HUGEPAGE : MADV_NOHUGEPAGE); /* a hint: without it all is the same, slower */
    return at;
}

void board_release(void *at, size_t bytes)
{
    if (at && munmap(at, bytes) != 0)
        no_room(bytes);
}

struct board_slab board_slab_new(size_t item, uint64_t ceiling, bool huge)
{
    assert(item >= sizeof(uint32_t) && item % sizeof(uint32_t) == 0);
    if (ceiling > UINT32_MAX - 1)
        ceiling = UINT32_MAX - 1;
    return (struct board_slab){
        .at = board_reserve((ceiling + 1) * item, huge), .item = item, .ceiling = (uint32_t)ceiling};
}

void board_slab_free(struct board_slab *slab)
{
    board_release(slab->at, ((size_t)slab->ceiling + 1) * slab->item);
    *slab = (struct board_slab){0};
}

uint32_t board_slab_take(struct board_slab *slab)
{
    uint32_t number = slab->free;
    if (number) {
        memcpy(&slab->free, board_slab_at(slab, number), sizeof slab->free);
        return number;
    }
    if (slab->used == slab->ceiling)
        no_room(slab->item);
    return ++slab->used;
}

void board_slab_give(struct board_slab *slab, uint32_t number)
{
    assert(number && number <= slab->used);
    memcpy(board_slab_at(slab, number), &slab->free, sizeof slab->free);
    slab->free = number;
}
