/* From SQLSTATE to verdict.  SPDX-License-Identifier: Apache-2.0 */
#include "sql/failure.h"

/* The first row whose code begins the SQLSTATE counts; anything else is fatal. */
static const struct {
    const char *code;
    enum sql_verdict verdict;
} verdicts[] = {
    {"00000", SQL_NONE},   {"BT001", SQL_FENCED}, /* raised by flow.claim */
    {"BT002", SQL_POISON},                        /* past a ceiling of ours: fewer messages may fit */
    {"08", SQL_RETRY},                            /* connection */
    {"40", SQL_RETRY},                            /* deadlock, serialisation */
    {"53", SQL_RETRY},                            /* disk full, out of memory, too many connections */
    {"55P03", SQL_RETRY},                         /* lock not got */
    {"57", SQL_RETRY},                            /* shut down, cancelled, timed out */
    {"58", SQL_RETRY},                            /* the server's disk or memory */
    {"25P03", SQL_RETRY},                         /* idle too long in a transaction */
    {"22P04", SQL_FATAL},  /* a COPY row with a wrong number of values: the program is wrong */
    {"21", SQL_POISON},    /* a row met twice */
    {"22", SQL_POISON},    /* a value that its type refuses */
    {"23", SQL_POISON},    /* a constraint */
    {"54", SQL_POISON},    /* too long for an index */
    {"P0001", SQL_POISON}, /* raised by a function over data */
};

enum sql_verdict sql_verdict_of(const char *code)
{
    for (size_t i = 0; i < sizeof verdicts / sizeof *verdicts; i++)
        if (strncmp(code, verdicts[i].code, strlen(verdicts[i].code)) == 0)
            return verdicts[i].verdict;
    return SQL_FATAL;
}
