/* One step of a case: the pure judgement whether it may be made, with every reason why not.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "consumers/procedure/case.h"
#include "consumers/procedure/words.h"

/* A role of who would move, and where its organisation stands to the case's. */
struct office {
    struct slice role;
    bool own, superior, authority;
};

/* Who would move. */
struct mover {
    bool clock;
    struct id id;
    const struct office *offices;
    size_t count;
};

enum reason_kind {
    REASON_STATE,     /* not in this state */
    REASON_MOVER,     /* not by this person */
    REASON_PERSON,    /* by another person */
    REASON_FACT,      /* a fact is missing, unknown or of another kind */
    REASON_GUARD,     /* a guard does not hold */
    REASON_PAPER,     /* papers are missing */
    REASON_VOTE       /* the vote is missing, impossible or not enough */
};

/* Why a step is shut, and what to do about it. */
struct reason {
    enum reason_kind kind;
    struct slice detail, detail_zh;
    struct slice clause;
    int32_t opens_on;          /* time alone opens it, on this day; 0: it does not */
    const struct reason *next;
};

struct judgement {
    struct arena *arena;
    const struct reason *first;
    struct reason *last;
    size_t count;
    bool provisional;          /* a year's working days were not known */
    int32_t closes_on;         /* a guard lets it through up to this day; 0: none does */
};

/* What is asked. */
struct request {
    int move;
    const struct mover *mover;       /* NULL in what is foreseen */
    int64_t at;
    const struct case_given *given;  /* NULL in what is foreseen: what the move takes is left out of the judgement */
};

/* Judges the request against the case as it stands. True: the step may be made, and `judgement` has no reason. A full
 * arena leaves reasons out, never the refusal. */
bool step_judge(const struct case_record *record, const struct standing *standing, const struct calendar *calendar,
                const struct request *request, struct arena *arena, struct judgement *ret_judgement);

/* Whether the mover is one of those that a row of `who`, or an owner, means. */
bool step_is(const struct case_record *record, const struct mover *mover, const struct pack_mover *meant);

/* Adds a reason, its texts with the words in their places. Always false. */
bool reason_add(struct judgement *judgement, enum reason_kind kind, struct slice clause, const char *detail,
                const char *detail_zh, const struct word *words);

/* Whether the guards of a move hold on that day; `taken` are facts not to be judged. Says every one that does not. */
bool guards_judge(const struct pack *pack, int move, const struct standing *standing, const struct calendar *calendar,
                  int32_t today, set taken, struct judgement *judgement);
