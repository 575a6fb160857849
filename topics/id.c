/* Ids: hashed, signed, random or derived.  SPDX-License-Identifier: Apache-2.0 */
/* The low-level SHA-256 keeps its state on the stack, and an HMAC's two halves can be prepared once. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "topics/id.h"

#include <errno.h>
#include <openssl/sha.h>
#include <stdlib.h>
#include <sys/random.h>

#include "process/hex.h"
#include "process/memory.h"

#define HASHED 12 /* bytes of a command id that are hash or random; the other four are the MAC */

/* The states of SHA-256 after the key's inner and outer pads. */
struct id_key {
    SHA256_CTX inner, outer;
};

uint64_t id_hash(struct id id, uint64_t salt)
{
    uint64_t words[2];
    memcpy(words, id.bytes, sizeof words);
    unsigned __int128 product =
        (unsigned __int128)(words[0] ^ salt ^ 0x9e3779b97f4a7c15) * (words[1] ^ 0xd1b54a32d192ed03);
    uint64_t mixed = (uint64_t)product ^ (uint64_t)(product >> 64) ^ salt;
    mixed *= 0xff51afd7ed558ccd;
    return mixed ^ mixed >> 32;
}

void id_text(struct id id, char ret_text[static ID_TEXT])
{
    static const uint8_t places[] = {0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34};
    for (int i = 0; i < 16; i++)
        hex_put(ret_text + places[i], &id.bytes[i], 1);
    ret_text[8] = ret_text[13] = ret_text[18] = ret_text[23] = '-';
    ret_text[ID_TEXT - 1] = 0;
}

void id_add(struct buffer *buffer, struct id id)
{
    char text[ID_TEXT];
    id_text(id, text);
    buffer_add(buffer, text, ID_TEXT - 1);
}

bool id_parse(struct slice text, struct id *ret_id)
{
    struct id id;
    const char *at = text.at;
    if (text.length != ID_TEXT - 1)
        return false;
    for (int i = 0; i < 16; i++, at += 2) {
        if ((i == 4 || i == 6 || i == 8 || i == 10) && *at++ != '-')
            return false;
        if (!hex_read(at, 1, false, &id.bytes[i]))
            return false;
    }
    *ret_id = id;
    return true;
}

/* Random bytes from a thread's own store, which the kernel fills: a system call every 256 ids. */
static void random_bytes(uint8_t *ret_bytes, size_t length)
{
    static _Thread_local uint8_t store[4096];
    static _Thread_local size_t left;
    if (left < length) {
        size_t filled = 0;
        while (filled < sizeof store) {
            ssize_t more = getrandom(store + filled, sizeof store - filled, 0);
            if (more < 0 && errno != EINTR)
                abort();
            filled += more > 0 ? (size_t)more : 0;
        }
        left = sizeof store;
    }
    left -= length;
    memcpy(ret_bytes, store + left, length);
    memset(store + left, 0, length);
}

struct id id_random(void)
{
    struct id id;
    random_bytes(id.bytes, sizeof id.bytes);
    id.bytes[6] = (uint8_t)((id.bytes[6] & 0x0f) | 0x40);
    id.bytes[8] = (uint8_t)((id.bytes[8] & 0x3f) | 0x80);
    return id;
}

static void prepare(SHA256_CTX *state, const struct key *key, uint8_t pad)
{
    uint8_t block[64];
    memset(block, pad, sizeof block);
    for (size_t i = 0; i < sizeof key->bytes; i++)
        block[i] ^= key->bytes[i];
    SHA256_Init(state);
    SHA256_Update(state, block, sizeof block);
    explicit_bzero(block, sizeof block);
}

bool id_key_new(const char *path, struct id_key **ret_key, struct problem *problem)
{
    struct key key;
    size_t count;
    if (!keyfile_read(path, &key, 1, &count, problem))
        return false;
    struct id_key *made = memory_new(sizeof *made);
    prepare(&made->inner, &key, 0x36);
    prepare(&made->outer, &key, 0x5c);
    key_wipe(&key);
    *ret_key = made;
    return true;
}

void id_key_free(struct id_key *key)
{
    if (key)
        explicit_bzero(key, sizeof *key);
    free(key);
}

/* The first four bytes of HMAC-SHA-256(key, actor, hashed part). */
static void sign(const struct id_key *key, struct id actor, const uint8_t *hashed, uint8_t ret_mac[4])
{
    uint8_t sum[32];
    SHA256_CTX state = key->inner;
    SHA256_Update(&state, actor.bytes, sizeof actor.bytes);
    SHA256_Update(&state, hashed, HASHED);
    SHA256_Final(sum, &state);
    state = key->outer;
    SHA256_Update(&state, sum, sizeof sum);
    SHA256_Final(sum, &state);
    memcpy(ret_mac, sum, 4);
}

static void add_measured(SHA256_CTX *state, struct slice piece)
{
    uint8_t length[4] = {(uint8_t)(piece.length >> 24), (uint8_t)(piece.length >> 16), (uint8_t)(piece.length >> 8),
                         (uint8_t)piece.length};
    SHA256_Update(state, length, sizeof length);
    if (piece.length)
        SHA256_Update(state, piece.at, piece.length);
}

struct id id_command(const struct id_key *key, struct id actor, struct slice method, struct slice path,
                     struct slice idempotency_key)
{
    struct id id;
    if (idempotency_key.at) {
        uint8_t sum[32];
        SHA256_CTX state;
        SHA256_Init(&state);
        SHA256_Update(&state, actor.bytes, sizeof actor.bytes);
        add_measured(&state, method);
        add_measured(&state, path);
        add_measured(&state, idempotency_key);
        SHA256_Final(sum, &state);
        memcpy(id.bytes, sum, HASHED);
    } else {
        random_bytes(id.bytes, HASHED);
    }
    sign(key, actor, id.bytes, id.bytes + HASHED);
    return id;
}

bool id_owner_is(const struct id_key *key, struct id id, struct id actor)
{
    uint8_t mac[4], unlike = 0;
    sign(key, actor, id.bytes, mac);
    for (int i = 0; i < 4; i++)
        unlike |= mac[i] ^ id.bytes[HASHED + i];
    return unlike == 0;
}

struct id id_derive(int64_t accepted_ms, struct id cause, const char *worker, uint32_t ordinal)
{
    uint8_t sum[32],
        number[4] = {(uint8_t)(ordinal >> 24), (uint8_t)(ordinal >> 16), (uint8_t)(ordinal >> 8), (uint8_t)ordinal};
    struct id id;
    SHA256_CTX state;
    SHA256_Init(&state);
    SHA256_Update(&state, cause.bytes, sizeof cause.bytes);
    add_measured(&state, slice_of(worker));
    SHA256_Update(&state, number, sizeof number);
    SHA256_Final(sum, &state);
    for (int i = 0; i < 6; i++)
        id.bytes[i] = (uint8_t)((uint64_t)accepted_ms >> (40 - 8 * i));
    memcpy(id.bytes + 6, sum, 10);
    id.bytes[6] = (uint8_t)((id.bytes[6] & 0x0f) | 0x70);
    id.bytes[8] = (uint8_t)((id.bytes[8] & 0x3f) | 0x80);
    return id;
}
