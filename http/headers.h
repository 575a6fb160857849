/* Request headers: lists and names in them; the media type, key and preference that commands are asked by.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "process/problem.h"
#include "process/text.h"

/* The text without the blanks around it. */
struct slice headers_trim(struct slice text);

/* Takes what stands before the next `mark` off the text, trimmed; what is left is absent when there was no mark. False: the
 * text is absent, so nothing is left. */
bool headers_take(struct slice *text, char mark, struct slice *ret_part);

/* Whether two names are the same in any case. */
bool headers_same(struct slice a, struct slice b);

/* Whether a Content-Type is of that media type, its parameters aside (a charset must be UTF-8). */
bool headers_media_is(struct slice content_type, struct slice media);

/* Reads an Idempotency-Key, quoted or bare: 1 to 64 printable ASCII characters. Absent: absent. */
MUST bool headers_key(struct slice value, struct slice *ret_key, struct problem *problem);

/* The seconds of `wait=N` in a Prefer header, -1 if it does not say; 0 for `respond-async` alone. */
int64_t headers_wait(struct slice prefer);

/* The token of "Authorization: Bearer <token>"; false for anything else. */
MUST bool headers_bearer(struct slice authorization, struct slice *ret_token);
