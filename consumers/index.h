/* A table from ids to what a desk holds about them, for one batch.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "process/arena.h"
#include "topics/id.h"

/* Zeroed memory is an empty table; its memory is the arena's, and ends with it. */
struct index_table {
    struct index_slot {
        struct id id;
        void *value;
    } *slots;
    size_t room, count; /* room: a power of two */
};

/* The place of the id's value, made (NULL in it) if it was not there; NULL when the arena is full. Stands until the
 * next call. */
MUST void **index_place(struct index_table *table, struct arena *arena, struct id id);

/* The id's value, NULL if it is not there. */
void *index_find(const struct index_table *table, struct id id);

/* Forgets everything (the arena is reset elsewhere). */
static inline void index_clear(struct index_table *table)
{
    *table = (struct index_table){0};
}
