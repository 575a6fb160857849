/* Tickets: what the front must be told again by whoever comes back, sealed, so that it need not remember.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "topics/seal.h"

/* What a ticket holds. The slices of a ticket that was read point into `plain`, the reader's to free. */
struct ticket {
    struct id account, device;
    int64_t expires_ms;
    struct slice login, text; /* text: what else the kind needs */
    struct buffer plain;
};

/* Appends the sealed ticket of that kind. */
void ticket_make(const struct seal *seal, const char *kind, const struct ticket *ticket, struct buffer *buffer);

/* Whether the text is a ticket of that kind that is good at `now`. */
MUST bool ticket_read(const struct seal *seal, const char *kind, struct slice text, int64_t now, struct ticket *ret_ticket);
