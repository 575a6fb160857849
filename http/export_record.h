/* Workbooks of persons at the front: recorded in the audit trail before they leave, many persons only by an approved export.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "http/visit.h"

struct sql_connection;

/* One workbook on its way out. */
struct export_record {
    const char *workbook;
    struct id actor, export, organisation; /* none where none was named */
    bool by_export;
    uint8_t digest[32];
    int64_t now;
    enum { EXPORT_AWAY, EXPORT_GIVEN, EXPORT_REFUSED } outcome;
    struct problem problem; /* of EXPORT_REFUSED */
};

/* What the permitted visit asks for. False: it may have nothing by the export that it names, and visit->problem says so. */
MUST bool export_record_begin(struct visit *visit, struct export_record *ret_record);

/* Whether so many rows may be gathered at all; else visit->problem says what to do. */
MUST bool export_record_may(struct visit *visit, const struct export_record *record, int64_t rows);

/* Records it with its number of rows, in a thread; record->outcome says what came of it. */
void export_record_keep(struct export_record *record, struct sql_connection *connection, int64_t rows);
