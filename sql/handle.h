/* The inside of a connection and of rows; only for files of this room.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <inttypes.h>
#include <libpq-fe.h>

#include "sql/connection.h"
#include "sql/embedded.h"

struct sql_connection {
    PGconn *pg;
    struct sql_failure failure;
    bool open;       /* a transaction is */
    bool marked;     /* and it has its savepoint */
    bool *prepared;  /* a flag for each embedded statement */
    PGnotify *noted; /* a notification taken from libpq and not yet by the caller */
};

/* struct rows is a PGresult seen from outside. */
static inline PGresult *rows_result(const struct rows *rows)
{
    return (PGresult *)(uintptr_t)rows;
}

static inline void result_free(PGresult **result)
{
    PQclear(*result);
}
#define auto_result __attribute__((cleanup(result_free))) PGresult

/* The settings of a session that asks keyed statements. One plan each, for good, made while tables may still
 * be empty: so a row touched costs as much as a page, and the plan looks each key up, whatever the
 * statistics say; once, so nothing is remembered of it. */
#define HANDLE_OPTIONS                                                                                       \
    "-c timezone=UTC -c jit=off -c max_parallel_workers_per_gather=0 -c plan_cache_mode=force_generic_plan " \
    "-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c enable_memoize=off "            \
    "-c random_page_cost=1 -c cpu_tuple_cost=1 -c cpu_index_tuple_cost=1 -c cpu_operator_cost=0.001 "        \
    "-c lock_timeout=5000 -c statement_timeout=30000 -c idle_in_transaction_session_timeout=10000"

/* The same for declared queries of the front, which also list and search; one %PRId64, the milliseconds
 * allowed. */
#define HANDLE_READER_OPTIONS "-c timezone=UTC -c jit=off -c lock_timeout=2000 -c statement_timeout=%" PRId64

/* Begins to connect; the caller goes on with PQconnectPoll(). NULL: no memory. */
PGconn *handle_start(const char *uri, const char *program, const char *options);

/* The values of arguments as libpq wants them. False past their ceiling. */
struct handle_values {
    const char *at[ARGUMENTS_MOST];
    int lengths[ARGUMENTS_MOST];
    int binary[ARGUMENTS_MOST];
};
MUST bool handle_values(const struct arguments *arguments, struct handle_values *ret_values);

/* What a result (NULL: none came) or else the connection says went wrong with `doing`. */
struct sql_failure handle_failure(const PGconn *pg, const PGresult *result, const char *doing);

/* Keeps the failure: the first of a transaction, else the last. Always false. */
bool handle_fail(struct sql_connection *connection, struct sql_failure failure);

struct copy;

/* The rows gathered, as COPY will have them; absent past the ceiling. */
struct slice handle_rows(const struct copy *copy);

/* Runs SQL text and wants `expected`; otherwise keeps the failure. */
MUST bool handle_exec(struct sql_connection *connection, const char *text, ExecStatusType expected);
