/* One session with PostgreSQL: embedded statements by name, errors with a verdict.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "sql/arguments.h"
#include "sql/failure.h"
#include "sql/row.h"

/* Not for several threads at once. Calls block, at most the session's statement_timeout (30 s).
 * Reconnecting is the caller's: when sql_alive() is false, close and open again when it suits. */
struct sql_connection;

/* Opens a session for a program: `program` is what pg_stat_activity shows. The session plans for keyed
 * statements (one generic plan, no sequential scan), speaks UTF-8 and UTC, and gives up locks after 5 s
 * (SQL_RETRY). */
MUST bool sql_open(const char *uri, const char *program, struct sql_connection **ret_connection,
                   struct sql_failure *reterr_failure);

/* Ends the session (an open transaction rolls back) and frees it; NULL is nothing. */
void sql_close(struct sql_connection *connection);

/* The first failure since the last transaction_begin(), transaction_rollback() or sql_forget(); verdict
 * SQL_NONE if none. A failed call outside a transaction is replaced by the next one. */
const struct sql_failure *sql_failure(const struct sql_connection *connection);

/* Forgets the failure. */
void sql_forget(struct sql_connection *connection);

/* False once the server is gone. */
bool sql_alive(const struct sql_connection *connection);

/* Runs the embedded statement sql/queries/<name>.sql, prepared in this session at its first use; an unknown
 * name aborts. `arguments` (NULL for none) stay the caller's. `ret_rows` may be NULL, else the caller frees
 * the rows. */
MUST bool sql_run(struct sql_connection *connection, const char *name, const struct arguments *arguments,
                  struct rows **ret_rows);

/* Runs SQL text without arguments, several statements if need be (migrations, tests). */
MUST bool sql_script(struct sql_connection *connection, const char *text);

/* Asks for the notifications of a channel. */
MUST bool sql_listen(struct sql_connection *connection, const char *channel);

/* Waits until a notification came, `timeout` milliseconds passed (true) or the connection was lost
 * (false). */
MUST bool sql_wait(struct sql_connection *connection, int timeout);

/* Takes the next notification that came, without waiting: false when there is none. `payload` is 0 or a
 * number. */
bool sql_notification(struct sql_connection *connection, char ret_channel[64], int64_t *ret_payload);

#define auto_connection __attribute__((cleanup(sql_close_at))) struct sql_connection
static inline void sql_close_at(struct sql_connection **connection)
{
    sql_close(*connection);
}
