/* The program `catalogue`: makes the topics, and prints the documents that follow from the rows.  SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "process/config.h"
#include "process/life.h"
#include "process/log.h"
#include "process/metrics.h"
#include "topics/asyncapi.h"
#include "topics/catalogue.h"
#include "topics/openapi.h"
#include "topics/roles.h"
#include "topics/topic.h"

enum { PAGE_BYTES = 16 << 20 };

static const struct page {
    const char *name;
    void (*print)(struct buffer *buffer);
} pages[] = {
    {"settings", config_print_manual},
    {"metrics", metrics_print_manual},
    {"logs", log_print_manual},
    {"roles", roles_print_manual},
    {"openapi", openapi_print},
    {"asyncapi", asyncapi_print},
};

static int make_topics(void)
{
    struct problem problem;
    problem_none(&problem);
    config_load(CONFIG_CATALOGUE);
    life_begin("catalogue");
    if (topics_make(catalogue_topics, catalogue_topic_count, &problem))
        return LIFE_WELL;
    fprintf(stderr, "topics: %s\n", problem.detail);
    return LIFE_UNAVAILABLE;
}

int main(int count, char **words)
{
    struct buffer buffer = buffer_new(PAGE_BYTES);
    if (count == 2 && strcmp(words[1], "topics") == 0)
        return make_topics();
    for (size_t i = 0; count == 2 && i < sizeof pages / sizeof *pages; i++)
        if (strcmp(words[1], pages[i].name) == 0) {
            pages[i].print(&buffer);
            return fwrite(buffer.at, 1, buffer.length, stdout) == buffer.length ? LIFE_WELL : LIFE_FAILED;
        }
    fprintf(stderr, "usage: catalogue topics | settings | metrics | logs | roles | openapi | asyncapi\n");
    return LIFE_CONFIG;
}
