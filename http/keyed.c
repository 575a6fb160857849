/* SipHash-1-3.  SPDX-License-Identifier: Apache-2.0 */
#include "http/keyed.h"

#include <assert.h>
#include <endian.h>
#include <sys/random.h>

struct keyed keyed_new(void)
{
    struct keyed keyed;
    ssize_t got = getrandom(&keyed, sizeof keyed, 0);
    assert(got == sizeof keyed);
    return keyed;
}

static inline uint64_t turn(uint64_t x, int bits)
{
    return x << bits | x >> (64 - bits);
}

static inline void mix(uint64_t v[4])
{
    v[0] += v[1];
    v[2] += v[3];
    v[1] = turn(v[1], 13) ^ v[0];
    v[3] = turn(v[3], 16) ^ v[2];
    v[0] = turn(v[0], 32);
    v[2] += v[1];
    v[0] += v[3];
    v[1] = turn(v[1], 17) ^ v[2];
    v[3] = turn(v[3], 21) ^ v[0];
    v[2] = turn(v[2], 32);
}

uint64_t keyed_hash(const struct keyed *keyed, struct slice bytes)
{
    uint64_t v[4] = {keyed->key[0] ^ 0x736f6d6570736575, keyed->key[1] ^ 0x646f72616e646f6d,
                     keyed->key[0] ^ 0x6c7967656e657261, keyed->key[1] ^ 0x7465646279746573};
    uint64_t word, last = (uint64_t)bytes.length << 56;
    size_t at = 0;
    for (; at + 8 <= bytes.length; at += 8) {
        memcpy(&word, bytes.at + at, 8);
        word = le64toh(word);
        v[3] ^= word;
        mix(v);
        v[0] ^= word;
    }
    for (size_t i = 0; at + i < bytes.length; i++)
        last |= (uint64_t)(uint8_t)bytes.at[at + i] << 8 * i;
    v[3] ^= last;
    mix(v);
    v[0] ^= last;
    v[2] ^= 0xff;
    for (int i = 0; i < 3; i++)
        mix(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}
