/* Files with secret keys: hexadecimal lines that only their owner may read.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "process/problem.h"

/* A 256-bit key. Wipe with key_wipe() when done. */
struct key {
    uint8_t bytes[32];
};

/* Reads up to `most` keys (a line of 64 hex digits each; the first is the one to use, later ones are older)
 * and their number. Refused: a file that others may read, a line that is no key, a file without any. */
MUST bool keyfile_read(const char *path, struct key *ret_keys, size_t most, size_t *ret_count, struct problem *problem);

/* Overwrites the key in memory. */
void key_wipe(struct key *key);
