/* schema migrate: brings a database to this program's schema, roles and grants.  SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "process/config.h"
#include "process/life.h"
#include "process/log.h"
#include "sql/migrate.h"

static void report(void *context, const char *name, bool applied)
{
    (void)context;
    printf("%s %s\n", name, applied ? "applied" : "was there");
    if (applied)
        LOG(migrated, log_text("migration", name));
}

static int trouble(const struct sql_failure *failure)
{
    fprintf(stderr, "schema: %s (%s)\n", failure->text, failure->code);
    return failure->verdict == SQL_RETRY ? LIFE_UNAVAILABLE : LIFE_FAILED;
}

int main(int count, char **words)
{
    struct sql_failure failure;
    auto_connection *connection = NULL;
    if (count != 2 || strcmp(words[1], "migrate") != 0)
        return fprintf(stderr, "usage: schema migrate   (database: BAOTING_OWNER_DATABASE)\n"), 2;
    config_load(CONFIG_SCHEMA);
    life_begin("schema");
    if (!sql_open(config->owner_database, "schema", &connection, &failure))
        return trouble(&failure);
    if (!migrate_run(connection, report, NULL))
        return trouble(sql_failure(connection));
    return LIFE_WELL;
}
