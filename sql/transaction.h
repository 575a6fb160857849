/* Transactions: how durable, and what a commit whose answer was lost means.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "sql/connection.h"

enum durability {
    REPLAYABLE, /* synchronous_commit off: what a crash loses Kafka gives again, position and all */
    DURABLE     /* on disk before the commit returns: what leaves the house or cannot be replayed */
};

enum commit {
    COMMIT_DONE,
    COMMIT_REFUSED, /* rolled back; sql_failure() says why */
    COMMIT_IN_DOUBT /* the connection went while committing: open a new one and ask cursor_settle() */
};

/* Begins at READ COMMITTED and forgets earlier failures. */
MUST bool transaction_begin(struct sql_connection *connection, enum durability durability);

/* Commits; a transaction in which a statement failed is rolled back instead (COMMIT_REFUSED). */
MUST enum commit transaction_commit(struct sql_connection *connection);

/* Rolls back, if there is anything to; forgets the failure. */
void transaction_rollback(struct sql_connection *connection);

/* Sets a savepoint, for finding the row that PostgreSQL refuses. One level. */
MUST bool transaction_mark(struct sql_connection *connection);

/* Undoes everything since the savepoint and forgets the failure; the savepoint stays. */
MUST bool transaction_back(struct sql_connection *connection);
