/* A command's way into its topic: id, time, cause and key around the body as it came.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "topics/catalogue.h"
#include "topics/writer.h"

/* A checked command; everything is copied before submit() returns. */
struct submission {
    const struct declaration *declaration;
    const void *message;        /* its struct, for the key */
    struct id command, actor;
    int64_t accepted_ms;
    struct slice subject;       /* the request's path and query */
    struct slice body;          /* as received, private fields sealed */
    struct digest digest;       /* of the body as received */
    struct trace trace;
};

/* Writes the command; as writer_write(): true means that one report comes to the ticket. */
MUST bool submit(struct writer_port *port, const struct submission *submission, struct writer_ticket *ticket,
                 struct problem *problem);
