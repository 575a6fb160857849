/* Ids of 128 bits: command ids that say whose they are, and ids that a replay makes again.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <endian.h>

#include "process/keyfile.h"

/* An id. Its text is the 36 characters of a UUID in lower case; no meaning is read from its version bits. */
struct id {
    uint8_t bytes[16];
};

/* Room for an id's text with its zero. */
#define ID_TEXT 37

static inline bool id_equal(struct id a, struct id b)
{
    return memcmp(a.bytes, b.bytes, sizeof a.bytes) == 0;
}

/* Below, at or above zero: the order of the bytes, which is that of the texts and of PostgreSQL's uuid. */
static inline int id_compare(struct id a, struct id b)
{
    uint64_t first[2], second[2];
    memcpy(first, a.bytes, sizeof first);
    memcpy(second, b.bytes, sizeof second);
    int half = first[0] == second[0];
    uint64_t left = be64toh(first[half]), right = be64toh(second[half]);
    return (left > right) - (left < right);
}

/* The id of all zeros stands for "none". */
static inline bool id_is_none(struct id id)
{
    return id_equal(id, (struct id){0});
}

/* A well spread number of the id, for hash tables that outsiders cannot aim at: `salt` is the table's own. */
uint64_t id_hash(struct id id, uint64_t salt);

void id_text(struct id id, char ret_text[static ID_TEXT]);

/* Appends the 36 characters, without quotes. */
void id_add(struct buffer *buffer, struct id id);

/* Reads the 36 characters (either case, hyphens in their places); anything else is false. */
MUST bool id_parse(struct slice text, struct id *ret_id);

/* 128 random bits (the version and variant bits of a UUIDv4 set). */
struct id id_random(void);

/* The key of the MACs in command ids: one for the whole house, from the file of the setting id_key. */
struct id_key;

/* Reads the key file; free with id_key_free(), which wipes it. */
MUST bool id_key_new(const char *path, struct id_key **ret_key, struct problem *problem);
void id_key_free(struct id_key *key);

/* The id of a command: 96 bits of SHA-256(actor, method, path, idempotency key), each with its length, and
 * 32 bits of HMAC-SHA-256 over actor and those bits. Without an idempotency key (text.at NULL) the 96 bits
 * are random. */
struct id id_command(const struct id_key *key, struct id actor, struct slice method, struct slice path,
                     struct slice idempotency_key);

/* Whether the command id was made for that actor. True of a forged or foreign one once in 2^32. */
bool id_owner_is(const struct id_key *key, struct id id, struct id actor);

/* The id of what follows from a cause: a pure function of its arguments, in the order of time (UUIDv7's
 * shape: 48 bits of accepted_ms, then 74 bits of SHA-256(cause, worker, ordinal)), so that a replay makes
 * the same. */
struct id id_derive(int64_t accepted_ms, struct id cause, const char *worker, uint32_t ordinal);
