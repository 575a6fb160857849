/* Topics made and kept as declared, through Kafka's administration calls.  SPDX-License-Identifier: Apache-2.0 */
#include "topics/topic.h"

#include <stdio.h>
#include <stdlib.h>

#include "process/config.h"
#include "process/log.h"
#include "process/memory.h"
#include "topics/kafka.h"

#define PATIENCE_MS 30000
#define SETTINGS    4

/* A setting of a topic as we want it. */
struct wanted {
    const char *name;
    char value[32];
};

/* Everything that topics_make() works with. */
struct making {
    rd_kafka_t *kafka;
    rd_kafka_queue_t *queue;
    const struct topic *topics;
    size_t count;
    bool *there;
    struct problem *problem;
};

static void want(const struct topic *topic, struct wanted ret_wanted[static SETTINGS])
{
    ret_wanted[0] = (struct wanted){.name = "cleanup.policy"};
    ret_wanted[1] = (struct wanted){.name = "retention.ms"};
    ret_wanted[2] = (struct wanted){.name = "min.insync.replicas"};
    ret_wanted[3] = (struct wanted){.name = "max.message.bytes"};
    snprintf(ret_wanted[0].value, sizeof ret_wanted[0].value, "%s", topic->days ? "delete" : "compact");
    snprintf(ret_wanted[1].value, sizeof ret_wanted[1].value, "%lld",
             topic->days ? topic->days * INT64_C(86400000) : -1LL);
    snprintf(ret_wanted[2].value, sizeof ret_wanted[2].value, "%lld", (long long)config->min_insync);
    snprintf(ret_wanted[3].value, sizeof ret_wanted[3].value, "%lld", (long long)config->message_bytes);
}

/* Which topics are there; one with another number of partitions is a problem. */
static bool look(struct making *making)
{
    const struct rd_kafka_metadata *metadata;
    rd_kafka_resp_err_t error = rd_kafka_metadata(making->kafka, 1, NULL, &metadata, PATIENCE_MS);
    bool well = !error || kafka_problem(making->problem, "asking what topics there are", error, NULL);
    for (int i = 0; !error && i < metadata->topic_cnt; i++)
        for (size_t wanted = 0; wanted < making->count; wanted++) {
            const struct topic *topic = &making->topics[wanted];
            if (strcmp(metadata->topics[i].topic, topic->name) != 0)
                continue;
            making->there[wanted] = true;
            if (metadata->topics[i].partition_cnt != topic->partitions)
                well = problem_say(making->problem, PROBLEM_bad_topic,
                                   "topic %s has %d partitions, declared are %d: keys would change their partition",
                                   "主题 %s 有 %d 个分区，声明为 %d 个：键将换分区", topic->name,
                                   metadata->topics[i].partition_cnt, topic->partitions);
        }
    if (!error)
        rd_kafka_metadata_destroy(metadata);
    return well;
}

/* Waits for the answer to the administration call just made; the caller's to destroy, NULL with the problem
 * said. */
static rd_kafka_event_t *await(struct making *making, const char *doing)
{
    rd_kafka_event_t *event = rd_kafka_queue_poll(making->queue, PATIENCE_MS);
    rd_kafka_resp_err_t error = event ? rd_kafka_event_error(event) : RD_KAFKA_RESP_ERR__TIMED_OUT;
    if (!error)
        return event;
    kafka_problem(making->problem, doing, error, event ? rd_kafka_event_error_string(event) : NULL);
    if (event)
        rd_kafka_event_destroy(event);
    return NULL;
}

static rd_kafka_NewTopic_t *declare(const struct making *making, const struct topic *topic)
{
    char why[256];
    struct wanted wanted[SETTINGS];
    rd_kafka_NewTopic_t *made =
        rd_kafka_NewTopic_new(topic->name, topic->partitions, (int)config->replication, why, sizeof why);
    if (!made) {
        problem_say(making->problem, PROBLEM_bad_topic, "%s: %s", "%s：%s", topic->name, why);
        return NULL;
    }
    want(topic, wanted);
    for (int i = 0; i < SETTINGS; i++)
        rd_kafka_NewTopic_set_config(made, wanted[i].name, wanted[i].value);
    return made;
}

/* The result of each topic; one that somebody else made meanwhile is as good. */
static bool take_made(struct making *making, rd_kafka_event_t *event)
{
    size_t count;
    const rd_kafka_topic_result_t **results =
        rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count);
    for (size_t i = 0; i < count; i++) {
        rd_kafka_resp_err_t error = rd_kafka_topic_result_error(results[i]);
        const char *name = rd_kafka_topic_result_name(results[i]);
        if (error && error != RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS)
            return kafka_problem(making->problem, name, error, rd_kafka_topic_result_error_string(results[i]));
        if (!error)
            LOG(topic_made, log_text("topic", name));
    }
    return true;
}

static bool make_missing(struct making *making)
{
    rd_kafka_NewTopic_t **missing = memory_new_many(making->count, sizeof(rd_kafka_NewTopic_t *));
    size_t count = 0;
    bool well = true;
    for (size_t i = 0; well && i < making->count; i++)
        if (!making->there[i]) {
            missing[count] = declare(making, &making->topics[i]);
            well = missing[count] != NULL;
            count += well;
        }
    if (well && count) {
        rd_kafka_CreateTopics(making->kafka, missing, count, NULL, making->queue);
        rd_kafka_event_t *event = await(making, "making topics");
        well = event && take_made(making, event);
        if (event)
            rd_kafka_event_destroy(event);
    }
    rd_kafka_NewTopic_destroy_array(missing, count);
    free(missing);
    return well;
}

/* Whether the topic's setting reads otherwise than wanted. */
static bool differs(const rd_kafka_ConfigResource_t *resource, const struct wanted *wanted)
{
    size_t count;
    const rd_kafka_ConfigEntry_t **entries = rd_kafka_ConfigResource_configs(resource, &count);
    for (size_t i = 0; i < count; i++)
        if (strcmp(rd_kafka_ConfigEntry_name(entries[i]), wanted->name) == 0) {
            const char *value = rd_kafka_ConfigEntry_value(entries[i]);
            return !value || strcmp(value, wanted->value) != 0;
        }
    return true;
}

/* Adds to `changes` what must be set for the topics described in the event. */
static bool compare(struct making *making, rd_kafka_event_t *event, rd_kafka_ConfigResource_t **changes,
                    size_t *change_count)
{
    size_t count;
    const rd_kafka_ConfigResource_t **resources =
        rd_kafka_DescribeConfigs_result_resources(rd_kafka_event_DescribeConfigs_result(event), &count);
    for (size_t i = 0; i < count; i++) {
        const char *name = rd_kafka_ConfigResource_name(resources[i]);
        struct wanted wanted[SETTINGS];
        rd_kafka_ConfigResource_t *change = NULL;
        if (rd_kafka_ConfigResource_error(resources[i]))
            return kafka_problem(making->problem, name, rd_kafka_ConfigResource_error(resources[i]),
                                 rd_kafka_ConfigResource_error_string(resources[i]));
        for (size_t topic = 0; topic < making->count; topic++)
            if (strcmp(making->topics[topic].name, name) == 0)
                want(&making->topics[topic], wanted);
        for (int setting = 0; setting < SETTINGS; setting++) {
            if (!differs(resources[i], &wanted[setting]))
                continue;
            if (!change)
                change = changes[(*change_count)++] = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, name);
            rd_kafka_error_t *error = rd_kafka_ConfigResource_add_incremental_config(
                change, wanted[setting].name, RD_KAFKA_ALTER_CONFIG_OP_TYPE_SET, wanted[setting].value);
            if (error)
                rd_kafka_error_destroy(error);
            LOG(topic_changed, log_text("topic", name), log_text("setting", wanted[setting].name),
                log_text("value", wanted[setting].value));
        }
    }
    return true;
}

static bool take_changed(struct making *making, rd_kafka_event_t *event)
{
    size_t count;
    const rd_kafka_ConfigResource_t **resources =
        rd_kafka_IncrementalAlterConfigs_result_resources(rd_kafka_event_IncrementalAlterConfigs_result(event), &count);
    for (size_t i = 0; i < count; i++)
        if (rd_kafka_ConfigResource_error(resources[i]))
            return kafka_problem(making->problem, rd_kafka_ConfigResource_name(resources[i]),
                                 rd_kafka_ConfigResource_error(resources[i]),
                                 rd_kafka_ConfigResource_error_string(resources[i]));
    return true;
}

static bool change_existing(struct making *making)
{
    rd_kafka_ConfigResource_t **asked = memory_new_many(making->count, sizeof(rd_kafka_ConfigResource_t *));
    rd_kafka_ConfigResource_t **changes = memory_new_many(making->count, sizeof(rd_kafka_ConfigResource_t *));
    size_t asked_count = 0, change_count = 0;
    bool well = true;
    for (size_t i = 0; i < making->count; i++)
        if (making->there[i])
            asked[asked_count++] = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, making->topics[i].name);
    if (asked_count) {
        rd_kafka_DescribeConfigs(making->kafka, asked, asked_count, NULL, making->queue);
        rd_kafka_event_t *event = await(making, "asking for topics' settings");
        well = event && compare(making, event, changes, &change_count);
        if (event)
            rd_kafka_event_destroy(event);
    }
    if (well && change_count) {
        rd_kafka_IncrementalAlterConfigs(making->kafka, changes, change_count, NULL, making->queue);
        rd_kafka_event_t *event = await(making, "changing topics' settings");
        well = event && take_changed(making, event);
        if (event)
            rd_kafka_event_destroy(event);
    }
    rd_kafka_ConfigResource_destroy_array(asked, asked_count);
    rd_kafka_ConfigResource_destroy_array(changes, change_count);
    free(asked);
    free(changes);
    return well;
}

bool topics_make(const struct topic *topics, size_t count, struct problem *problem)
{
    struct kafka_watch watch;
    struct making making = {.topics = topics, .count = count, .problem = problem};
    kafka_watch_begin(&watch, "catalogue");
    if (!kafka_new(KAFKA_ADMIN, kafka_settings(KAFKA_ADMIN, &watch), &making.kafka, problem))
        return false;
    making.queue = rd_kafka_queue_new(making.kafka);
    making.there = memory_new_many(count, sizeof *making.there);
    bool well = look(&making) && make_missing(&making) && change_existing(&making);
    free(making.there);
    rd_kafka_queue_destroy(making.queue);
    rd_kafka_destroy(making.kafka);
    return well;
}
