/* The schema's history: embedded migrations applied in order, roles and grants as declared.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "sql/connection.h"

/* Told of each step: "0001_flow", applied or already there. */
typedef void migrate_report(void *context, const char *name, bool applied);

/* Applies what is missing, each migration in a transaction of its own with its checksum, all under an
 * advisory lock, then roles and grants. Refuses (false, sql_failure() says which) a changed, missing or out-
 * of-order old migration. */
MUST bool migrate_run(struct sql_connection *connection, migrate_report *report, void *context);

/* Whether every embedded migration is applied, for programs that start: they do not run on another schema. */
MUST bool migrate_check(struct sql_connection *connection, bool *ret_current);
