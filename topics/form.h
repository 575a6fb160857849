/* Forms of text: what a text must look like beyond its length, and how it is shown to whoever may not see it whole.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "process/problem.h"

/* log-in names; dates "2026", "2026-11" or "2026-11-29", as exact as the source is; resident ID numbers (GB 11643);
 * mobile numbers. */
enum text_form { FORM_free, FORM_login, FORM_day, FORM_sex, FORM_mobile, FORM_resident_id, FORM_name };

/* Whether the text has the form; else the problem says what it should be. */
MUST bool form_check(enum text_form form, struct slice text, struct problem *problem);

/* The form as a JSON Schema pattern, NULL where any text has it. */
const char *form_pattern(enum text_form form);

/* What is said, in Chinese, of a text that has not the form; NULL where any text has it. */
const char *form_wrong_zh(enum text_form form);

/* Appends what is shown of the text in its place: 110***********1234, 138****5678, 张*, and of free text nothing. */
void form_mask(enum text_form form, struct slice text, struct buffer *buffer);

/* What a resident ID number that has its form tells: the day of birth, "1949-12-31", and "male" or "female". */
enum { FORM_DAY_TEXT = 11 };
void form_resident_id(struct slice number, char ret_born[static FORM_DAY_TEXT], const char **ret_sex);
