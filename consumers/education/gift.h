/* Reading a file of questions in Moodle's GIFT format.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "consumers/education/question_rows.h"

/* Follows Moodle's question/format/gift: an empty line ends a question; // comments; $CATEGORY: gives the
 * topic; a title between ::; [html] and its like; {…} with choices (~ = and weights), true/false, short
 * answers, numbers, pairs; text behind the block makes it a missing word; #### the explanation (without
 * one, the right answer's feedback). What Moodle would take in but mark by chance is refused with its
 * place instead: essays, descriptions, wildcards, two right answers in a single choice, a second block
 * (an empty line is missing), pictures. The encodings are those of encoding.h. Every question is worth
 * limits->marks. The rows lie in the arena and in `bytes`. False, and why, when nothing of the file is
 * taken. */
MUST bool gift_read(struct slice bytes, const struct import_limits *limits, struct arena *arena,
                    struct question_rows *ret_rows, struct file_error *ret_error);
