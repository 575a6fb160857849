/* Sessions: log-in with a password, refresh tokens used once, log-out, and who a request's token speaks for.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "http/visit.h"

/* Registers the calls that open, refresh and close a session. */
void sessions_offer(struct front *front);

/* Finds the caller behind the request's token. False: the visit's problem says why, and headers may stand ready. */
MUST bool session_admit(struct visit *visit);
