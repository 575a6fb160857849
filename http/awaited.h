/* Commands accepted and not yet decided, for the queries that count them.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "process/arena.h"
#include "topics/id.h"

struct outcomes;

/* For all threads. It knows what this front was told by Kafka since it began, and nothing of other fronts. */
struct awaited;

/* Remembers at most `most` commands for at most `hours`, as long as `outcomes` tells what is decided, and forgets the
 * oldest. */
struct awaited *awaited_new(struct outcomes *outcomes, size_t most, int64_t hours) __attribute__((returns_nonnull));
void awaited_free(struct awaited *awaited);

/* Remembers a command, by its declaration's index in the catalogue, that names the object and that Kafka has kept. */
void awaited_add(struct awaited *awaited, size_t declaration, struct id command, struct id object, struct id actor);

/* Whose commands of that declaration about the object are not decided, in the arena, one an undecided command; NULL when
 * that is full. Forgets on the way what is decided. */
MUST const struct id *awaited_actors(struct awaited *awaited, size_t declaration, struct id object, struct arena *arena,
                                     size_t *ret_count);
