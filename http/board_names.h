/* The members' ids and their small numbers.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "topics/id.h"

/* An open-addressing table of numbers (28 bits) with 4 bits of each id's hash, that grows a few slots at a
 * time: two tables stand side by side until the old one is moved. Numbers count from 1, 0 is nobody; a number
 * is never given back. */
struct board_names {
    struct id *ids; /* by number, never moves */
    uint32_t count, ceiling;
    uint64_t salt;
    uint32_t *slots[2]; /* [1] is the old table while it is being moved, else NULL */
    uint32_t mask[2], moved;
    bool huge;
};

struct board_names board_names_new(uint32_t ceiling, bool huge);
void board_names_free(struct board_names *names);

uint64_t board_names_hash(const struct board_names *names, struct id id);

/* Have the processor fetch what board_names_find() will read first, and what it will read then. */
void board_names_expect(const struct board_names *names, uint64_t hash);
void board_names_expect_id(const struct board_names *names, uint64_t hash);

/* The id's number, or 0. */
uint32_t board_names_find(const struct board_names *names, struct id id, uint64_t hash);

/* Gives a number to an id that has none; 0 at the ceiling. */
uint32_t board_names_add(struct board_names *names, struct id id, uint64_t hash);
