/* Entries of the audit trail that a worker's commands leave.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "consumers/work.h"

/* Adds an entry about this command to the worker's own chain, in the batch's transaction: who, what (the command's name),
 * to what and whose, and why; `organisation` none and `reason` absent where there is none. Called last, where a handler
 * applies: nothing may be refused behind it. */
MUST bool audit_add(struct work *work, struct id object, struct id organisation, struct slice reason);
