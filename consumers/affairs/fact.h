/* Values of a person's fields: entered with their source, never overwritten; what a stronger source denies waits for a decision.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "consumers/work.h"
#include "topics/person_field.h"

/* Fields at most: the frame's arrays are this long. */
enum { FACTS_MOST = 20 };

/* A value in plain text, in the batch's arena; `text` absent where there is none. */
struct held_value {
    struct slice text;
    int source; /* enum fact_source */
};

/* What a value that came in becomes beside the present one. */
enum fact_verdict { FACT_TAKEN, FACT_SAME, FACT_WAITS };

/* The rule: the same value, or a less exact day of it, changes nothing; another one from a source at least as strong takes
 * its place, and so does a more exact day; from a weaker source it waits. Nothing was known: it is taken. */
enum fact_verdict fact_judge(enum text_form form, const struct held_value *present, const struct held_value *coming);

/* Whether two days agree as far as both go: 1980 and 1980-05-01 do. */
bool fact_days_agree(struct slice one, struct slice other);

/* What stood in a command, opened, in the order of person_fields. Adds what a resident ID number tells beside it. False:
 * work->problem says where in the body it contradicts itself, or what cannot be. */
MUST bool facts_open(struct work *work, const struct person_values *values, int source,
                     struct held_value ret_coming[static FACTS_MOST]);

/* A person as it stands, its row locked. */
struct person_known {
    struct id organisation;
    bool account;
    struct held_value present[FACTS_MOST];
};

/* Reads and locks it. *ret_known false: there is none. False: PostgreSQL failed, or a value cannot be opened. */
MUST bool facts_present(struct work *work, struct id person, bool *ret_known, struct person_known *ret_person);

/* Whether what came agrees with the resident ID number that holds; else work->problem says where in the body it does not. */
MUST bool facts_agree(struct work *work, const struct person_known *known,
                      const struct held_value coming[static FACTS_MOST]);

/* REJECTED where another person has the resident ID number that came. To be asked before anything is written. */
MUST enum verdict facts_refuse(struct work *work, struct id person, const struct held_value coming[static FACTS_MOST]);

/* Judges and writes what came; the names of the fields go into the result by what became of them. */
MUST enum verdict facts_enter(struct work *work, struct id person, const struct person_known *known,
                              const struct held_value coming[static FACTS_MOST], const struct fact_origin *origin,
                              struct facts_taken *ret_taken);

/* After values were taken back: what holds now of the touched fields, or that nothing does, is found and listed. */
MUST bool facts_hold_again(struct work *work, struct id person, bool account, const bool touched[static FACTS_MOST],
                           const struct held_value now[static FACTS_MOST]);

struct rows;

/* Decides a contested value, the row of fact_contested: it takes the present one's place, or is refused. */
MUST enum verdict facts_settle(struct work *work, const struct fact_decide *command, const struct person_known *known,
                               const struct rows *rows);
