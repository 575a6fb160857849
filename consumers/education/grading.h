/* Marking: a paper's keys and rules and one sheet's answers give marks in whole hundredths, and nothing else does.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "consumers/education/question.h"
#include "process/arena.h"

/* How a section of an exam marks; data of the exam, one for each section. All zero: everything or nothing. */
struct grading_rule {
    enum multiple_mode multiple;
    enum grading_order {
        ORDER_ALL,        /* the whole mark for the right order, else nothing */
        ORDER_PLACES,     /* a share for each option in its right place */
        ORDER_NEIGHBOURS, /* a share for each two neighbours of the right order that stand so in the answer */
    } order;
    bool blanks_share; /* a share for each blank; else every blank must be right */
    bool pairs_share;  /* a share for each right pair; else every pair must be right */
    bool case_matters; /* blanks: capitals and small letters differ */
    int32_t penalty; /* of MULTIPLE_PARTIAL: hundredths of a right option's share; 100 takes a whole share */
};

/* A question of a paper: the mark it can bring, in hundredths, and how. */
struct grading_item {
    const struct question_key *key;
    const struct grading_rule *rule;
    int32_t marks;
};

/* A paper made ready to mark with; immutable, may be shared by threads. */
struct grading_paper;

/* Makes a paper of `count` lawful questions, numbered 1.. in their order. It and the keys it borrows live as
 * long as the arena and the keys' own; rules are copied. NULL when the arena is full. */
MUST struct grading_paper *grading_paper_new(struct arena *arena, const struct grading_item *items,
                                             size_t count);

/* The mark of one answer (options, left and right sides by their numbers) in hundredths, 0..marks. A missing
 * answer, one of another kind, one that names an option that does not exist, an order that is not of all
 * options, and a left side paired twice are worth nothing. Shares are exact until the end of the question,
 * then rounded once, half a hundredth up. An empty blank is wrong. A single choice under a corrected key with
 * several right options takes any one of them. Under a key with others, the one that brings most counts. A void
 * question brings its whole mark, whatever the answer. A number off the paper is worth 0. */
MUST int32_t grading_mark(const struct grading_paper *paper, int64_t number, const struct answer *answer);

/* The numbers of the void questions, in their order. */
const int64_t *grading_voided(const struct grading_paper *paper, size_t *ret_count);

/* One line of a sheet: the question's number on the paper and the answer that counts, or NULL. */
struct grading_line {
    int64_t number;
    const struct answer *answer;
};

/* Marks a sheet whose lines name different questions: each line's mark into ret_marks (room for `count`), and
 * the sum. */
int64_t grading_total(const struct grading_paper *paper, const struct grading_line *lines, size_t count,
                      int32_t *ret_marks);
