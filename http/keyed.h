/* A keyed hash (SipHash-1-3) for tables that outsiders fill.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "process/text.h"

struct keyed {
    uint64_t key[2];
};

/* A key of random bits. */
struct keyed keyed_new(void);

/* The hash of the bytes under the key. */
uint64_t keyed_hash(const struct keyed *keyed, struct slice bytes);
