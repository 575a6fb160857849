/* A producer of librdkafka with its topics, for the writer. Only the writer includes this.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "topics/kafka.h"

struct producer {
    rd_kafka_t *kafka;
    size_t count;
    rd_kafka_topic_t *topics[]; /* in the writer's order */
};

/* A producer for these topics; reports go to `on_report` with the handle's opaque, whose first member is `watch`. */
MUST bool producer_new(struct kafka_watch *watch, const char *const *topics, size_t count,
                       void (*on_report)(rd_kafka_t *, const rd_kafka_message_t *, void *), struct producer **ret_producer,
                       struct problem *problem);

/* Frees it; what it still holds is lost without a report. */
void producer_free(struct producer *producer);
