/* An examination's state as the front is to know it.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "consumers/work.h"

/* Says the examination's present state under its next version, read in the open transaction. */
MUST bool exam_say(struct work *work, struct id exam);
