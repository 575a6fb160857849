/* The unit of reading: a prepared statement asked by bare libpq, one session, one question at a time.
 * SPDX-License-Identifier: Apache-2.0 */
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PARAMETERS = 24, IDS = 16384, ID_ROOM = 40, STATEMENT_ROOM = 65536 };

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static _Noreturn void give_up(const char *what)
{
    fprintf(stderr, "statement: %s\n", what);
    exit(1);
}

/* The ids of a file, one a line; says how many. */
static size_t read_ids(const char *name, char (*ids)[ID_ROOM])
{
    FILE *file = fopen(name, "r");
    size_t count = 0;
    while (file && count < IDS && fgets(ids[count], ID_ROOM, file)) {
        ids[count][strcspn(ids[count], "\n")] = 0;
        count++;
    }
    if (!file || fclose(file) || count == 0)
        give_up("no ids");
    return count;
}

static void prepare(PGconn *pg, const char *name)
{
    static char text[STATEMENT_ROOM];
    FILE *file = fopen(name, "r");
    size_t length = file ? fread(text, 1, sizeof text - 1, file) : 0;
    if (!file || fclose(file) || length == 0)
        give_up("no statement");
    PGresult *result = PQprepare(pg, "unit", text, 0, NULL);
    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        give_up(PQerrorMessage(pg));
    PQclear(result);
}

/* statement URI FILE IDS SECONDS PARAMETER…: asks the file's statement until the time is over, with each id in turn for
 * the parameter `@`, no value for `-`, and the others as they are; prints how often it was answered, and the bytes. */
int main(int count, char **arguments)
{
    static char ids[IDS][ID_ROOM];
    const char *values[PARAMETERS];
    if (count < 6 || count - 5 > PARAMETERS)
        give_up("give URI FILE IDS SECONDS PARAMETER...");
    size_t known = read_ids(arguments[3], ids), bytes = 0;
    unsigned long asked = 0;
    PGconn *pg = PQconnectdb(arguments[1]);
    if (PQstatus(pg) != CONNECTION_OK)
        give_up(PQerrorMessage(pg));
    prepare(pg, arguments[2]);
    for (double until = seconds_now() + strtod(arguments[4], NULL); seconds_now() < until; asked++) {
        for (int i = 5; i < count; i++)
            values[i - 5] = strcmp(arguments[i], "-") == 0   ? NULL
                            : strcmp(arguments[i], "@") == 0 ? ids[asked % known]
                                                             : arguments[i];
        PGresult *result = PQexecPrepared(pg, "unit", count - 5, values, NULL, NULL, 1);
        if (PQresultStatus(result) != PGRES_TUPLES_OK || PQntuples(result) != 1)
            give_up(PQerrorMessage(pg));
        bytes += (size_t)PQgetlength(result, 0, 0);
        PQclear(result);
    }
    printf("asked=%lu bytes=%zu\n", asked, asked ? bytes / asked : 0);
    PQfinish(pg);
    return 0;
}
