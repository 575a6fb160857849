/* Finding embedded statements by name.  SPDX-License-Identifier: Apache-2.0 */
#include "sql/embedded.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int against(const void *name, const void *entry)
{
    return strcmp(name, ((const struct embedded_text *)entry)->name);
}

size_t embedded_query(const char *name)
{
    const struct embedded_text *found =
        bsearch(name, embedded_queries, embedded_queries_count, sizeof *embedded_queries, against);
    if (!found) {
        fprintf(stderr, "no statement sql/queries/%s.sql is in this program\n", name);
        abort();
    }
    return (size_t)(found - embedded_queries);
}
