/* The program `audit verify`: the audit trail in PostgreSQL against itself and against the heads that the log holds.  SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "consumers/security/heads.h"
#include "consumers/security/trail.h"
#include "process/config.h"
#include "process/life.h"

static int tell(const struct trail_report *report)
{
    if (report->what[0]) {
        printf("audit: chain %s, entry %lld: %s\n", report->chain, (long long)report->number, report->what);
        return LIFE_FAILED;
    }
    printf("audit: %lld entries in %lld chains, each bound to the one before it; the log's heads stand among them\n",
           (long long)report->entries, (long long)report->chains);
    return LIFE_WELL;
}

int main(int count, char **words)
{
    struct sql_failure failure;
    struct trail_head heads[TRAIL_CHAINS_MOST];
    struct trail_report report;
    size_t known;
    auto_connection *connection = NULL;
    if (count != 2 || strcmp(words[1], "verify") != 0)
        return fprintf(stderr, "usage: audit verify\n"), LIFE_CONFIG;
    config_load(CONFIG_WORKER);
    life_begin("audit");
    if (!heads_read(heads, &known) || !sql_open(config->worker_database, "audit", &connection, &failure) ||
        !trail_verify(connection, heads, known, &report))
        return fprintf(stderr, "audit: the log or the database cannot be read\n"), LIFE_UNAVAILABLE;
    return tell(&report);
}
