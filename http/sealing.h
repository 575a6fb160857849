/* Personal fields of a command's body: sealed, and of secrets only the argon2id hash, before the body leaves the front.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "process/text.h"
#include "topics/catalogue.h"
#include "topics/decode.h"
#include "topics/seal.h"

/* Whether a shape has personal fields anywhere. */
bool sealing_concerns(const struct shape *shape);

/* Appends the body with the texts that `privates` found in it, in their order, sealed for the command under their fields'
 * names. Takes the time of an argon2id hash for each secret: not in a loop. */
void sealing_replace(const struct seal *seal, struct id command, struct slice body,
                     const struct decode_privates *privates, struct buffer *buffer);

/* A body and what was found in it, in memory of their own: whoever seals may outlive the exchange that brought them. */
struct sealing_copy {
    struct slice body;
    struct decode_privates privates;
};

struct sealing_copy sealing_copy(struct slice body, const struct decode_privates *privates);

/* Wipes and frees it. */
void sealing_forget(struct sealing_copy *copy);
