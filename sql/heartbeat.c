/* The heartbeat of a process.  SPDX-License-Identifier: Apache-2.0 */
#include "sql/heartbeat.h"

#include <stdio.h>
#include <unistd.h>

#include "process/clock.h"
#include "process/config.h"
#include "process/metrics.h"

static struct {
    const char *process;
    char instance[81];
    int64_t started, due_us;
} life;

void heartbeat_begin(const char *process)
{
    char host[64] = "";
    (void)gethostname(host, sizeof host - 1);
    snprintf(life.instance, sizeof life.instance, "%s:%d", host, (int)getpid());
    life.process = process;
    life.started = clock_now();
}

bool heartbeat_due(void)
{
    return life.process && clock_monotonic_us() >= life.due_us;
}

void heartbeat_arguments(struct arguments *arguments, int64_t handled)
{
    int64_t memory, cpu_us;
    metrics_process(&memory, &cpu_us);
    value_text(argument(arguments), slice_of(life.process));
    value_text(argument(arguments), slice_of(life.instance));
    value_time(argument(arguments), life.started);
    value_time(argument(arguments), clock_now());
    value_int8(argument(arguments), config->heartbeat_lost_ms);
    value_int8(argument(arguments), config->heartbeat_kept_ms);
    value_int8(argument(arguments), memory);
    value_int8(argument(arguments), cpu_us / 1000);
    value_int8(argument(arguments), handled);
    life.due_us = clock_monotonic_us() + config->heartbeat_ms * 1000;
}

bool heartbeat_say(struct sql_connection *connection, int64_t handled)
{
    auto_arguments arguments = arguments_new(1024);
    heartbeat_arguments(&arguments, handled);
    return sql_run(connection, "process_beat", &arguments, NULL);
}
