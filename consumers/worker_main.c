/* The program `worker NAME`: one worker of workers.def.  SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "consumers/worker.h"
#include "process/config.h"
#include "process/life.h"
#include "process/metrics.h"

static int usage(void)
{
    fprintf(stderr, "usage: worker NAME, where NAME is one of:\n");
    for (size_t i = 0; i < worker_plan_count; i++)
        fprintf(stderr, "  %-10s %s\n", worker_plans[i].name, worker_plans[i].text);
    return LIFE_CONFIG;
}

int main(int count, char **words)
{
    const struct worker_plan *plan = count == 2 ? worker_plan(words[1]) : NULL;
    if (!plan)
        return usage();
    config_load(CONFIG_WORKER);
    life_begin(plan->name);
    if (!metrics_serve(config->metrics_address, (int)config->metrics_port))
        return LIFE_UNAVAILABLE;
    worker_run(plan);
    metrics_stop();
    return life_code();
}
