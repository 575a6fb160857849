/* What outside services answer: JSON read tolerantly, and what an error of theirs means for us.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "process/arena.h"

/* What a call came to. */
enum cloud {
    CLOUD_WELL,
    CLOUD_CODE,   /* the code is wrong, over or used: its owner gets a new one */
    CLOUD_PERSON, /* the service refuses this person */
    CLOUD_LATER,  /* too many, busy, or away: later */
    CLOUD_MISSET, /* our settings there are wrong: a person must look */
};

/* A member wanted: its text, or the raw JSON of what is no text. */
struct answer_field {
    const char *name;
    struct slice *ret_text; /* absent where there is none, or null */
};

/* Reads the members of a JSON object, wherever they stand; others are passed over. False: it is none. Slices point into
 * the text or the arena. */
MUST bool answer_read(struct slice json, struct arena *arena, const struct answer_field *fields, size_t count);

/* A number written as a number or as a text; `otherwise` where it is absent, and INT64_MIN where it is none. */
int64_t answer_number(struct slice text, int64_t otherwise);
