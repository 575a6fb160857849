/* The view of what organisations own: an organisation's number for each thing.  SPDX-License-Identifier: Apache-2.0 */
#include "http/owner.h"

#include <pthread.h>
#include <stdlib.h>

#include "http/front.h"
#include "http/numbers.h"
#include "process/arena.h"
#include "process/config.h"
#include "process/log.h"
#include "process/memory.h"
#include "process/metrics.h"
#include "topics/decode.h"
#include "topics/messages.h"

enum { ARENA_BLOCK = 1024, ARENA_CEILING = 65536 };

struct owners {
    pthread_rwlock_t lock;
    struct tree *tree;
    struct numbers *numbers;
    struct thing {
        int64_t version;
        uint32_t organisation;
    } *things;
    uint32_t room;
    struct arena *arena;
    struct series *held;
};

struct owners *owners_new(struct tree *tree, uint32_t most)
{
    struct owners *owners = memory_new(sizeof *owners);
    pthread_rwlock_init(&owners->lock, NULL);
    owners->tree = tree;
    owners->numbers = numbers_new(most);
    owners->arena = arena_new(ARENA_BLOCK, ARENA_CEILING);
    owners->held = metric_series(METRIC_view_records, "owner");
    return owners;
}

void owners_free(struct owners *owners)
{
    if (!owners)
        return;
    free(owners->things);
    numbers_free(owners->numbers);
    arena_free(owners->arena);
    pthread_rwlock_destroy(&owners->lock);
    free(owners);
}

/* The lock is held for writing. */
static void take_in(struct owners *owners, const struct owned *owned, uint32_t organisation)
{
    uint32_t number = numbers_give(owners->numbers, owned->object);
    if (number == NUMBERS_NONE) {
        LOG(view_full, log_text("view", "owner"));
        return;
    }
    if (number >= owners->room) {
        uint32_t room = owners->room ? owners->room * 2 : 64;
        owners->things = memory_resize(owners->things, room * sizeof *owners->things);
        memset(owners->things + owners->room, 0, (room - owners->room) * sizeof *owners->things);
        owners->room = room;
    }
    if (owned->version >= owners->things[number].version)
        owners->things[number] = (struct thing){owned->version, organisation};
}

void owners_apply(void *opaque, const struct record *record)
{
    struct owners *owners = opaque;
    struct owned owned;
    struct problem problem;
    problem_none(&problem);
    if (!record->value.at)
        return; /* what is owned stays known */
    arena_reset(owners->arena);
    if (!decode(DECLARED(owned), &(struct decode_source){.body = record->value}, DECODE_LENIENT, (int)config->json_depth,
                owners->arena, NULL, &owned, &problem)) {
        LOG(record_refused, log_text("topic", record->topic), log_number("offset", record->offset),
            log_text("detail", problem.detail));
        return;
    }
    uint32_t organisation = tree_number(owners->tree, owned.organisation);
    pthread_rwlock_wrlock(&owners->lock);
    take_in(owners, &owned, organisation);
    series_set(owners->held, numbers_count(owners->numbers));
    pthread_rwlock_unlock(&owners->lock);
}

/* Whatever is known is somebody's: a thing whose organisation found no room in the tree is not known. */
static enum resolved resolve_owned(struct front *front, struct reference_asked *asked)
{
    struct owners *owners = front->owners;
    struct id object;
    memcpy(&object, asked->value, sizeof object);
    pthread_rwlock_rdlock(&owners->lock);
    uint32_t number = numbers_find(owners->numbers, object);
    if (number != NUMBERS_NONE)
        asked->organisation = owners->things[number].organisation;
    pthread_rwlock_unlock(&owners->lock);
    return asked->organisation == TREE_NONE ? RESOLVED_UNKNOWN : RESOLVED;
}

void owners_offer(struct front *front)
{
    front->resolve[REFERS_owned] = resolve_owned;
}
