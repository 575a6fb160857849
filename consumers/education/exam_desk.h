/* The grading worker's desk from the inside: what sitting.c and exam_desk.c share.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "consumers/education/sitting.h"

/* A sitting that the batch wants. */
struct wanted_sitting {
    struct id exam, member;
    bool to_start;
};

struct exam_desk {
    struct wanted_sitting *wanted;
    size_t wanted_count, wanted_room;
    struct index_table terms;    /* exam -> struct exam_terms */
    struct index_table sittings; /* exam ^ member -> list of struct sitting */
    struct sitting *first;       /* all sittings of the batch */
    struct paper *papers;        /* latest used first */
    size_t paper_count;
    struct copy *attempts, *answers, *sheets, *refused;
};

/* The sitting's place in the table, made if need be. */
MUST struct sitting *exam_desk_sitting(struct exam_desk *desk, struct arena *arena, struct id exam, struct id member);

/* Reads terms, sittings, attempts, sheets and saved answers of these wanted ones. */
MUST bool exam_desk_fetch(struct exam_desk *desk, struct sql_connection *connection, struct arena *arena,
                          const struct wanted_sitting *wanted, size_t count);

/* The paper of one examination as it stands, for a handler outside its sittings, which it leaves alone. False where
 * PostgreSQL failed or the paper is damaged; *ret_paper is NULL where no such examination is published. */
MUST bool exam_desk_published(struct exam_desk *desk, struct sql_connection *connection, struct arena *arena,
                              struct id exam, const struct paper **ret_paper);

/* Writes what the batch touched. */
MUST bool exam_desk_send(struct exam_desk *desk, struct sql_connection *connection);

/* The paper of the terms, loaded if need be; NULL where PostgreSQL failed or it is damaged. */
MUST const struct paper *exam_desk_paper(struct exam_desk *desk, struct sql_connection *connection,
                                         const struct exam_terms *terms);
