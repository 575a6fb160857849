/* Numbers for ids: 0, 1, 2 … in the order in which they came, so that views can be arrays.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "topics/id.h"

#define NUMBERS_NONE UINT32_MAX

/* Not for several threads at once; the owner locks. Ids are never taken out. */
struct numbers;

/* A table of at most `most` ids. */
struct numbers *numbers_new(uint32_t most) __attribute__((returns_nonnull));
void numbers_free(struct numbers *numbers);

/* The id's number, NUMBERS_NONE if it has none. */
uint32_t numbers_find(const struct numbers *numbers, struct id id);

/* The id's number, a new one where it had none; NUMBERS_NONE when the table is full. */
uint32_t numbers_give(struct numbers *numbers, struct id id);

/* How many ids have one, and the id of a number. */
uint32_t numbers_count(const struct numbers *numbers);
struct id numbers_id(const struct numbers *numbers, uint32_t number);
