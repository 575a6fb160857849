/* Migrations in order, then roles and grants as declared.  SPDX-License-Identifier: Apache-2.0 */
#include "sql/migrate.h"

#include <stdio.h>
#include <string.h>

#include "sql/handle.h"
#include "sql/transaction.h"

/* One migrator at a time in a database, for as long as its session lives. */
#define MIGRATE_LOCK "select pg_advisory_lock(1835625330)"
#define MIGRATE_UNLOCK "select pg_advisory_unlock(1835625330)"
#define MIGRATE_BOOK                                                                                     \
    "create schema if not exists flow;"                                                                  \
    "create table if not exists flow.migration (name text collate \"C\" primary key, checksum text not " \
    "null,"                                                                                              \
    " applied_at timestamptz not null default now())"

/* Roles belong to the cluster, where another database's migrator may be making the same one. */
#define ROLE_ROW(role, text)          \
    {#role, text,                     \
     "do $$ begin create role " #role \
     " login; exception when duplicate_object or unique_violation then null; end $$"},
#define GRANT_ROW(role, privileges, object)
static const struct {
    const char *name, *text, *make;
} roles[] = {
#include "sql/grants.def"
};
#undef ROLE_ROW
#undef GRANT_ROW

#define ROLE_ROW(role, text)
#define GRANT_ROW(role, privileges, object) "grant " privileges " on " object " to " #role,
static const char *const grants[] = {
#include "sql/grants.def"
};
#undef ROLE_ROW
#undef GRANT_ROW

/* Takes from a role (or public) what it may do in every schema of ours. */
#define REVOKE_ALL                                                                                       \
    "do $$ declare s text; begin for s in select nspname from pg_namespace where nspname !~ '^pg_' and " \
    "nspname <> "                                                                                        \
    "'information_schema' loop "                                                                         \
    "execute format('revoke all on all tables in schema %%I from %1$s', s); "                            \
    "execute format('revoke all on all sequences in schema %%I from %1$s', s); "                         \
    "execute format('revoke all on all functions in schema %%I from %1$s', s); "                         \
    "if s <> 'public' then execute format('revoke all on schema %%I from %1$s', s); end if; "            \
    "end loop; end $$"

static bool refuse(struct sql_connection *connection, const char *name, const char *why)
{
    struct sql_failure failure = {SQL_FATAL, "BT003", ""};
    snprintf(failure.text, sizeof failure.text, "migration %s: %s", name, why);
    return handle_fail(connection, failure);
}

/* Says which embedded migration this program would apply next: those stored must be its first ones,
 * unchanged. */
static bool next_of(struct sql_connection *connection, size_t *ret_next)
{
    auto_rows *stored = NULL;
    if (!sql_run(connection, "migration_list", NULL, &stored))
        return false;
    for (size_t i = 0; i < rows_count(stored); i++) {
        auto_arguments arguments = arguments_new(4 << 20);
        auto_rows *same = NULL;
        struct slice name = row_text(stored, i, 0);
        char text[100];
        snprintf(text, sizeof text, "%.*s", (int)name.length, name.at);
        if (i >= embedded_migrations_count)
            return refuse(connection, text,
                          "applied to this database, unknown to this program (an older one?)");
        if (!slice_equal(name, slice_of(embedded_migrations[i].name)))
            return refuse(connection, embedded_migrations[i].name,
                          "comes before one that was applied already");
        value_text(argument(&arguments), slice_of(embedded_migrations[i].text));
        value_text(argument(&arguments), row_text(stored, i, 1));
        if (!sql_run(connection, "migration_same", &arguments, &same))
            return false;
        if (!row_bool(same, 0, 0))
            return refuse(connection, text,
                          "its text was changed after it was applied; write a new migration instead");
    }
    *ret_next = rows_count(stored);
    return true;
}

/* Applies one in a durable transaction, with its checksum. */
static bool apply(struct sql_connection *connection, const struct embedded_text *migration)
{
    auto_arguments arguments = arguments_new(4 << 20);
    value_text(argument(&arguments), slice_of(migration->name));
    value_text(argument(&arguments), slice_of(migration->text));
    bool well = transaction_begin(connection, DURABLE) && sql_script(connection, migration->text) &&
                sql_run(connection, "migration_note", &arguments, NULL) &&
                transaction_commit(connection) == COMMIT_DONE;
    if (!well) {
        struct sql_failure failure = *sql_failure(connection);
        char text[sizeof failure.text];
        snprintf(text, sizeof text, "%.60s: %.180s", migration->name, failure.text);
        memcpy(failure.text, text, sizeof text);
        transaction_rollback(connection);
        return handle_fail(connection, failure);
    }
    return true;
}

static bool revoke(struct sql_connection *connection, const char *role)
{
    char text[1200];
    snprintf(text, sizeof text, REVOKE_ALL, role);
    return sql_script(connection, text);
}

/* Makes the rights what grants.def says, no more and no less, in one transaction. */
static bool grant(struct sql_connection *connection)
{
    bool well = true;
    for (size_t i = 0; well && i < sizeof roles / sizeof *roles; i++)
        well = sql_script(connection, roles[i].make);
    well = well && transaction_begin(connection, DURABLE) && revoke(connection, "public");
    for (size_t i = 0; well && i < sizeof roles / sizeof *roles; i++)
        well = revoke(connection, roles[i].name);
    for (size_t i = 0; well && i < sizeof grants / sizeof *grants; i++)
        well = sql_script(connection, grants[i]);
    return well && transaction_commit(connection) == COMMIT_DONE;
}

static bool run_locked(struct sql_connection *connection, migrate_report *report, void *context)
{
    size_t next;
    if (!sql_script(connection, MIGRATE_BOOK) || !next_of(connection, &next))
        return false;
    for (size_t i = 0; i < embedded_migrations_count; i++) {
        if (i >= next && !apply(connection, &embedded_migrations[i]))
            return false;
        report(context, embedded_migrations[i].name, i >= next);
    }
    return grant(connection);
}

bool migrate_run(struct sql_connection *connection, migrate_report *report, void *context)
{
    if (!sql_script(connection, "set lock_timeout = 0; set statement_timeout = 0") ||
        !sql_script(connection, MIGRATE_LOCK))
        return false;
    bool well = run_locked(connection, report, context);
    struct sql_failure failure = *sql_failure(connection);
    transaction_rollback(connection);
    (void)!sql_script(connection, MIGRATE_UNLOCK);
    connection->failure = failure;
    return well;
}

bool migrate_check(struct sql_connection *connection, bool *ret_current)
{
    size_t next;
    if (!next_of(connection, &next))
        return false;
    *ret_current = next == embedded_migrations_count;
    return true;
}
