/* The front's heartbeat: asked of the pool as a query is, so that a front whose loop or pool is stuck falls silent.
 * SPDX-License-Identifier: Apache-2.0 */
#include "http/beat.h"

#include "http/hall.h"
#include "process/config.h"
#include "process/log.h"
#include "sql/heartbeat.h"
#include "sql/pool.h"

static void said(void *context, const struct rows *rows, const struct sql_failure *failure)
{
    (void)context;
    (void)rows;
    if (failure && failure->verdict != SQL_RETRY)
        LOG(database_trouble, log_text("statement", "process_beat"), log_text("detail", failure->text));
}

static void beat(struct loop *loop, struct loop_timer *timer)
{
    struct hall *hall = (struct hall *)((char *)timer - offsetof(struct hall, beat_timer));
    struct arguments arguments = arguments_new(1024);
    heartbeat_arguments(&arguments, metric_sum(METRIC_http_requests));
    bool asked = pool_ask(hall->pool, "process_beat", &arguments, NULL, said, hall);
    arguments_free(&arguments);
    loop_timer_set(loop, timer, asked ? config->heartbeat_ms : config->heartbeat_ms / 4, beat);
}

void beat_begin(struct hall *hall)
{
    heartbeat_begin("front");
    loop_timer_set(hall->loop, &hall->beat_timer, 0, beat);
}
