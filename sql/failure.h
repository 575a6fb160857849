/* What went wrong with PostgreSQL, as a value with a verdict.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "process/text.h"

/* What a caller may do about it; callers branch on this and on nothing else. */
enum sql_verdict {
    SQL_NONE,   /* nothing went wrong */
    SQL_RETRY,  /* the same may succeed later: connection lost, deadlock, lock not got, out of room */
    SQL_POISON, /* a value of this batch is refused, or its rows pass a ceiling of ours: find the message and park it */
    SQL_FENCED, /* somebody else moved the position (BT001): drop the batch, read the position anew */
    SQL_FATAL   /* the program, the schema or the rights are wrong: stop and say so */
};

struct sql_failure {
    enum sql_verdict verdict;
    char code[6];   /* SQLSTATE; "08006" for a lost connection; "BT002" past a ceiling of ours */
    char text[250]; /* one line: statement and server message, without values of rows */
};

/* The one place where a SQLSTATE becomes a verdict. */
enum sql_verdict sql_verdict_of(const char *code);
