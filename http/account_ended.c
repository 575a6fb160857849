/* The view of ended sessions: a table by session, and the order in which they came.  SPDX-License-Identifier: Apache-2.0 */
#include "http/account_ended.h"

#include <pthread.h>
#include <stdlib.h>

#include "http/said.h"
#include "process/arena.h"
#include "process/config.h"
#include "process/log.h"
#include "process/memory.h"
#include "process/metrics.h"
#include "topics/decode.h"
#include "topics/encode.h"
#include "topics/messages.h"

enum { ARENA_BLOCK = 1024, ARENA_CEILING = 65536, TEXT_MOST = 4096, NONE = -1 };

struct ended {
    pthread_rwlock_t lock;
    uint64_t salt;
    uint32_t most, count, next; /* `next` place to be written: when all are, that of the oldest */
    struct place {
        struct id session;
        int64_t ended_ms;
        int64_t after; /* the next place of the same bucket */
    } *places;
    int64_t *buckets;
    struct arena *arena;
    struct series *held;
};

struct ended *ended_new(uint32_t most)
{
    struct ended *ended = memory_new(sizeof *ended);
    struct id random = id_random();
    pthread_rwlock_init(&ended->lock, NULL);
    memcpy(&ended->salt, random.bytes, sizeof ended->salt);
    ended->most = most;
    ended->places = memory_new_many(most, sizeof *ended->places);
    ended->buckets = memory_new_many(most, sizeof *ended->buckets);
    for (uint32_t i = 0; i < most; i++)
        ended->buckets[i] = NONE;
    ended->arena = arena_new(ARENA_BLOCK, ARENA_CEILING);
    ended->held = metric_series(METRIC_view_records, "session");
    return ended;
}

void ended_free(struct ended *ended)
{
    if (!ended)
        return;
    free(ended->places);
    free(ended->buckets);
    arena_free(ended->arena);
    pthread_rwlock_destroy(&ended->lock);
    free(ended);
}

static int64_t *bucket_of(const struct ended *ended, struct id session)
{
    return &ended->buckets[id_hash(session, ended->salt) % ended->most];
}

static bool find(const struct ended *ended, struct id session)
{
    int64_t at = *bucket_of(ended, session);
    while (at != NONE && !id_equal(ended->places[at].session, session))
        at = ended->places[at].after;
    return at != NONE;
}

/* Takes the oldest out of its bucket; one whose access token may still run is missed. */
static void forget(struct ended *ended, struct place *place, int64_t now)
{
    int64_t *at = bucket_of(ended, place->session);
    while (&ended->places[*at] != place)
        at = &ended->places[*at].after;
    *at = place->after;
    if (place->ended_ms + config->access_token_seconds * 1000 > now)
        LOG(view_full, log_text("view", "session"));
}

void ended_add(struct ended *ended, struct id session, int64_t ended_ms)
{
    pthread_rwlock_wrlock(&ended->lock);
    if (!find(ended, session)) {
        struct place *place = &ended->places[ended->next];
        if (ended->count == ended->most)
            forget(ended, place, ended_ms);
        else
            ended->count++;
        int64_t *bucket = bucket_of(ended, session);
        *place = (struct place){session, ended_ms, *bucket};
        *bucket = ended->next;
        ended->next = (ended->next + 1) % ended->most;
        series_set(ended->held, ended->count);
    }
    pthread_rwlock_unlock(&ended->lock);
}

bool ended_has(struct ended *ended, struct id session)
{
    pthread_rwlock_rdlock(&ended->lock);
    bool has = ended->count && find(ended, session);
    pthread_rwlock_unlock(&ended->lock);
    return has;
}

void ended_apply(void *opaque, const struct record *record)
{
    struct ended *ended = opaque;
    struct session_ended state;
    struct problem problem;
    problem_none(&problem);
    if (!record->value.at)
        return;
    arena_reset(ended->arena);
    if (decode(DECLARED(session_ended), &(struct decode_source){.body = record->value}, DECODE_LENIENT,
               (int)config->json_depth, ended->arena, NULL, &state, &problem))
        ended_add(ended, state.session, state.ended_at);
    else
        LOG(record_refused, log_text("topic", record->topic), log_number("offset", record->offset),
            log_text("detail", problem.detail));
}

void ended_pack(struct buffer *packed, struct id session, struct id actor, int64_t now)
{
    struct session_ended state = {.session = session, .ended_at = now};
    struct buffer value = buffer_new(TEXT_MOST);
    encode(&value, session_ended_shape(), &state);
    said_pack(packed, DECLARED(session_ended), session, actor, now, buffer_slice(&value));
    buffer_free(&value);
}
