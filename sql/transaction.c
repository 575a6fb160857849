/* Begin, commit, roll back.  SPDX-License-Identifier: Apache-2.0 */
#include "sql/transaction.h"

#include "sql/handle.h"

bool transaction_begin(struct sql_connection *connection, enum durability durability)
{
    sql_forget(connection);
    connection->open = true;
    connection->marked = false;
    return handle_exec(connection,
                       durability == DURABLE ? "begin; set local synchronous_commit = on"
                                             : "begin; set local synchronous_commit = off",
                       PGRES_COMMAND_OK);
}

enum commit transaction_commit(struct sql_connection *connection)
{
    if (connection->failure.verdict != SQL_NONE) {
        struct sql_failure first = connection->failure;
        transaction_rollback(connection);
        connection->failure = first;
        return COMMIT_REFUSED;
    }
    auto_result *result = PQexec(connection->pg, "commit");
    connection->open = false;
    if (PQresultStatus(result) == PGRES_COMMAND_OK && strcmp(PQcmdStatus(result), "COMMIT") == 0)
        return COMMIT_DONE;
    handle_fail(connection, handle_failure(connection->pg, result, "commit"));
    return PQstatus(connection->pg) == CONNECTION_OK ? COMMIT_REFUSED : COMMIT_IN_DOUBT;
}

void transaction_rollback(struct sql_connection *connection)
{
    connection->open = false;
    if (PQtransactionStatus(connection->pg) != PQTRANS_IDLE)
        (void)!handle_exec(connection, "rollback", PGRES_COMMAND_OK);
    sql_forget(connection);
}

bool transaction_mark(struct sql_connection *connection)
{
    if (connection->marked && !handle_exec(connection, "release savepoint row", PGRES_COMMAND_OK))
        return false;
    return connection->marked = handle_exec(connection, "savepoint row", PGRES_COMMAND_OK);
}

bool transaction_back(struct sql_connection *connection)
{
    sql_forget(connection);
    return handle_exec(connection, "rollback to savepoint row", PGRES_COMMAND_OK);
}
