/* A producer of librdkafka with its topics.  SPDX-License-Identifier: Apache-2.0 */
#include "topics/producer.h"

#include <stdlib.h>

#include "process/memory.h"

bool producer_new(struct kafka_watch *watch, const char *const *topics, size_t count,
                  void (*on_report)(rd_kafka_t *, const rd_kafka_message_t *, void *), struct producer **ret_producer,
                  struct problem *problem)
{
    struct producer *producer = memory_new(sizeof *producer + count * sizeof producer->topics[0]);
    rd_kafka_conf_t *conf = kafka_settings(KAFKA_WRITER, watch);
    rd_kafka_conf_set_dr_msg_cb(conf, on_report);
    if (!kafka_new(KAFKA_WRITER, conf, &producer->kafka, problem)) {
        free(producer);
        return false;
    }
    producer->count = count;
    for (size_t i = 0; i < count; i++)
        if (!(producer->topics[i] = rd_kafka_topic_new(producer->kafka, topics[i], NULL)))
            abort();
    *ret_producer = producer;
    return true;
}

void producer_free(struct producer *producer)
{
    for (size_t i = 0; i < producer->count; i++)
        rd_kafka_topic_destroy(producer->topics[i]);
    rd_kafka_destroy(producer->kafka);
    free(producer);
}
