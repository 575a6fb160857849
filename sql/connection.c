/* One session with PostgreSQL over libpq, blocking.  SPDX-License-Identifier: Apache-2.0 */
#include "sql/connection.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include "process/memory.h"
#include "sql/handle.h"

/* Notices go nowhere: libpq would write them to standard error. */
static void be_silent(void *nobody, const PGresult *result)
{
    (void)nobody, (void)result;
}

PGconn *handle_start(const char *uri, const char *program, const char *options)
{
    const char *const words[] = {"dbname",
                                 "application_name",
                                 "options",
                                 "client_encoding",
                                 "connect_timeout",
                                 "keepalives_idle",
                                 "keepalives_interval",
                                 "keepalives_count",
                                 NULL};
    const char *const values[] = {uri, program, options, "UTF8", "5", "10", "5", "3", NULL};
    PGconn *pg = PQconnectStartParams(words, values, /* expand_dbname= */ 1);
    if (pg)
        PQsetNoticeReceiver(pg, be_silent, NULL);
    return pg;
}

/* Waits until the connection is made or refused, at most 5 s. */
static bool connect_wait(PGconn *pg)
{
    PostgresPollingStatusType state = PGRES_POLLING_WRITING;
    while (state == PGRES_POLLING_READING || state == PGRES_POLLING_WRITING) {
        struct pollfd wait = {PQsocket(pg), state == PGRES_POLLING_READING ? POLLIN : POLLOUT, 0};
        int ready = poll(&wait, 1, 5000);
        if (ready == 0 || (ready < 0 && errno != EINTR))
            return false;
        if (ready > 0)
            state = PQconnectPoll(pg);
    }
    return state == PGRES_POLLING_OK;
}

bool sql_open(const char *uri, const char *program, struct sql_connection **ret_connection,
              struct sql_failure *reterr_failure)
{
    PGconn *pg = handle_start(uri, program, HANDLE_OPTIONS);
    if (!pg)
        abort();
    if (PQstatus(pg) == CONNECTION_BAD || !connect_wait(pg)) {
        *reterr_failure = handle_failure(pg, NULL, "connect");
        PQfinish(pg);
        return false;
    }
    struct sql_connection *connection = memory_new(sizeof *connection);
    connection->pg = pg;
    connection->prepared = memory_new_many(embedded_queries_count + 1, sizeof *connection->prepared);
    *ret_connection = connection;
    return true;
}

void sql_close(struct sql_connection *connection)
{
    if (!connection)
        return;
    PQfreemem(connection->noted);
    PQfinish(connection->pg);
    free(connection->prepared);
    free(connection);
}

const struct sql_failure *sql_failure(const struct sql_connection *connection)
{
    return &connection->failure;
}

void sql_forget(struct sql_connection *connection)
{
    connection->failure = (struct sql_failure){.verdict = SQL_NONE};
}

bool sql_alive(const struct sql_connection *connection)
{
    return PQstatus(connection->pg) == CONNECTION_OK;
}

/* One line of a server's message; what a class 22 message quotes is cut off, it may be of a person. */
static void say(struct sql_failure *failure, const char *doing, const char *message)
{
    const char *quote = strncmp(failure->code, "22", 2) == 0 ? strstr(message, ": \"") : NULL;
    int length = quote ? (int)(quote - message) : (int)strcspn(message, "\n");
    snprintf(failure->text, sizeof failure->text, "%s: %.*s", doing, length, message);
}

struct sql_failure handle_failure(const PGconn *pg, const PGresult *result, const char *doing)
{
    struct sql_failure failure = {.code = "08006"};
    const char *code = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    if (code)
        snprintf(failure.code, sizeof failure.code, "%s", code);
    else if (PQstatus(pg) == CONNECTION_OK)
        snprintf(failure.code, sizeof failure.code, "XX000");
    say(&failure, doing, message ? message : PQerrorMessage(pg));
    failure.verdict = sql_verdict_of(failure.code);
    return failure;
}

bool handle_fail(struct sql_connection *connection, struct sql_failure failure)
{
    if (!connection->open || connection->failure.verdict == SQL_NONE)
        connection->failure = failure;
    return false;
}

bool handle_exec(struct sql_connection *connection, const char *text, ExecStatusType expected)
{
    auto_result *result = PQexec(connection->pg, text);
    if (PQresultStatus(result) == expected)
        return true;
    char doing[24];
    snprintf(doing, sizeof doing, "%s", text);
    return handle_fail(connection, handle_failure(connection->pg, result, doing));
}

bool handle_values(const struct arguments *arguments, struct handle_values *ret_values)
{
    if (!arguments || arguments->bytes.overflowed)
        return !arguments;
    for (unsigned i = 0; i < arguments->count; i++) {
        const char *at = arguments->bytes.at + arguments->at[i].start;
        size_t end = i + 1 < arguments->count ? arguments->at[i + 1].start : arguments->bytes.length;
        uint32_t length;
        ret_values->binary[i] = 1;
        ret_values->at[i] = at;
        ret_values->lengths[i] = (int)(end - arguments->at[i].start);
        if (arguments->at[i].array)
            continue;
        assert(end - arguments->at[i].start >= 4);
        memcpy(&length, at, 4);
        ret_values->at[i] = length == UINT32_MAX ? NULL : at + 4;
        ret_values->lengths[i] -= 4;
    }
    return true;
}

/* Prepares the statement in this session if it is not yet. */
static bool prepare(struct sql_connection *connection, size_t place)
{
    const struct embedded_text *query = &embedded_queries[place];
    if (connection->prepared[place])
        return true;
    auto_result *result = PQprepare(connection->pg, query->name, query->text, 0, NULL);
    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        return handle_fail(connection, handle_failure(connection->pg, result, query->name));
    return connection->prepared[place] = true;
}

bool sql_run(struct sql_connection *connection, const char *name, const struct arguments *arguments,
             struct rows **ret_rows)
{
    size_t place = embedded_query(name);
    struct handle_values values;
    if (!prepare(connection, place))
        return false;
    if (!handle_values(arguments, &values)) {
        struct sql_failure failure = {SQL_POISON, "BT002", "arguments past their ceiling"};
        return handle_fail(connection, failure);
    }
    PGresult *result = PQexecPrepared(connection->pg, name, arguments ? (int)arguments->count : 0, values.at,
                                      values.lengths, values.binary, /* resultFormat= binary */ 1);
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
        handle_fail(connection, handle_failure(connection->pg, result, name));
        PQclear(result);
        return false;
    }
    if (ret_rows)
        *ret_rows = (struct rows *)result;
    else
        PQclear(result);
    return true;
}

bool sql_script(struct sql_connection *connection, const char *text)
{
    auto_result *result = PQexec(connection->pg, text);
    ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK)
        return true;
    return handle_fail(connection, handle_failure(connection->pg, result, "script"));
}

bool sql_listen(struct sql_connection *connection, const char *channel)
{
    char text[80];
    snprintf(text, sizeof text, "listen %.60s", channel);
    return handle_exec(connection, text, PGRES_COMMAND_OK);
}

bool sql_wait(struct sql_connection *connection, int timeout)
{
    struct pollfd wait = {PQsocket(connection->pg), POLLIN, 0};
    if (!PQconsumeInput(connection->pg))
        return handle_fail(connection, handle_failure(connection->pg, NULL, "wait"));
    if (!connection->noted)
        connection->noted = PQnotifies(connection->pg);
    if (connection->noted || poll(&wait, 1, timeout) <= 0)
        return true;
    if (!PQconsumeInput(connection->pg))
        return handle_fail(connection, handle_failure(connection->pg, NULL, "wait"));
    return true;
}

bool sql_notification(struct sql_connection *connection, char ret_channel[64], int64_t *ret_payload)
{
    PGnotify *note = connection->noted ? connection->noted : PQnotifies(connection->pg);
    connection->noted = NULL;
    if (!note)
        return false;
    snprintf(ret_channel, 64, "%s", note->relname);
    *ret_payload = 0;
    (void)!slice_number(slice_of(note->extra), ret_payload);
    PQfreemem(note);
    return true;
}
