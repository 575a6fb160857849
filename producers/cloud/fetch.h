/* One request to an outside service over HTTPS: the only place that knows libcurl.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "process/text.h"

/* What became of it. */
enum fetched {
    FETCHED,      /* a reply came, of whatever status */
    FETCH_UNSENT, /* no connection: the service has not seen it */
    FETCH_UNSURE, /* it was sent, and no whole reply came in time */
};

/* Appends a parameter to an address that ends in '?' or holds others: name=value, escaped. */
void fetch_parameter(struct buffer *url, const char *name, struct slice value);

/* GETs the address, or POSTs `json` where that is not absent; waits as long as the setting cloud_wait_ms says, follows
 * nowhere, takes 64 KiB at most. HTTPS only, but in test mode. Any thread; blocks. */
enum fetched fetch(const struct buffer *url, struct slice json, int *ret_status, struct buffer *ret_body);

/* Waits before the n-th further try, n from 1: a fifth of a second doubled each time, half of it by chance. */
void fetch_pause(int tries);
