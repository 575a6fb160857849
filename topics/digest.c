/* SHA-256 of bodies.  SPDX-License-Identifier: Apache-2.0 */
/* The low-level calls keep their state on the stack: no allocation, no lock, a fifth of EVP's cost for short
 * texts. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "topics/digest.h"

#include <openssl/sha.h>
#include <stdlib.h>

#include "process/hex.h"
#include "process/memory.h"

void digest_sha256(struct slice bytes, uint8_t ret_sum[static 32])
{
    SHA256_CTX state;
    SHA256_Init(&state);
    if (bytes.length)
        SHA256_Update(&state, bytes.at, bytes.length);
    SHA256_Final(ret_sum, &state);
}

struct digest_sum {
    SHA256_CTX state;
};

struct digest_sum *digest_sum_new(void)
{
    struct digest_sum *sum = memory_new(sizeof *sum);
    SHA256_Init(&sum->state);
    return sum;
}

void digest_sum_add(struct digest_sum *sum, struct slice bytes)
{
    if (bytes.length)
        SHA256_Update(&sum->state, bytes.at, bytes.length);
}

void digest_sum_end(struct digest_sum *sum, uint8_t ret_sum[static 32])
{
    SHA256_Final(ret_sum, &sum->state);
}

void digest_sum_free(struct digest_sum *sum)
{
    free(sum);
}

struct digest digest_of(struct slice bytes)
{
    uint8_t sum[32];
    struct digest digest;
    digest_sha256(bytes, sum);
    memcpy(digest.bytes, sum, sizeof digest.bytes);
    return digest;
}

void digest_text(struct digest digest, char ret_text[static DIGEST_TEXT])
{
    *hex_put(ret_text, digest.bytes, sizeof digest.bytes) = 0;
}

bool digest_parse(struct slice text, struct digest *ret_digest)
{
    struct digest digest;
    if (text.length != DIGEST_TEXT - 1 || !hex_read(text.at, sizeof digest.bytes, true, digest.bytes))
        return false;
    *ret_digest = digest;
    return true;
}
