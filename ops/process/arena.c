/* An arena: a chain of blocks, bumped.  SPDX-License-Identifier: Apache-2.0 */
#include "process/arena.h"

#include <stdalign.h>
#include <stdlib.h>

#include "process/memory.h"

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_POISON 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_POISON 1
#endif
#endif
#ifdef ARENA_POISON
#include <sanitizer/asan_interface.h>
#define poison(at, size) ASAN_POISON_MEMORY_REGION(at, size)
#define unpoison(at, size) ASAN_UNPOISON_MEMORY_REGION(at, size)
#else
#define poison(at, size) ((void)0)
#define unpoison(at, size) ((void)0)
#endif

struct block {
    struct block *older;
    size_t used, size;
    alignas(max_align_t) char bytes[];
};

struct arena {
    struct block *newest;
    size_t block, held, ceiling;
};

struct arena *arena_new(size_t block, size_t ceiling)
{
    struct arena *arena = memory_new(sizeof *arena);
    arena->block = block;
    arena->ceiling = ceiling;
    return arena;
}

static void block_free(struct arena *arena, struct block *block)
{
    arena->held -= block->size;
    unpoison(block->bytes, block->size);
    free(block);
}

void arena_free(struct arena *arena)
{
    if (!arena)
        return;
    while (arena->newest) {
        struct block *older = arena->newest->older;
        block_free(arena, arena->newest);
        arena->newest = older;
    }
    free(arena);
}

void arena_reset(struct arena *arena)
{
    while (arena->newest && arena->newest->older) {
        struct block *older = arena->newest->older;
        block_free(arena, arena->newest);
        arena->newest = older;
    }
    if (arena->newest) {
        arena->newest->used = 0;
        poison(arena->newest->bytes, arena->newest->size);
    }
}

void *arena_take(struct arena *arena, size_t size)
{
    size_t step = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
    struct block *block = arena->newest;
    if (step < size || size > arena->ceiling)
        return NULL;
    if (!block || block->size - block->used < step) {
        size_t room = step > arena->block ? step : arena->block;
        if (room > arena->ceiling - arena->held)
            return NULL;
        block = memory_resize(NULL, sizeof *block + room);
        *block = (struct block){.older = arena->newest, .size = room};
        poison(block->bytes, room);
        arena->held += room;
        arena->newest = block;
    }
    void *taken = block->bytes + block->used;
    block->used += step;
    unpoison(taken, size);
    return memset(taken, 0, size);
}

char *arena_copy(struct arena *arena, struct slice text)
{
    char *copy = arena_take(arena, text.length + 1);
    if (copy && text.length)
        memcpy(copy, text.at, text.length);
    return copy;
}
