/* Sessions: log-in with a password, refresh tokens used once, log-out, and who a request's token speaks for.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "http/visit.h"

/* Registers the calls that open, refresh and close a session, and all that concern who somebody is. */
void sessions_offer(struct front *front);

/* Of these, a change of one's own password; second factors. */
void credentials_offer(struct front *front);
void factors_offer(struct front *front);

/* Integration clients. */
void clients_offer(struct front *front);

/* Outside identities: their calls, and the applications that we have there, from the settings. False: one is not whole. */
void identities_offer(struct front *front);
MUST bool identities_open(struct front *front, struct problem *problem);
void identities_close(struct front *front);

/* Reads which roles must have a second factor. False: there is no such role. */
MUST bool factors_read(struct front *front, struct problem *problem);

/* Finds the caller behind the request's token. False: the visit's problem says why, and headers may stand ready. */
MUST bool session_admit(struct visit *visit);
