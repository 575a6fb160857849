/* The members' ids and their small numbers.  SPDX-License-Identifier: Apache-2.0 */
#include "http/board_names.h"

#include <assert.h>

#include "http/board_memory.h"

#define NUMBER_BITS 28u
#define NUMBER_MASK 0x0FFFFFFFu
#define FIRST_SLOTS 1024u
#define MOVED_AT_ONCE 16u

static size_t table_bytes(uint32_t mask)
{
    return ((size_t)mask + 1) * sizeof(uint32_t);
}

struct board_names board_names_new(uint32_t ceiling, bool huge)
{
    struct board_names names = {.ceiling = ceiling, .huge = huge, .mask = {FIRST_SLOTS - 1, 0}};
    struct id salt = id_random();
    memcpy(&names.salt, salt.bytes, sizeof names.salt);
    names.ids = board_reserve(((size_t)ceiling + 1) * sizeof(struct id), huge);
    names.slots[0] = board_reserve(table_bytes(names.mask[0]), false);
    return names;
}

void board_names_free(struct board_names *names)
{
    for (unsigned i = 0; i < 2; i++)
        board_release(names->slots[i], table_bytes(names->mask[i]));
    board_release(names->ids, ((size_t)names->ceiling + 1) * sizeof(struct id));
    *names = (struct board_names){0};
}

uint64_t board_names_hash(const struct board_names *names, struct id id)
{
    return id_hash(id, names->salt);
}

void board_names_expect(const struct board_names *names, uint64_t hash)
{
    __builtin_prefetch(&names->slots[0][(uint32_t)hash & names->mask[0]]);
}

static inline uint32_t hash_tag(uint64_t hash)
{
    return (uint32_t)(hash >> 60) << NUMBER_BITS;
}

void board_names_expect_id(const struct board_names *names, uint64_t hash)
{
    for (uint32_t at = (uint32_t)hash & names->mask[0]; names->slots[0][at]; at = (at + 1) & names->mask[0])
        if (((names->slots[0][at] ^ hash_tag(hash)) & ~NUMBER_MASK) == 0) {
            __builtin_prefetch(&names->ids[names->slots[0][at] & NUMBER_MASK]);
            return;
        }
}

uint32_t board_names_find(const struct board_names *names, struct id id, uint64_t hash)
{
    for (unsigned table = 0; table < 2 && names->slots[table]; table++) {
        const uint32_t *slots = names->slots[table];
        for (uint32_t at = (uint32_t)hash & names->mask[table]; slots[at]; at = (at + 1) & names->mask[table])
            if (((slots[at] ^ hash_tag(hash)) & ~NUMBER_MASK) == 0 &&
                id_equal(names->ids[slots[at] & NUMBER_MASK], id))
                return slots[at] & NUMBER_MASK;
    }
    return 0;
}

static void table_put(struct board_names *names, uint64_t hash, uint32_t number)
{
    uint32_t at = (uint32_t)hash & names->mask[0];
    while (names->slots[0][at])
        at = (at + 1) & names->mask[0];
    names->slots[0][at] = hash_tag(hash) | number;
}

/* Moves some slots of the old table. They stay readable there: what both tables hold is the same. */
static void table_move(struct board_names *names)
{
    uint32_t end = names->mask[1] - names->moved >= MOVED_AT_ONCE ? names->moved + MOVED_AT_ONCE
                                                                  : names->mask[1] + 1;
    for (; names->moved < end; names->moved++) {
        uint32_t number = names->slots[1][names->moved] & NUMBER_MASK;
        if (number)
            table_put(names, board_names_hash(names, names->ids[number]), number);
    }
    if (names->moved <= names->mask[1])
        return;
    board_release(names->slots[1], table_bytes(names->mask[1]));
    names->slots[1] = NULL;
    names->mask[1] = 0;
}

static void table_grow(struct board_names *names)
{
    assert(!names->slots[1]);
    names->slots[1] = names->slots[0];
    names->mask[1] = names->mask[0];
    names->moved = 0;
    names->mask[0] = names->mask[0] * 2 + 1;
    names->slots[0] = board_reserve(table_bytes(names->mask[0]), names->huge && names->mask[0] > 0xFFFFF);
}

uint32_t board_names_add(struct board_names *names, struct id id, uint64_t hash)
{
    if (names->count == names->ceiling)
        return 0;
    if (names->slots[1])
        table_move(names);
    else if (names->count >= names->mask[0] / 8 * 7)
        table_grow(names);
    uint32_t number = ++names->count;
    names->ids[number] = id;
    table_put(names, hash, number);
    return number;
}
