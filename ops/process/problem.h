/* An error as a value: what went wrong, where, and what to do about it.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "process/text.h"

/* The problems there are: rows of problems.def. PROBLEM_none is "all is well". */
enum problem_code {
    PROBLEM_none,
#define PROBLEM(code, status, title, title_zh) PROBLEM_##code,
#include "process/problems.def"
#undef PROBLEM
    PROBLEMS
};

/* Callers start with problem_none(), pass it down, and branch on code, retriable and fatal only; texts are
 * for people. */
struct problem {
    enum problem_code code;
    bool retriable;      /* the same again may succeed later */
    bool fatal;          /* this process or connection cannot go on */
    char pointer[200];   /* JSON Pointer (RFC 6901) of the fault, "" for the whole; no leading '#' */
    char detail[600];    /* this occurrence, in English */
    char detail_zh[600]; /* and in Chinese */
};

/* Makes it "all is well". Does not touch the texts, so that it costs next to nothing. */
static inline void problem_none(struct problem *problem)
{
    problem->code = PROBLEM_none;
}

/* Says what is wrong, in both languages with the same arguments in the same order. The first error wins:
 * nothing happens when a problem is there already. retriable follows the row's status (429, 503, 504).
 * Always false, so that one can `return problem_say(…)`. Texts too long are cut at a character. */
bool problem_say(struct problem *problem, enum problem_code code, const char *detail, const char *detail_zh, ...)
    __attribute__((format(printf, 3, 5), format(printf, 4, 5)));

/* The same with texts that are made already. */
bool problem_tell(struct problem *problem, enum problem_code code, struct slice detail, struct slice detail_zh);

/* Puts a member's name, or an index from 0, in front of the pointer, for use while unwinding: a fault in
 * {"answers":[…,{"seq":0}]} gets "/seq", then "/1", then "/answers". Always false. */
bool problem_under(struct problem *problem, struct slice name);
bool problem_under_index(struct problem *problem, size_t index);

/* Makes the pointer one to the member of that name, wherever it pointed. Always false. */
bool problem_point(struct problem *problem, struct slice name);

/* The row's name, HTTP status and titles. */
const char *problem_name(enum problem_code code);
int problem_status(enum problem_code code);
const char *problem_title(enum problem_code code);
const char *problem_title_zh(enum problem_code code);

/* The code of a row's name, as an outcome keeps it; PROBLEM_none if there is none. */
enum problem_code problem_of(struct slice name);

/* The RFC 9457 body (application/problem+json), members always all there and in this order:
 * {"type":"urn:baoting:problem:malformed","title":"…","title_zh":"…","status":400,"detail":"…","detail_zh":"…",
 * "errors":[{"pointer":"#/answers/3/answer","detail":"…","detail_zh":"…"}]} errors is [] when the fault has
 * no place in the body (no pointer was set, and it is neither malformed nor a 422). detail is the row's
 * title where none was said. */
void problem_json(struct buffer *buffer, const struct problem *problem);
