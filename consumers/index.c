/* A table from ids to what a desk holds about them: open addressing, at most three quarters full.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/index.h"

static struct index_slot *slot_of(const struct index_table *table, struct id id)
{
    size_t at = (size_t)id_hash(id, 0) & (table->room - 1);
    while (!id_is_none(table->slots[at].id) && !id_equal(table->slots[at].id, id))
        at = (at + 1) & (table->room - 1);
    return &table->slots[at];
}

static bool grow(struct index_table *table, struct arena *arena)
{
    struct index_table wider = {.room = table->room ? table->room * 2 : 64, .count = table->count};
    wider.slots = arena_take(arena, wider.room * sizeof *wider.slots);
    if (!wider.slots)
        return false;
    for (size_t i = 0; i < table->room; i++)
        if (!id_is_none(table->slots[i].id))
            *slot_of(&wider, table->slots[i].id) = table->slots[i];
    *table = wider;
    return true;
}

void **index_place(struct index_table *table, struct arena *arena, struct id id)
{
    if ((table->count + 1) * 4 > table->room * 3 && !grow(table, arena))
        return NULL;
    struct index_slot *slot = slot_of(table, id);
    if (id_is_none(slot->id)) {
        slot->id = id;
        table->count++;
    }
    return &slot->value;
}

void *index_find(const struct index_table *table, struct id id)
{
    return table->room ? slot_of(table, id)->value : NULL;
}
