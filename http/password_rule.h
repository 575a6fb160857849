/* Which new passwords are taken: long enough, of enough kinds of characters, and none that is guessed first.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "process/problem.h"

/* Whether the password may be somebody's new one; `login` is his log-in name, absent where it is not known. False: the
 * problem says why, pointing nowhere yet. */
MUST bool password_may(struct slice password, struct slice login, struct problem *problem);
