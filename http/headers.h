/* The request headers that commands are asked by: media type, idempotency key, preference.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "process/problem.h"
#include "process/text.h"

/* Whether a Content-Type is of that media type, its parameters aside (a charset must be UTF-8). */
bool headers_media_is(struct slice content_type, struct slice media);

/* Reads an Idempotency-Key, quoted or bare: 1 to 64 printable ASCII characters. Absent: absent. */
MUST bool headers_key(struct slice value, struct slice *ret_key, struct problem *problem);

/* The seconds of `wait=N` in a Prefer header, -1 if it does not say; 0 for `respond-async` alone. */
int64_t headers_wait(struct slice prefer);

/* The token of "Authorization: Bearer <token>"; false for anything else. */
MUST bool headers_bearer(struct slice authorization, struct slice *ret_token);
