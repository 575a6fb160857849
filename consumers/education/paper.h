/* A published examination in the grading worker's memory: immutable by version of its keys.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "consumers/education/draw.h"
#include "consumers/education/grading.h"
#include "sql/connection.h"
#include "topics/messages.h"

/* An examination as it stands in this batch's transaction. */
struct exam_terms {
    struct id exam, organisation;
    bool published;
    int64_t opens_at, closes_at;
    int64_t minutes, grace_seconds, attempts;
    enum counted_attempt counted;
    enum multiple_mode multiple;
    int64_t penalty; /* hundredths */
    enum release_rule release;
    int64_t full_mark; /* hundredths */
    int key_version;
};

/* Its questions and keys; number n is at place n - 1. */
struct paper {
    struct id exam;
    int key_version;
    struct arena *arena;                 /* holds all of it */
    size_t count;
    struct pool_question *pool;
    const struct blueprint_row *rows;    /* a row a section */
    size_t row_count;
    struct question_key *keys;
    struct grading_item *items;
    struct grading_rule rule;
    struct grading_paper *grading;
    struct paper *next;                  /* in its cache, latest used first */
};

/* Reads a paper with the keys of `terms->key_version` into an arena of its own. NULL where PostgreSQL failed or the
 * paper is damaged or too large. */
MUST struct paper *paper_load(struct sql_connection *connection, const struct exam_terms *terms);
void paper_free(struct paper *paper);

/* What is drawn of it for a seed, in the arena; NULL when that is full. */
MUST const struct drawn *paper_draw(const struct paper *paper, uint64_t seed, struct arena *arena, size_t *ret_count);

/* A stored or proposed key made ready for marking, in the arena; false where it does not fit kind and options. */
MUST bool paper_key(const struct answer_key *stored, enum question_kind kind, size_t options, size_t rights,
                    struct arena *arena, struct question_key *ret_key);

/* The same question key as it is stored. */
MUST bool paper_key_stored(const struct question_key *key, struct arena *arena, struct answer_key *ret_stored);
