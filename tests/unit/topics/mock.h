/* A Kafka in this process for tests, made of librdkafka's mock cluster.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <stdlib.h>
#include <unistd.h>

#include "process/clock.h"
#include "process/config.h"
#include "process/memory.h"
#include "topics/writer.h"

struct mock {
    rd_kafka_t *kafka;
    rd_kafka_mock_cluster_t *cluster;
};

/* A cluster of so many brokers; the settings point at it. */
static inline struct mock mock_begin(int brokers)
{
    char why[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "client.id", "mock", why, sizeof why);
    rd_kafka_conf_set(conf, "log_level", "2", why, sizeof why);
    struct mock mock = {.kafka = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof why)};
    if (!mock.kafka)
        abort();
    mock.cluster = rd_kafka_mock_cluster_new(mock.kafka, brokers);
    rd_kafka_mock_group_initial_rebalance_delay_ms(mock.cluster, 100);
    setenv("BAOTING_KAFKA_BROKERS", rd_kafka_mock_cluster_bootstraps(mock.cluster), 1);
    setenv("BAOTING_LOG_LEVEL", getenv("SHOW_LOG") ? "info" : "alarm", 1);
    setenv("BAOTING_STATISTICS_MS", "200", 1);
    config_load(CONFIG_CATALOGUE);
    return mock;
}

static inline void mock_end(struct mock *mock)
{
    rd_kafka_mock_cluster_destroy(mock->cluster);
    rd_kafka_destroy(mock->kafka);
}

/* Changes a setting for the handles made from now on. */
static inline void mock_setting(const char *variable, const char *value)
{
    setenv(variable, value, 1);
    config_load(CONFIG_CATALOGUE);
}

static inline void mock_topic(struct mock *mock, const char *topic, int partitions)
{
    if (rd_kafka_mock_topic_create(mock->cluster, topic, partitions, 1))
        abort();
}

/* Writes count messages "<first>", "<first + 1>"… with keys "k0" to "k9" and waits until all are kept. */
static inline void mock_fill(const char *topic, int first, int count)
{
    struct problem problem;
    struct writer *writer;
    struct writer_ticket *tickets = memory_new_many((size_t)count, sizeof *tickets);
    problem_none(&problem);
    if (!writer_new("mock-fill", &topic, 1, &writer, &problem))
        abort();
    struct writer_port *port = writer_port_new(writer);
    for (int i = 0; i < count; i++) {
        char key[16], value[16];
        snprintf(key, sizeof key, "k%d", (first + i) % 10);
        snprintf(value, sizeof value, "%d", first + i);
        struct outgoing outgoing = {.topic = topic, .key = slice_of(key), .value = slice_of(value)};
        if (!writer_write(port, &outgoing, &tickets[i], &problem))
            abort();
    }
    for (int told = 0; told < count;) {
        struct writer_ticket *ticket = writer_port_wait(port, 20000);
        if (!ticket)
            abort();
        for (; ticket; ticket = ticket->next, told++)
            if (ticket->verdict != WRITER_KEPT)
                abort();
    }
    writer_free(writer);
    free(tickets);
}
