/* Commands accepted and not yet decided: a ring, swept when it is asked.  SPDX-License-Identifier: Apache-2.0 */
#include "http/awaited.h"

#include <pthread.h>
#include <stdlib.h>

#include "http/outcome.h"
#include "process/clock.h"
#include "process/memory.h"
#include "process/metrics.h"

enum { HOUR = 3600000 };

struct awaited {
    pthread_mutex_t lock;
    struct outcomes *outcomes;
    struct series *held;
    size_t first, count, room, most; /* from `first` on, around the end */
    int64_t life;
    struct entry {
        struct id command, object, actor;
        size_t declaration;
        int64_t since;
    } *entries;
};

struct awaited *awaited_new(struct outcomes *outcomes, size_t most, int64_t hours)
{
    struct awaited *awaited = memory_new(sizeof *awaited);
    pthread_mutex_init(&awaited->lock, NULL);
    awaited->outcomes = outcomes;
    awaited->most = most;
    awaited->life = hours * HOUR;
    awaited->held = metric_series(METRIC_view_records, "awaited");
    return awaited;
}

void awaited_free(struct awaited *awaited)
{
    if (!awaited)
        return;
    pthread_mutex_destroy(&awaited->lock);
    free(awaited->entries);
    free(awaited);
}

static struct entry *entry_at(const struct awaited *awaited, size_t n)
{
    return &awaited->entries[(awaited->first + n) % awaited->room];
}

/* Twice the room, the entries moved to its beginning. */
static void grow(struct awaited *awaited)
{
    size_t room = awaited->room ? awaited->room * 2 : 64;
    room = room < awaited->most ? room : awaited->most;
    struct entry *entries = memory_new_many(room, sizeof *entries);
    for (size_t i = 0; i < awaited->count; i++)
        entries[i] = *entry_at(awaited, i);
    free(awaited->entries);
    awaited->entries = entries;
    awaited->first = 0;
    awaited->room = room;
}

void awaited_add(struct awaited *awaited, size_t declaration, struct id command, struct id object, struct id actor)
{
    pthread_mutex_lock(&awaited->lock);
    if (awaited->count == awaited->room && awaited->room < awaited->most)
        grow(awaited);
    if (awaited->count == awaited->room)
        awaited->first = (awaited->first + 1) % awaited->room;
    else
        awaited->count++;
    *entry_at(awaited, awaited->count - 1) = (struct entry){command, object, actor, declaration, clock_now()};
    series_set(awaited->held, (int64_t)awaited->count);
    pthread_mutex_unlock(&awaited->lock);
}

/* Keeps, in their order, the entries that have no outcome and of which it would still be known. The lock is held. */
static void sweep(struct awaited *awaited)
{
    struct known_outcome outcome;
    int64_t from = clock_now() - awaited->life;
    size_t kept = 0;
    for (size_t i = 0; i < awaited->count; i++) {
        const struct entry *entry = entry_at(awaited, i);
        if (entry->since >= from && !outcomes_find(awaited->outcomes, entry->command, NULL, &outcome))
            *entry_at(awaited, kept++) = *entry;
    }
    awaited->count = kept;
    series_set(awaited->held, (int64_t)kept);
}

const struct id *awaited_actors(struct awaited *awaited, size_t declaration, struct id object, struct arena *arena,
                                size_t *ret_count)
{
    size_t count = 0;
    pthread_mutex_lock(&awaited->lock);
    sweep(awaited);
    for (size_t i = 0; i < awaited->count; i++)
        count += entry_at(awaited, i)->declaration == declaration && id_equal(entry_at(awaited, i)->object, object);
    struct id *actors = arena_take(arena, count * sizeof *actors);
    *ret_count = 0;
    for (size_t i = 0; actors && i < awaited->count; i++) {
        const struct entry *entry = entry_at(awaited, i);
        if (entry->declaration == declaration && id_equal(entry->object, object))
            actors[(*ret_count)++] = entry->actor;
    }
    pthread_mutex_unlock(&awaited->lock);
    return actors;
}
