/* The answer block of a GIFT question, {…}: which kind it is, its options and its key.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "consumers/education/question.h"
#include "process/arena.h"

/* A question being read; texts are still escaped and lie in `text`. */
struct gift_reading {
    struct arena *arena;
    struct question *question;
    bool html;             /* the stem's format, which answers inherit */
    struct slice feedback; /* of the right answer, escaped */
    const char *at;        /* where the fault is, when one is returned */
};

/* The first unescaped byte of `any` at or behind `from`, or the length. */
size_t gift_find(struct slice text, size_t from, const char *any);

/* The text's value in the arena: its own format prefix taken off, escapes undone, HTML made plain. */
MUST enum fault gift_value(struct gift_reading *reading, struct slice text, struct slice *ret_value);

/* Takes a leading [html], [moodle], [plain] or [markdown] off the text and notes in ret_html whether it was
 * [html]; leaves ret_html alone without one. */
struct slice gift_format(struct slice text, bool *ret_html);

/* Reads the block (without braces and general feedback) into the question's options and key. */
MUST enum fault gift_answers(struct gift_reading *reading, struct slice block);
