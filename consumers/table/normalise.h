/* Text as a marker reads it: full and half width, white space and case made one.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "process/text.h"

/* What normalise() answers for bytes that are not UTF-8, and for what would not fit. */
#define NORMALISE_UNFIT SIZE_MAX

/* The code point that starts at `at`, its length in bytes through ret_point's return; 0 if there is no
 * well-formed one. */
MUST size_t point_read(struct slice text, size_t at, uint32_t *ret_point);

/* Writes the code point as UTF-8 into `out` (room for 4 bytes) and answers its length. */
size_t point_write(uint32_t point, char *out);

/* Whether Unicode counts the code point as white space (the ideographic space among them). */
bool point_is_space(uint32_t point);

/* The text in the one form in which answers are compared, into `out` of `room` bytes; never longer than the
 * text. Full-width forms and the minus sign become ASCII; zero-width characters vanish; white space at the
 * ends, and beside a Han character, vanishes, else a run of it is one space; with `fold` Latin, Greek and
 * Cyrillic capitals become small letters. Answers the length, or NORMALISE_UNFIT. No zero is written behind
 * it. */
MUST size_t normalise(struct slice text, bool fold, char *out, size_t room);

/* The text without the white space at its two ends; the bytes stay whose they are. */
struct slice slice_trim(struct slice text);
