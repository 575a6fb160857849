/* Digests of bodies: SHA-256, whole or the first half.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "process/text.h"

/* The first 16 bytes of a SHA-256, enough to tell two bodies of one command id apart. */
struct digest {
    uint8_t bytes[16];
};

/* Room for its 32 hex digits and a zero. */
#define DIGEST_TEXT 33

struct digest digest_of(struct slice bytes);

static inline bool digest_equal(struct digest a, struct digest b)
{
    return memcmp(a.bytes, b.bytes, sizeof a.bytes) == 0;
}

/* Lower-case hex. */
void digest_text(struct digest digest, char ret_text[static DIGEST_TEXT]);

/* Reads exactly 32 lower-case hex digits. */
MUST bool digest_parse(struct slice text, struct digest *ret_digest);

/* The whole SHA-256 of bytes that come piece by piece. */
struct digest_sum;
struct digest_sum *digest_sum_new(void) __attribute__((returns_nonnull));
void digest_sum_add(struct digest_sum *sum, struct slice bytes);
void digest_sum_end(struct digest_sum *sum, uint8_t ret_sum[static 32]);
void digest_sum_free(struct digest_sum *sum);

/* The whole SHA-256 of the bytes. */
void digest_sha256(struct slice bytes, uint8_t ret_sum[static 32]);
