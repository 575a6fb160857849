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
    struct block *newest; /* in use, the newest first */
    struct block *spare;  /* kept by a reset */
    size_t block, held, keep, ceiling;
};

struct arena *arena_new(size_t block, size_t ceiling)
{
    struct arena *arena = memory_new(sizeof *arena);
    arena->block = arena->keep = block;
    arena->ceiling = ceiling;
    return arena;
}

void arena_keep(struct arena *arena, size_t bytes)
{
    arena->keep = bytes;
}

static void block_free(struct arena *arena, struct block *block)
{
    arena->held -= block->size;
    unpoison(block->bytes, block->size);
    free(block);
}

static void blocks_free(struct arena *arena, struct block *block)
{
    while (block) {
        struct block *older = block->older;
        block_free(arena, block);
        block = older;
    }
}

void arena_free(struct arena *arena)
{
    if (!arena)
        return;
    blocks_free(arena, arena->newest);
    blocks_free(arena, arena->spare);
    free(arena);
}

void arena_reset(struct arena *arena)
{
    size_t kept = 0;
    for (struct block *spare = arena->spare; spare; spare = spare->older)
        kept += spare->size;
    while (arena->newest) {
        struct block *block = arena->newest;
        arena->newest = block->older;
        if (block->size > arena->keep - (kept < arena->keep ? kept : arena->keep)) {
            block_free(arena, block);
            continue;
        }
        kept += block->size;
        block->used = 0;
        poison(block->bytes, block->size);
        block->older = arena->spare;
        arena->spare = block;
    }
}

/* A block with room for so much, in front of the others; NULL past the ceiling. */
static struct block *block_for(struct arena *arena, size_t step)
{
    struct block *block = arena->spare;
    if (block && block->size >= step) {
        arena->spare = block->older;
    } else {
        size_t room = step > arena->block ? step : arena->block;
        if (room > arena->ceiling - arena->held)
            return NULL;
        block = memory_resize(NULL, sizeof *block + room);
        *block = (struct block){.size = room};
        poison(block->bytes, room);
        arena->held += room;
    }
    block->older = arena->newest;
    return arena->newest = block;
}

void *arena_take(struct arena *arena, size_t size)
{
    size_t step = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
    struct block *block = arena->newest;
    if (step < size || size > arena->ceiling)
        return NULL;
    if ((!block || block->size - block->used < step) && !(block = block_for(arena, step)))
        return NULL;
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
