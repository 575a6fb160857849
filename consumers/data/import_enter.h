/* Entering a row of an import, and taking it back: as the commands it stands for, done by the same functions.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "consumers/data/import.h"

/* A row of an import as it is entered. */
struct import_entry {
    const struct import_known *known;
    int64_t line;
    struct import_values values;
    struct id target;          /* whom or what it changes; none: it is new. Then whom or what it became */
    struct slice before;       /* JSON of what was there and nothing else keeps; absent: nothing was */
    int fate;                  /* enum import_fate, before and after */
    struct import_faults notes; /* what is to be said of it */
};

/* The work of an event as that of a command by whoever confirmed the import: the same message, another name and actor. */
struct import_work {
    struct work work;
    struct envelope envelope;
};
void import_work_as(const struct work *work, const struct import_known *known, const struct declaration *message,
                    struct import_work *ret_as);

/* After a decision as that: the events go on being counted where it stopped, and what it refused is refused. */
enum verdict import_work_end(struct work *work, const struct import_work *as, enum verdict verdict);

/* What people of such a file are. */
static inline enum person_role import_role(const struct import_known *known)
{
    return (enum person_role)(known->kind - IMPORT_MEMBERS + PERSON_MEMBER);
}

/* The organisation of that name within the import's, as the tree stands now. REJECTED where there is none, or several. */
MUST enum verdict import_organisation(struct work *work, const struct import_known *known, struct slice name,
                                      struct id *ret_organisation);

/* Enters a person, or changes who is there. REJECTED leaves things half done: the caller goes back. */
MUST enum verdict import_enter_person(struct work *work, struct import_entry *entry);

/* Sets up an organisation, or changes the one that is there; likewise. */
MUST enum verdict import_enter_organisation(struct work *work, struct import_entry *entry);

/* Takes back what the row entered, but for what was edited since, which the notes name; likewise. */
MUST enum verdict import_undo_person(struct work *work, struct import_entry *entry);
MUST enum verdict import_undo_organisation(struct work *work, struct import_entry *entry);
