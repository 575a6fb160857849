/* Taking questions into a bank, from a file or written by hand.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "consumers/education/question.h"
#include "consumers/work.h"

/* Locks the bank; the first number that is free in it, 0 where there is no such bank. False where PostgreSQL failed. */
MUST bool bank_lock(struct work *work, struct id bank, int64_t *ret_next);

/* The number of the bank's question of that title, 0 where none has it. False where PostgreSQL failed. */
MUST bool question_titled(struct work *work, struct id bank, struct slice title, int64_t *ret_number);

/* Takes a lawful question as the next version of its number; 0 where it stands so already. An absent title leaves the one
 * that it had. False where PostgreSQL failed or the arena is full. */
MUST bool question_take(struct work *work, struct id bank, int64_t number, const struct question *question,
                        int64_t *ret_version);
