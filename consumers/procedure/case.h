/* A case: its steps so far, and how it stands after them.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "consumers/procedure/calendar.h"
#include "consumers/procedure/walk.h"

enum { PACK_STATES = 64, PACK_MOVES = 64, PACK_FACTS = 64, PACK_DEADLINES = 32 };

/* A step that was made. */
struct step {
    int move;
    bool clock;             /* a deadline ran out; there is no actor */
    struct id actor;
    int64_t at;             /* when it was accepted, milliseconds */
    const struct case_given *given;
};

/* A case as it is kept. Everything else about it follows from these. */
struct case_record {
    const struct pack *pack; /* the version that it began under */
    bool has_subject;
    struct id subject;
    const struct step *steps;
    size_t count;
};

/* How a case stands. */
struct standing {
    struct place place;
    const struct fact_value *facts[PACK_FACTS]; /* the last given; NULL: not known */
    size_t made[PACK_MOVES];                    /* how often */
    struct standing_deadline {
        size_t generation;                      /* the step that started it, from 1; its place in time */
        int32_t due_on;                         /* its last day */
        bool provisional;                       /* by a year whose working days are not known */
    } deadlines[PACK_DEADLINES];                /* of those that place.running names */
};

/* Walks the steps. A state of PACK_NONE says that nothing was made yet. */
void case_stand(const struct case_record *record, const struct calendar *calendar, struct standing *ret_standing);

/* The same, one step further. */
void case_stand_on(const struct pack *pack, const struct calendar *calendar, size_t generation, const struct step *step,
                   struct standing *standing);

/* The day of a date that is known. */
bool case_date(const struct standing *standing, int fact, int32_t *ret_day);

/* Papers of that name given in all steps. */
size_t case_papers(const struct case_record *record, struct slice name);
