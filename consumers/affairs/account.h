/* Accounts as the front is to know them.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "consumers/work.h"

/* Says the present state of these accounts (read in the open transaction) on the account topic, each under its next
 * version; `accounts` is `count` ids. The outcome is told only where the last of them is known. */
MUST bool accounts_say(struct work *work, const struct id *accounts, size_t count);
