/* Personal fields sealed before they leave the front, opened only where a duty needs them.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "topics/id.h"

/* The longest text that is sealed in one piece: a parked message is sealed whole. */
#define SEAL_LONGEST ((size_t)16 << 20)

/* The ring of master keys: the first seals, all open. */
struct seal;

/* Reads the key file (setting seal_key); seal_free() wipes it. */
MUST bool seal_new(const char *path, struct seal **ret_seal, struct problem *problem);
void seal_free(struct seal *seal);

/* Appends "v1|kid|nonce|ciphertext|tag" (kid 8 hex digits, the rest base64) to the buffer: AES-256-GCM under
 * a key derived (HKDF-SHA-256) from the master key for this subject, a random nonce, bound to field and
 * subject, so that a sealed text cannot be moved to another field or person. Safe in every thread. */
void seal_hide(const struct seal *seal, struct id subject, const char *field, struct slice plain,
               struct buffer *buffer);

/* Appends the plain text of what seal_hide made for this field and subject; else false and the problem says
 * why (malformed, unknown key, or not what was sealed). The caller wipes the buffer. */
MUST bool seal_show(const struct seal *seal, struct id subject, const char *field, struct slice sealed,
                    struct buffer *buffer, struct problem *problem);

/* For streams (topics/seal_stream.h): the name of the key that seals, and the key derived from the one of that name for a
 * salt; false where the key file has none. */
enum { SEAL_KID = 8, SEAL_SALT = 16 };
void seal_kid(const struct seal *seal, char ret_kid[static SEAL_KID]);
MUST bool seal_salted_key(const struct seal *seal, const char kid[static SEAL_KID], const uint8_t salt[static SEAL_SALT],
                          struct key *ret_key);

/* Whether a text has the form of a sealed one. */
bool seal_is_sealed(struct slice text);

/* The blind index of a value: 128 bits of HMAC-SHA-256 under a key derived for this field from the oldest
 * master key, to find a whole value without storing it. The caller normalises the value first. */
void seal_index(const struct seal *seal, const char *field, struct slice value, uint8_t ret_index[static 16]);

/* How many keys the ring has, and the index under one of them, 0 the first: what is kept for years is indexed under the
 * first, as it is sealed, and looked for under each, so that an old key can be taken out once all is sealed anew. */
size_t seal_keys(const struct seal *seal);
void seal_index_under(const struct seal *seal, size_t which, const char *field, struct slice value,
                      uint8_t ret_index[static 16]);
