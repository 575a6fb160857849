/* From the parts of a message to its C struct, by the catalogue's rows: one walk for the front and the workers.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "process/arena.h"
#include "process/problem.h"
#include "topics/catalogue.h"

/* The front refuses what no row names; workers pass over it, so that old ones read new messages. */
enum decode_manner { DECODE_STRICT, DECODE_LENIENT };

/* Where a message's fields come from. A raw upload's body is not decoded. */
struct decode_source {
    struct slice path;    /* "/v1/exams/…/submissions"; absent for events and states */
    struct slice query;   /* "bank=…&format=csv"; absent where there is none */
    struct slice body;    /* JSON */
};

/* A private field as it stood in the body, for sealing: `raw` is the string with its quotes. */
struct decode_private {
    const struct field *field;
    struct slice raw, value;
};

/* The private fields found, up to `most`; more is a fault. */
struct decode_privates {
    struct decode_private *at;
    size_t count, most;
};

/* Fills the declaration's struct, which is `ret_message`, of shape->size bytes. Slices point into the source or the
 * arena. False: the problem says what is wrong and where (pointer). `privates` may be NULL. */
MUST bool decode(const struct declaration *declaration, const struct decode_source *source, enum decode_manner manner,
                 int depth_most, struct arena *arena, struct decode_privates *privates, void *ret_message,
                 struct problem *problem);

/* The same for one JSON text of a shape that stands alone: a record kept in a table, a pack. */
MUST bool decode_record(const struct shape *shape, struct slice json, enum decode_manner manner, struct arena *arena,
                        void *ret_record, struct problem *problem);
