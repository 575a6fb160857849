/* Numbers for ids: an array of ids and an open hash over it.  SPDX-License-Identifier: Apache-2.0 */
#include "http/numbers.h"

#include <assert.h>
#include <stdlib.h>
#include <sys/random.h>

#include "process/memory.h"

struct numbers {
    struct id *ids;
    uint32_t *slots; /* number + 1; 0 is free */
    uint64_t salt;
    uint32_t count, room, most, mask;
};

struct numbers *numbers_new(uint32_t most)
{
    struct numbers *numbers = memory_new(sizeof *numbers);
    ssize_t got = getrandom(&numbers->salt, sizeof numbers->salt, 0);
    assert(got == sizeof numbers->salt);
    numbers->most = most;
    numbers->room = 64;
    numbers->mask = 127;
    numbers->ids = memory_new_many(numbers->room, sizeof *numbers->ids);
    numbers->slots = memory_new_many(numbers->mask + 1, sizeof *numbers->slots);
    return numbers;
}

void numbers_free(struct numbers *numbers)
{
    if (!numbers)
        return;
    free(numbers->ids);
    free(numbers->slots);
    free(numbers);
}

/* The slot of the id, or the free one where it would stand. */
static uint32_t *slot_of(const struct numbers *numbers, struct id id)
{
    uint32_t at = (uint32_t)id_hash(id, numbers->salt) & numbers->mask;
    while (numbers->slots[at] && !id_equal(numbers->ids[numbers->slots[at] - 1], id))
        at = (at + 1) & numbers->mask;
    return &numbers->slots[at];
}

uint32_t numbers_find(const struct numbers *numbers, struct id id)
{
    return *slot_of(numbers, id) - 1; /* a free slot gives NUMBERS_NONE */
}

static void grow(struct numbers *numbers)
{
    numbers->room *= 2;
    numbers->mask = numbers->room * 2 - 1;
    numbers->ids = memory_resize(numbers->ids, numbers->room * sizeof *numbers->ids);
    free(numbers->slots);
    numbers->slots = memory_new_many((size_t)numbers->mask + 1, sizeof *numbers->slots);
    for (uint32_t i = 0; i < numbers->count; i++)
        *slot_of(numbers, numbers->ids[i]) = i + 1;
}

uint32_t numbers_give(struct numbers *numbers, struct id id)
{
    uint32_t *slot = slot_of(numbers, id);
    if (*slot)
        return *slot - 1;
    if (numbers->count == numbers->most)
        return NUMBERS_NONE;
    if (numbers->count == numbers->room) {
        grow(numbers);
        slot = slot_of(numbers, id);
    }
    numbers->ids[numbers->count] = id;
    *slot = ++numbers->count;
    return numbers->count - 1;
}

uint32_t numbers_count(const struct numbers *numbers)
{
    return numbers->count;
}

struct id numbers_id(const struct numbers *numbers, uint32_t number)
{
    assert(number < numbers->count);
    return numbers->ids[number];
}
