/* What the grading worker holds of a member in an examination during a batch: attempts, saved answers, sheets.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "consumers/education/paper.h"
#include "consumers/index.h"
#include "consumers/work.h"
#include "sql/copy.h"

/* An answer as it was written; the greatest (writer, seq) of a question counts. */
struct written {
    struct written *next;
    int64_t question, writer, seq;
    const struct answer *answer;    /* the message's or the fetched row's; lives as long as the batch */
};

/* An ended attempt's sheet. */
struct sheet {
    bool there;         /* the attempt has ended */
    bool stored;        /* a row of it stood in PostgreSQL before this batch */
    bool touched;       /* to be written */
    enum hand_in ended;
    int64_t ended_at;
    struct id command;
    struct slice hand_in;   /* the hand-in's body, absent when closed by the deadline */
    struct slice marks;     /* four bytes a question, big-endian: its number << 20 | hundredths */
    int revision, key_version;
    int64_t mark;
    size_t answered;        /* questions with an answer that counts; known only once marked in this batch */
};

struct attempt {
    struct attempt *next;
    struct id id;
    int number, writers, due;
    uint64_t seed;
    int64_t started_at, deadline;
    const unsigned char *questions; /* two bytes each, big-endian */
    size_t question_count;
    uint64_t *drawn;                /* the same as bits, made when first asked for */
    bool stored, touched;
    struct written *written;        /* all that is saved, none of a hand-in's list */
    struct sheet sheet;
};

struct sitting {
    struct sitting *next;
    struct id exam, member;
    bool fetched;                   /* what PostgreSQL holds of it is here */
    int64_t extra_minutes;
    bool eligible;                  /* known only where a start wanted it */
    const struct exam_terms *terms; /* NULL: there is no such examination */
    const struct paper *paper;      /* NULL: not published */
    struct attempt *attempts;       /* the latest first */
};

/* Says what the batch will need, before the desk fetches: the sitting, and whether the member may sit it. */
void sitting_want(struct work *work, struct id exam, struct id member, bool to_start);

/* The sitting, with what was fetched; NULL when memory ran out. */
MUST struct sitting *sitting_of(struct work *work, struct id exam, struct id member);

/* Its attempt of that id, NULL if it has none. */
struct attempt *sitting_attempt(const struct sitting *sitting, struct id attempt);

/* A new attempt in front of the others, to be written; NULL when memory ran out. */
MUST struct attempt *sitting_begin(struct work *work, struct sitting *sitting);

/* Whether the question was drawn for the attempt; the arena takes its bits at the first question. */
bool attempt_has(struct attempt *attempt, int64_t question, struct arena *arena);

/* The latest time at which what is accepted still counts for the attempt. */
int64_t attempt_last(const struct sitting *sitting, const struct attempt *attempt);

/* Keeps a saved answer: a row to be written, and in memory. False when memory ran out. */
MUST bool attempt_write(struct work *work, struct attempt *attempt, const struct written *written);

/* Ends the attempt, or marks it anew: of what is saved and `more` (a hand-in's list, NULL-ended by next) the greatest
 * (writer, seq) of each question counts. The sheet gets the mark and its next revision, and exam_graded is said.
 * `hand_in` is the hand-in's body, borrowed till the batch ends. False when memory ran out. */
MUST bool attempt_mark(struct work *work, struct sitting *sitting, struct attempt *attempt, const struct written *more,
                       struct slice hand_in, enum hand_in ended, int64_t ended_at, struct id command);

/* Keeps a hand-in that is refused, with its bytes and the problem's name. */
void hand_in_refused(struct work *work, struct id attempt);

/* The desk's table of examinations, for handlers that change one: forgets what is held of it. */
void exam_forget(struct work *work, struct id exam);
