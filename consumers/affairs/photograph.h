/* A person's photograph: a value of the file like others, whose bytes stand sealed beside it.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "consumers/work.h"

/* Wipes the files of the person's photographs that neither hold nor wait. False: PostgreSQL failed. */
MUST bool photograph_wipe(struct work *work, struct id person);
