/* A database of a test's own on the real PostgreSQL that BAOTING_TEST_PG names.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "process/text.h"
#include "sql/migrate.h"
#include "sql/transaction.h"

static char database_name[64], database_uri[1024];

/* The URI of another database on the same server. */
static inline void database_uri_of(const char *name, char *ret_uri, size_t room)
{
    const char *uri = getenv("BAOTING_TEST_PG");
    if (!uri || !strstr(uri, "://")) {
        fprintf(stderr, "BAOTING_TEST_PG must hold the libpq URI (postgresql://…) of a server for tests\n");
        exit(1);
    }
    const char *host = strstr(uri, "://") + 3;
    size_t head = (size_t)(host - uri) + strcspn(host, "/?");
    const char *options = strchr(uri + head, '?');
    snprintf(ret_uri, room, "%.*s/%s%s", (int)head, uri, name, options ? options : "");
}

static inline struct sql_connection *database_connect(void)
{
    struct sql_connection *connection = NULL;
    struct sql_failure failure;
    if (!sql_open(database_uri, "unit", &connection, &failure))
        fail_msg("%s", failure.text);
    return connection;
}

static inline void database_script(const char *text)
{
    auto_connection *connection = database_connect();
    if (!sql_script(connection, text))
        fail_msg("%s", sql_failure(connection)->text);
}

/* The first value of the first row that an SQL text gives, as a number. */
#define database_number(connection, ...)            \
    ({                                              \
        char text_[1024];                           \
        snprintf(text_, sizeof text_, __VA_ARGS__); \
        database_ask(connection, text_);            \
    })

/* Runs on the server's side with NOTIFY's payload as the way back: the room has no statement of free text. */
static inline int64_t database_ask(struct sql_connection *connection, const char *text)
{
    char script[1400], channel[64];
    int64_t number;
    snprintf(script, sizeof script, "select pg_notify('unit', (%s)::text)", text);
    assert_true(sql_listen(connection, "unit"));
    if (!sql_script(connection, script))
        fail_msg("%s", sql_failure(connection)->text);
    assert_true(sql_wait(connection, 0));
    do
        assert_true(sql_notification(connection, channel, &number));
    while (strcmp(channel, "unit") != 0);
    return number;
}

static inline void database_report(void *context, const char *name, bool applied)
{
    (void)context, (void)name, (void)applied;
}

static inline int database_make(void **state)
{
    char script[200];
    (void)state;
    snprintf(database_name, sizeof database_name, "unit_%d", (int)getpid());
    database_uri_of("postgres", database_uri, sizeof database_uri);
    snprintf(script, sizeof script, "create database %s", database_name);
    database_script(script);
    database_uri_of(database_name, database_uri, sizeof database_uri);
    return 0;
}

static inline int database_make_migrated(void **state)
{
    database_make(state);
    auto_connection *connection = database_connect();
    if (!migrate_run(connection, database_report, NULL))
        fail_msg("%s", sql_failure(connection)->text);
    return 0;
}

static inline int database_drop(void **state)
{
    char script[200];
    (void)state;
    database_uri_of("postgres", database_uri, sizeof database_uri);
    snprintf(script, sizeof script, "drop database %s with (force)", database_name);
    database_script(script);
    return 0;
}
