/* An arena: memory of one lifetime (a request, a message, a batch), given back in one call.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "process/text.h"

/* A bump allocator over a chain of blocks. Under AddressSanitizer what is not handed out is poisoned. */
struct arena;

/* An empty arena whose blocks together never pass `ceiling` bytes; `block` is the size of a first block. */
struct arena *arena_new(size_t block, size_t ceiling) __attribute__((returns_nonnull));

/* Frees the arena and all it gave; NULL is nothing. */
void arena_free(struct arena *arena);

/* How many bytes of blocks a reset keeps for the next use; one block unless said. For an arena whose every use is large. */
void arena_keep(struct arena *arena, size_t bytes);

/* Takes everything back; blocks are kept as far as arena_keep() says, so that the next use allocates nothing. */
void arena_reset(struct arena *arena);

/* `size` zeroed bytes aligned for any type, or NULL past the ceiling (callers answer 413 or park the message). */
MUST void *arena_take(struct arena *arena, size_t size);

/* A copy of the bytes with a zero behind them, or NULL past the ceiling. */
MUST char *arena_copy(struct arena *arena, struct slice text);
