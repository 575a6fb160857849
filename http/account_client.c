/* The view of integration clients.  SPDX-License-Identifier: Apache-2.0 */
#include "http/account_client.h"

#include <pthread.h>
#include <stdlib.h>

#include "http/numbers.h"
#include "process/arena.h"
#include "process/config.h"
#include "process/hex.h"
#include "process/log.h"
#include "process/memory.h"
#include "process/metrics.h"
#include "topics/decode.h"
#include "topics/messages.h"

enum { ARENA_BLOCK = 4096, ARENA_CEILING = 1 << 18, DIGEST = 32, KEYS_EACH = 64, WORD = 64, WORDS = 16 };

struct entry {
    int64_t version;
    bool open;
    uint64_t routes[WORDS]; /* by the declaration's index: what its scopes hold */
};

/* Keys are found by the first half of their digest and told apart by the whole of it. A key that ended stays, ended. */
struct key_entry {
    uint8_t digest[DIGEST];
    uint32_t client;
    int64_t expires_ms;
};

struct clients {
    pthread_rwlock_t lock;
    struct numbers *numbers, *digests;
    struct entry *entries;
    struct key_entry *keys;
    uint32_t most;
    struct arena *arena;
    struct series *held;
};

struct clients *clients_new(uint32_t most)
{
    struct clients *clients = memory_new(sizeof *clients);
    pthread_rwlock_init(&clients->lock, NULL);
    clients->most = most;
    clients->numbers = numbers_new(most);
    clients->digests = numbers_new(most * KEYS_EACH);
    clients->arena = arena_new(ARENA_BLOCK, ARENA_CEILING);
    clients->held = metric_series(METRIC_view_records, "client");
    return clients;
}

void clients_free(struct clients *clients)
{
    if (!clients)
        return;
    free(clients->entries);
    free(clients->keys);
    numbers_free(clients->numbers);
    numbers_free(clients->digests);
    arena_free(clients->arena);
    pthread_rwlock_destroy(&clients->lock);
    free(clients);
}

const struct declaration *clients_record(void)
{
    return DECLARED(api_client);
}

static void set_routes(struct entry *entry, const struct api_client *state)
{
    memset(entry->routes, 0, sizeof entry->routes);
    for (size_t i = 0; i < catalogue_declaration_count && i < WORDS * WORD; i++)
        for (size_t j = 0; j < state->scopes.count; j++)
            if (catalogue_scope_holds(state->scopes.at[j], slice_of(catalogue_declarations[i].name)))
                entry->routes[i / WORD] |= UINT64_C(1) << i % WORD;
}

static struct id half_of(const uint8_t digest[static DIGEST])
{
    struct id half;
    memcpy(half.bytes, digest, sizeof half.bytes);
    return half;
}

/* The lock is held for writing. */
static void take_key(struct clients *clients, uint32_t client, const struct key_digest *told)
{
    uint8_t digest[DIGEST];
    if (told->digest.length != 2 * DIGEST || !hex_read(told->digest.at, DIGEST, true, digest))
        return;
    uint32_t before = numbers_count(clients->digests), number = numbers_give(clients->digests, half_of(digest));
    if (number == NUMBERS_NONE) {
        LOG(view_full, log_text("view", "client"));
        return;
    }
    if (number == before)
        clients->keys = memory_resize(clients->keys, (number + 1) * sizeof *clients->keys);
    struct key_entry *key = &clients->keys[number];
    memcpy(key->digest, digest, DIGEST);
    key->client = client;
    key->expires_ms = told->expires_at;
}

/* The lock is held for writing. Keys that the record does not list any more are over. */
static void take_in(struct clients *clients, const struct api_client *state)
{
    uint32_t before = numbers_count(clients->numbers), number = numbers_give(clients->numbers, state->client);
    if (number == NUMBERS_NONE) {
        LOG(view_full, log_text("view", "client"));
        return;
    }
    if (number == before) {
        clients->entries = memory_resize(clients->entries, (number + 1) * sizeof *clients->entries);
        clients->entries[number] = (struct entry){0};
    }
    struct entry *entry = &clients->entries[number];
    if (state->version < entry->version)
        return;
    entry->version = state->version;
    entry->open = state->open;
    set_routes(entry, state);
    for (uint32_t i = 0; i < numbers_count(clients->digests); i++)
        if (clients->keys[i].client == number)
            clients->keys[i].expires_ms = 0;
    for (size_t i = 0; i < state->keys.count; i++)
        take_key(clients, number, &state->keys.at[i]);
    series_set(clients->held, numbers_count(clients->numbers));
}

void clients_apply(void *opaque, const struct record *record)
{
    struct clients *clients = opaque;
    struct api_client state;
    struct problem problem;
    problem_none(&problem);
    if (!record->value.at)
        return; /* clients end by `open` */
    arena_reset(clients->arena);
    if (!decode(DECLARED(api_client), &(struct decode_source){.body = record->value}, DECODE_LENIENT,
                (int)config->json_depth, clients->arena, NULL, &state, &problem)) {
        LOG(record_refused, log_text("topic", record->topic), log_number("offset", record->offset),
            log_text("detail", problem.detail));
        return;
    }
    pthread_rwlock_wrlock(&clients->lock);
    take_in(clients, &state);
    pthread_rwlock_unlock(&clients->lock);
}

/* The lock is held. */
static const struct key_entry *find(const struct clients *clients, struct slice key)
{
    uint8_t digest[DIGEST];
    digest_sha256(key, digest);
    uint32_t number = numbers_find(clients->digests, half_of(digest));
    if (number == NUMBERS_NONE || memcmp(clients->keys[number].digest, digest, DIGEST) != 0)
        return NULL;
    return &clients->keys[number];
}

bool clients_find(struct clients *clients, struct slice key, int64_t now, const struct declaration *asked,
                  struct id *ret_client, bool *ret_holds)
{
    size_t route = (size_t)(asked - catalogue_declarations);
    pthread_rwlock_rdlock(&clients->lock);
    const struct key_entry *found = find(clients, key);
    bool good = found && now < found->expires_ms && clients->entries[found->client].open;
    if (good) {
        *ret_client = numbers_id(clients->numbers, found->client);
        *ret_holds = clients->entries[found->client].routes[route / WORD] >> route % WORD & 1;
    }
    pthread_rwlock_unlock(&clients->lock);
    return good;
}

bool clients_hold(struct clients *clients, struct slice key)
{
    pthread_rwlock_rdlock(&clients->lock);
    bool held = find(clients, key) != NULL;
    pthread_rwlock_unlock(&clients->lock);
    return held;
}

bool clients_open(struct clients *clients, struct id client)
{
    pthread_rwlock_rdlock(&clients->lock);
    uint32_t number = numbers_find(clients->numbers, client);
    bool open = number != NUMBERS_NONE && clients->entries[number].open;
    pthread_rwlock_unlock(&clients->lock);
    return open;
}
