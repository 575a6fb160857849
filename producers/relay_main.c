/* The relay program: outbox to Kafka, due timers to the outbox.  SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "process/config.h"
#include "process/life.h"
#include "process/log.h"
#include "process/memory.h"
#include "process/metrics.h"
#include "producers/relay.h"
#include "topics/catalogue.h"

int main(void)
{
    config_load(CONFIG_RELAY);
    life_begin("relay");
    struct problem problem;
    struct writer *writer;
    const char **topics = memory_new_many(catalogue_topic_count, sizeof *topics);
    for (size_t i = 0; i < catalogue_topic_count; i++)
        topics[i] = catalogue_topics[i].name;
    problem_none(&problem);
    if (!writer_new("relay", topics, catalogue_topic_count, &writer, &problem)) {
        LOG(failed, log_text("detail", problem.detail));
        return LIFE_UNAVAILABLE;
    }
    if (config->metrics_port > 0 && !metrics_serve(config->metrics_address, (int)config->metrics_port))
        return LIFE_UNAVAILABLE;
    struct relay *relay = relay_new(writer_port_new(writer));
    relay_run(relay);
    writer_close(writer, config->shutdown_ms);
    relay_free(relay);
    writer_free(writer);
    metrics_stop();
    free(topics);
    return life_code();
}
