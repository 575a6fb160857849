/* Settings, log and statistics of librdkafka's handles.  SPDX-License-Identifier: Apache-2.0 */
#include "topics/kafka.h"

#include <stdio.h>
#include <stdlib.h>

#include "process/config.h"
#include "process/life.h"
#include "process/log.h"
#include "process/memory.h"

#define PATIENCE_MS 5000    /* for a question to the cluster */
#define SILENT_US   2000000 /* nothing kept for so long although something waits: the broker hangs */

void kafka_watch_begin(struct kafka_watch *watch, const char *name)
{
    snprintf(watch->name, sizeof watch->name, "%s", name);
    atomic_store(&watch->reach, KAFKA_UNKNOWN);
    atomic_store(&watch->fatal, false);
    watch->reachable = metric_series(METRIC_kafka_reachable, watch->name);
    watch->round_trip = metric_series(METRIC_kafka_round_trip, watch->name);
    watch->errors = metric_series(METRIC_kafka_errors, watch->name);
}

void kafka_watch_up(struct kafka_watch *watch)
{
    if (atomic_load_explicit(&watch->reach, memory_order_relaxed) == KAFKA_UP)
        return;
    atomic_store(&watch->reach, KAFKA_UP);
    series_set(watch->reachable, 1);
}

void kafka_watch_heard(struct kafka_watch *watch, int64_t now_us)
{
    atomic_store_explicit(&watch->heard_us, now_us, memory_order_relaxed);
}

int64_t kafka_watch_silence(const struct kafka_watch *watch, int64_t now_us)
{
    return now_us - atomic_load_explicit(&watch->heard_us, memory_order_relaxed);
}

bool kafka_watch_away(const struct kafka_watch *watch, int64_t waiting, int64_t now_us)
{
    return atomic_load_explicit(&watch->reach, memory_order_relaxed) == KAFKA_DOWN ||
           (waiting > 0 && kafka_watch_silence(watch, now_us) > SILENT_US);
}

/* Called from any of librdkafka's threads. */
static void on_log(const rd_kafka_t *kafka, int level, const char *facility, const char *text)
{
    const char *name = kafka ? rd_kafka_name(kafka) : "";
    if (level <= 4)
        LOG(kafka_trouble, log_text("client", name), log_text("facility", facility), log_text("detail", text));
    else
        LOG(kafka_log, log_text("client", name), log_text("facility", facility), log_text("detail", text));
}

static void on_error(rd_kafka_t *kafka, int error, const char *text, void *opaque)
{
    struct kafka_watch *watch = opaque;
    (void)kafka;
    series_add(watch->errors, 1);
    if (error == RD_KAFKA_RESP_ERR__FATAL) {
        LOG(kafka_fatal, log_text("client", watch->name), log_text("detail", text));
        atomic_store(&watch->fatal, true);
        return;
    }
    if (error == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) {
        atomic_store(&watch->reach, KAFKA_DOWN);
        series_set(watch->reachable, 0);
    }
    LOG(kafka_trouble, log_text("client", watch->name),
        log_text("error", rd_kafka_err2name((rd_kafka_resp_err_t)error)), log_text("detail", text));
}

/* The statistics are one line of JSON, a kilobyte a partition, each second: two facts are picked out of it
 * instead of building a tree. A broker that answers is "state":"UP"; its mean round trip is in
 * "rtt":{"min":…,"avg":…}. */
static void take_statistics(struct kafka_watch *watch, struct slice json)
{
    static const struct slice up = SLICE("\"state\":\"UP\""), trip = SLICE("\"rtt\":"), mean = SLICE("\"avg\":");
    struct slice rest = json;
    int64_t slowest = 0;
    if (memmem(json.at, json.length, up.at, up.length))
        kafka_watch_up(watch);
    for (const char *at; rest.length && (at = memmem(rest.at, rest.length, trip.at, trip.length));) {
        rest = (struct slice){at + trip.length, rest.length - (size_t)(at + trip.length - rest.at)};
        const char *average = memmem(rest.at, rest.length < 120 ? rest.length : 120, mean.at, mean.length);
        if (average && strtoll(average + mean.length, NULL, 10) > slowest)
            slowest = strtoll(average + mean.length, NULL, 10);
    }
    series_set(watch->round_trip, slowest);
}

static int on_statistics(rd_kafka_t *kafka, char *json, size_t length, void *opaque)
{
    (void)kafka;
    take_statistics(opaque, (struct slice){json, length});
    return 0;
}

void kafka_listen(rd_kafka_t *kafka, rd_kafka_queue_t *queue, struct kafka_watch *watch)
{
    for (rd_kafka_event_t *event; (event = rd_kafka_queue_poll(queue, 0)); rd_kafka_event_destroy(event)) {
        rd_kafka_event_type_t type = rd_kafka_event_type(event);
        int error = rd_kafka_event_error_is_fatal(event) ? RD_KAFKA_RESP_ERR__FATAL : rd_kafka_event_error(event);
        if (type == RD_KAFKA_EVENT_STATS)
            take_statistics(watch, slice_of(rd_kafka_event_stats(event)));
        else if (type == RD_KAFKA_EVENT_ERROR)
            on_error(kafka, error, rd_kafka_event_error_string(event), watch);
    }
}

void kafka_set(rd_kafka_conf_t *conf, const char *name, const char *value)
{
    char why[256];
    if (rd_kafka_conf_set(conf, name, value, why, sizeof why) == RD_KAFKA_CONF_OK)
        return;
    LOG(setting_wrong, log_text("setting", name), log_text("detail", why));
    exit(LIFE_CONFIG);
}

void kafka_set_number(rd_kafka_conf_t *conf, const char *name, int64_t value)
{
    char text[24];
    snprintf(text, sizeof text, "%lld", (long long)value);
    kafka_set(conf, name, text);
}

/* "name=value;name=value", of the setting kafka_options. */
static void set_options(rd_kafka_conf_t *conf, const char *options)
{
    while (*options) {
        size_t length = strcspn(options, ";");
        char *pair = memory_copy(options, length), *equals = strchr(pair, '=');
        if (equals) {
            *equals = 0;
            kafka_set(conf, pair, equals + 1);
        } else if (length) {
            kafka_set(conf, pair, "");
        }
        free(pair);
        options += length + (options[length] == ';');
    }
}

static void set_writer(rd_kafka_conf_t *conf)
{
    kafka_set(conf, "acks", "all");
    kafka_set(conf, "enable.idempotence", "true");
    kafka_set(conf, "partitioner", "murmur2_random");
    kafka_set(conf, "linger.ms", "50"); /* the writer gathers and flushes by itself */
    kafka_set(conf, "compression.codec", config->compression);
    kafka_set_number(conf, "batch.size", config->produce_batch_bytes);
    kafka_set_number(conf, "queue.buffering.max.kbytes", config->produce_queue_bytes / 1024);
    kafka_set_number(conf, "queue.buffering.max.messages", config->produce_queue_messages);
    kafka_set_number(conf, "message.timeout.ms", config->produce_timeout_ms);
    kafka_set_number(conf, "request.timeout.ms",
                     config->produce_timeout_ms < 10000 ? config->produce_timeout_ms : 10000);
}

static void set_consumer(rd_kafka_conf_t *conf)
{
    kafka_set(conf, "enable.auto.commit", "false");
    kafka_set(conf, "enable.auto.offset.store", "false");
    kafka_set(conf, "isolation.level", "read_committed");
    kafka_set(conf, "check.crcs", "true");
    kafka_set(conf, "allow.auto.create.topics", "false");
    kafka_set(conf, "queued.min.messages", "10000");
    kafka_set_number(conf, "queued.max.messages.kbytes", config->fetch_bytes / 1024);
    kafka_set_number(conf, "fetch.wait.max.ms", config->fetch_wait_ms);
    kafka_set_number(conf, "fetch.max.bytes",
                     config->fetch_bytes > config->message_bytes ? config->fetch_bytes : config->message_bytes);
    kafka_set(conf, "fetch.queue.backoff.ms", "5"); /* a full queue is looked at again at once, not in 1 s */
    kafka_set(conf, "fetch.error.backoff.ms", "100");
    kafka_set(conf, "topic.metadata.refresh.interval.ms", "30000");
}

static void set_reader(rd_kafka_conf_t *conf)
{
    set_consumer(conf);
    kafka_set(conf, "group.protocol", "classic");
    kafka_set(conf, "partition.assignment.strategy", "range");
    kafka_set(conf, "auto.offset.reset", "error"); /* a gap is for a person, never a skip */
    kafka_set_number(conf, "session.timeout.ms", config->kafka_session_ms);
    kafka_set_number(conf, "heartbeat.interval.ms", config->kafka_session_ms / 5);
    if (config->kafka_session_ms > 300000)
        kafka_set_number(conf, "max.poll.interval.ms", config->kafka_session_ms);
}

static void set_view(rd_kafka_conf_t *conf)
{
    set_consumer(conf);
    kafka_set(conf, "auto.offset.reset", "earliest");
    kafka_set(conf, "enable.partition.eof", "true");
}

rd_kafka_conf_t *kafka_settings(enum kafka_role role, struct kafka_watch *watch)
{
    if (rd_kafka_version() < 0x02080000) {
        LOG(failed, log_text("detail", "librdkafka is older than 2.8.0"), log_text("version", rd_kafka_version_str()));
        exit(LIFE_CONFIG);
    }
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set_opaque(conf, watch);
    rd_kafka_conf_set_log_cb(conf, on_log);
    rd_kafka_conf_set_error_cb(conf, on_error);
    rd_kafka_conf_set_stats_cb(conf, on_statistics);
    kafka_set(conf, "client.id", watch->name);
    kafka_set(conf, "bootstrap.servers", config->kafka_brokers);
    kafka_set_number(conf, "log_level", config->kafka_log_level);
    kafka_set_number(conf, "statistics.interval.ms", config->statistics_ms);
    kafka_set_number(conf, "message.max.bytes", config->message_bytes);
    kafka_set(conf, "enable.metrics.push", "false");
    kafka_set(conf, "socket.nagle.disable", "true");
    kafka_set(conf, "socket.keepalive.enable", "true");
    kafka_set(conf, "reconnect.backoff.ms", "50");
    kafka_set(conf, "reconnect.backoff.max.ms", "1000");
    if (role == KAFKA_WRITER)
        set_writer(conf);
    else if (role == KAFKA_READER)
        set_reader(conf);
    else if (role == KAFKA_VIEW)
        set_view(conf);
    set_options(conf, config->kafka_options);
    return conf;
}

bool kafka_new(enum kafka_role role, rd_kafka_conf_t *conf, rd_kafka_t **ret_kafka, struct problem *problem)
{
    char why[256];
    rd_kafka_type_t type = role == KAFKA_READER || role == KAFKA_VIEW ? RD_KAFKA_CONSUMER : RD_KAFKA_PRODUCER;
    rd_kafka_t *kafka = rd_kafka_new(type, conf, why, sizeof why);
    if (!kafka) {
        rd_kafka_conf_destroy(conf);
        return problem_say(problem, PROBLEM_kafka_refused, "no handle: %s", "无法创建句柄：%s", why);
    }
    *ret_kafka = kafka;
    return true;
}

bool kafka_problem(struct problem *problem, const char *doing, rd_kafka_resp_err_t error, const char *text)
{
    bool away = error == RD_KAFKA_RESP_ERR__TRANSPORT || error == RD_KAFKA_RESP_ERR__TIMED_OUT ||
                error == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN || error == RD_KAFKA_RESP_ERR__RESOLVE ||
                error == RD_KAFKA_RESP_ERR__QUEUE_FULL || error == RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT;
    return problem_say(problem, away ? PROBLEM_kafka_away : PROBLEM_kafka_refused, "%s: %s (%s)", "%s：%s（%s）", doing,
                       text ? text : rd_kafka_err2str(error), rd_kafka_err2name(error));
}

bool kafka_cluster_id(rd_kafka_t *kafka, char *ret_cluster, size_t room, struct problem *problem)
{
    char *cluster = rd_kafka_clusterid(kafka, PATIENCE_MS);
    if (!cluster)
        return kafka_problem(problem, "asking for the cluster's id", RD_KAFKA_RESP_ERR__TIMED_OUT, NULL);
    snprintf(ret_cluster, room, "%s", cluster);
    rd_kafka_mem_free(kafka, cluster);
    return true;
}

/* The 16 bytes of an id in the form of librdkafka's numbers. */
static struct id id_of(const rd_kafka_Uuid_t *uuid)
{
    struct id id;
    uint64_t high = (uint64_t)rd_kafka_Uuid_most_significant_bits(uuid);
    uint64_t low = (uint64_t)rd_kafka_Uuid_least_significant_bits(uuid);
    for (int i = 0; i < 8; i++) {
        id.bytes[i] = (uint8_t)(high >> (56 - 8 * i));
        id.bytes[8 + i] = (uint8_t)(low >> (56 - 8 * i));
    }
    return id;
}

static bool take_descriptions(rd_kafka_event_t *event, const char *const *names, size_t count, struct id *ret_ids,
                              int32_t *ret_partitions, struct problem *problem)
{
    size_t found;
    rd_kafka_resp_err_t error = event ? rd_kafka_event_error(event) : RD_KAFKA_RESP_ERR__TIMED_OUT;
    if (error)
        return kafka_problem(problem, "asking what topics there are", error,
                             event ? rd_kafka_event_error_string(event) : NULL);
    const rd_kafka_TopicDescription_t **topics =
        rd_kafka_DescribeTopics_result_topics(rd_kafka_event_DescribeTopics_result(event), &found);
    size_t known = 0;
    for (size_t i = 0; i < found; i++)
        for (size_t wanted = 0; wanted < count; wanted++) {
            size_t partitions;
            const rd_kafka_error_t *fault = rd_kafka_TopicDescription_error(topics[i]);
            if (strcmp(rd_kafka_TopicDescription_name(topics[i]), names[wanted]) != 0)
                continue;
            if (fault && rd_kafka_error_code(fault))
                return kafka_problem(problem, names[wanted], rd_kafka_error_code(fault), rd_kafka_error_string(fault));
            rd_kafka_TopicDescription_partitions(topics[i], &partitions);
            ret_ids[wanted] = id_of(rd_kafka_TopicDescription_topic_id(topics[i]));
            ret_partitions[wanted] = (int32_t)partitions;
            known++;
        }
    return known == count ||
           problem_say(problem, PROBLEM_bad_topic, "Kafka says nothing of some topics", "Kafka 未返回部分主题的信息");
}

/* A broker that answers: any of them knows the topics, so the controller need not be up. */
static bool some_broker(rd_kafka_t *kafka, int32_t *ret_broker, struct problem *problem)
{
    const struct rd_kafka_metadata *metadata;
    rd_kafka_resp_err_t error = rd_kafka_metadata(kafka, 0, NULL, &metadata, PATIENCE_MS);
    if (error)
        return kafka_problem(problem, "asking who is there", error, NULL);
    *ret_broker = metadata->orig_broker_id;
    rd_kafka_metadata_destroy(metadata);
    return *ret_broker >= 0 || kafka_problem(problem, "asking who is there", RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, NULL);
}

bool kafka_describe(rd_kafka_t *kafka, const char *const *names, size_t count, struct id *ret_ids,
                    int32_t *ret_partitions, struct problem *problem)
{
    int32_t broker = -1;
    if (!some_broker(kafka, &broker, problem))
        return false;
    const char **copy = memory_new_many(count, sizeof *copy);
    memcpy(copy, names, count * sizeof *copy);
    rd_kafka_TopicCollection_t *topics = rd_kafka_TopicCollection_of_topic_names(copy, count);
    rd_kafka_AdminOptions_t *options = rd_kafka_AdminOptions_new(kafka, RD_KAFKA_ADMIN_OP_DESCRIBETOPICS);
    rd_kafka_queue_t *queue = rd_kafka_queue_new(kafka);
    rd_kafka_AdminOptions_set_request_timeout(options, PATIENCE_MS, NULL, 0);
    rd_kafka_AdminOptions_set_broker(options, broker, NULL, 0);
    rd_kafka_DescribeTopics(kafka, topics, options, queue);
    rd_kafka_event_t *event = rd_kafka_queue_poll(queue, PATIENCE_MS + 1000);
    bool well = take_descriptions(event, names, count, ret_ids, ret_partitions, problem);
    if (event)
        rd_kafka_event_destroy(event);
    rd_kafka_queue_destroy(queue);
    rd_kafka_AdminOptions_destroy(options);
    rd_kafka_TopicCollection_destroy(topics);
    free(copy);
    return well;
}
