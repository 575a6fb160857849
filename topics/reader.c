/* The reader: a group member whose positions live elsewhere.  SPDX-License-Identifier: Apache-2.0 */
#include "topics/reader.h"

#include <stdio.h>
#include <stdlib.h>

#include "process/clock.h"
#include "process/config.h"
#include "process/log.h"
#include "process/memory.h"
#include "topics/kafka.h"

#define PATIENCE_MS 5000
#define AGAIN_US    1000000 /* between two tries to learn positions, and two looks at the lag */
#define CLOSE_US    5000000
#define MAGIC       0x72656164

/* A partition that is ours. */
struct part {
    struct position from; /* before the batch in hand */
    int64_t next;         /* after it, or after what is collected of the coming one */
    int32_t next_epoch;
    size_t held; /* records of it in the batch */
};

struct reader {
    struct kafka_watch watch; /* first: it is the handle's opaque */
    uint32_t magic;
    rd_kafka_t *kafka;
    const char *const *topics;
    size_t topic_count;
    struct reader_hooks hooks;
    char cluster[64];
    struct id *topic_ids;
    struct part *parts; /* assigned, and reading */
    size_t part_count, last_found;
    struct position *wanted; /* assigned, but the hook could not say where to begin */
    size_t wanted_count;
    bool paused, rewind, gap;
    int64_t asked_us, lag_us, batch_us; /* batch_us: when the last batch was handed out */
    rd_kafka_message_t **messages; /* of the batch, as they came */
    size_t count, most;
    int64_t bytes;
    struct batch batch;
    struct topic_series { struct series *lag, *read; } *series; /* in the order of the topics */
};

/* The part, or NULL if it is not ours. Messages come in runs, so the last one found is tried first. */
static struct part *find(struct reader *reader, const char *topic, int32_t partition)
{
    for (size_t i = 0; i < reader->part_count; i++) {
        size_t at = (reader->last_found + i) % reader->part_count;
        if (reader->parts[at].from.partition == partition && strcmp(reader->parts[at].from.topic, topic) == 0) {
            reader->last_found = at;
            return &reader->parts[at];
        }
    }
    return NULL;
}

static size_t topic_index(const struct reader *reader, const char *topic)
{
    size_t i = 0;
    while (i < reader->topic_count && strcmp(reader->topics[i], topic) != 0)
        i++;
    return i;
}

/* Forgets the messages collected or handed out. */
static void drop_messages(struct reader *reader)
{
    for (size_t i = 0; i < reader->count; i++)
        rd_kafka_message_destroy(reader->messages[i]);
    reader->count = 0;
    reader->bytes = 0;
    for (size_t i = 0; i < reader->part_count; i++)
        reader->parts[i].held = 0;
}

static void say_gap(struct reader *reader, const struct position *position, const char *why)
{
    reader->gap = true;
    LOG(gap, log_text("topic", position->topic), log_number("partition", position->partition),
        log_number("position", position->offset), log_number("first", position->first),
        log_number("end", position->end), log_text("detail", why));
}

/* The list of librdkafka for the assigned parts, with where each goes on; the caller's. */
static rd_kafka_topic_partition_list_t *list_of(const struct reader *reader)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)reader->part_count);
    for (size_t i = 0; i < reader->part_count; i++) {
        const struct position *from = &reader->parts[i].from;
        rd_kafka_topic_partition_t *entry = rd_kafka_topic_partition_list_add(list, from->topic, from->partition);
        entry->offset = from->offset;
        if (from->leader_epoch >= 0)
            rd_kafka_topic_partition_set_leader_epoch(entry, from->leader_epoch);
    }
    return list;
}

/* Where the logs of the wanted partitions begin and end now, and what topics they are of. */
static bool look_at_logs(struct reader *reader, struct position *positions, size_t count, struct problem *problem)
{
    int32_t *partitions = memory_new_many(reader->topic_count, sizeof *partitions);
    bool well =
        kafka_describe(reader->kafka, reader->topics, reader->topic_count, reader->topic_ids, partitions, problem);
    free(partitions);
    if (!well ||
        (!reader->cluster[0] && !kafka_cluster_id(reader->kafka, reader->cluster, sizeof reader->cluster, problem)))
        return false;
    for (size_t i = 0; i < count; i++) {
        struct position *position = &positions[i];
        rd_kafka_resp_err_t error = rd_kafka_query_watermark_offsets(
            reader->kafka, position->topic, position->partition, &position->first, &position->end, PATIENCE_MS);
        if (error)
            return kafka_problem(problem, "asking where the log begins", error, NULL);
        position->topic_id = reader->topic_ids[topic_index(reader, position->topic)];
    }
    return true;
}

/* Asks the hook where to go on; what it does not know begins at the log's first record. False: not now. */
static bool ask_store(struct reader *reader, struct position *positions, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        positions[i].offset = positions[i].first;
        positions[i].leader_epoch = -1;
    }
    if (reader->hooks.assigned(reader->hooks.opaque, positions, count))
        return true;
    LOG(assignment_waits, log_text("detail", "the stored positions cannot be read"));
    return false;
}

/* Asks Kafka and the hook where to begin. False: not now. Positions outside the log are a gap. */
static bool learn_positions(struct reader *reader, struct position *positions, size_t count)
{
    struct problem problem;
    problem_none(&problem);
    reader->asked_us = clock_monotonic_us();
    if (!look_at_logs(reader, positions, count, &problem)) {
        LOG(assignment_waits, log_text("detail", problem.detail));
        return false;
    }
    if (!ask_store(reader, positions, count))
        return false;
    for (size_t i = 0; i < count; i++)
        if (positions[i].offset < positions[i].first || positions[i].offset > positions[i].end)
            say_gap(reader, &positions[i], "the stored position is outside the log");
    return true;
}

/* The wanted partitions become ours at the positions they have. */
static void begin_reading(struct reader *reader)
{
    reader->parts = memory_resize(reader->parts, (reader->wanted_count + 1) * sizeof *reader->parts);
    reader->part_count = reader->wanted_count;
    for (size_t i = 0; i < reader->wanted_count; i++)
        reader->parts[i] = (struct part){
            .from = reader->wanted[i],
            .next = reader->wanted[i].offset,
            .next_epoch = reader->wanted[i].leader_epoch,
        };
    reader->wanted_count = 0;
    reader->rewind = false;
    auto_kafka_list list = list_of(reader);
    rd_kafka_assign(reader->kafka, list);
    /* librdkafka keeps a partition paused over a rebalance: one taken back in a pause may come again after it. */
    (reader->paused ? rd_kafka_pause_partitions : rd_kafka_resume_partitions)(reader->kafka, list);
    metric_add(METRIC_rebalances, 1);
    LOG(assigned, log_text("client", reader->watch.name), log_number("partitions", (int64_t)reader->part_count));
}

/* New partitions: remembered as wanted; meanwhile an empty assignment keeps us a member. */
static void take_on(struct reader *reader, const rd_kafka_topic_partition_list_t *given)
{
    auto_kafka_list none = rd_kafka_topic_partition_list_new(0);
    reader->wanted = memory_resize(reader->wanted, (size_t)(given->cnt + 1) * sizeof *reader->wanted);
    reader->wanted_count = 0;
    for (int i = 0; i < given->cnt; i++) {
        size_t topic = topic_index(reader, given->elems[i].topic);
        if (topic < reader->topic_count)
            reader->wanted[reader->wanted_count++] = (struct position){
                .topic = reader->topics[topic],
                .partition = given->elems[i].partition,
                .leader_epoch = -1,
            };
    }
    if (learn_positions(reader, reader->wanted, reader->wanted_count) && !reader->gap)
        begin_reading(reader);
    else
        rd_kafka_assign(reader->kafka, none);
}

static void give_up(struct reader *reader, bool lost)
{
    struct position *positions = memory_new_many(reader->part_count + 1, sizeof *positions);
    for (size_t i = 0; i < reader->part_count; i++)
        positions[i] = reader->parts[i].from;
    drop_messages(reader);
    if (reader->part_count) {
        reader->hooks.revoked(reader->hooks.opaque, positions, reader->part_count, lost);
        LOG(revoked, log_text("client", reader->watch.name), log_number("partitions", (int64_t)reader->part_count),
            log_number("lost", lost));
    }
    free(positions);
    reader->part_count = reader->wanted_count = 0;
    rd_kafka_assign(reader->kafka, NULL);
}

/* Inside rd_kafka_consumer_poll() and rd_kafka_consumer_close(), in the reader's thread. */
static void on_rebalance(rd_kafka_t *kafka, rd_kafka_resp_err_t event, rd_kafka_topic_partition_list_t *list,
                         void *opaque)
{
    struct reader *reader = opaque;
    if (event == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS)
        take_on(reader, list);
    else
        give_up(reader, event != RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS || rd_kafka_assignment_lost(kafka));
}

bool reader_new(const char *group, const char *const *topics, size_t count, const struct reader_hooks *hooks,
                struct reader **ret_reader, struct problem *problem)
{
    struct reader *reader = memory_new(sizeof *reader);
    kafka_watch_begin(&reader->watch, group);
    *reader = (struct reader){.watch = reader->watch,
                              .magic = MAGIC,
                              .topics = topics,
                              .topic_count = count,
                              .hooks = *hooks,
                              .most = (size_t)config->batch_messages};
    reader->topic_ids = memory_new_many(count, sizeof *reader->topic_ids);
    reader->messages = memory_new_many(reader->most, sizeof(rd_kafka_message_t *));
    reader->batch.records = memory_new_many(reader->most, sizeof *reader->batch.records);
    reader->series = memory_new_many(count, sizeof *reader->series);
    for (size_t i = 0; i < count; i++)
        reader->series[i] = (struct topic_series){metric_series(METRIC_consumer_lag, topics[i]),
                                                  metric_series(METRIC_consumed, topics[i])};
    rd_kafka_conf_t *conf = kafka_settings(KAFKA_READER, &reader->watch);
    kafka_set(conf, "group.id", group);
    rd_kafka_conf_set_rebalance_cb(conf, on_rebalance);
    auto_kafka_list wanted = rd_kafka_topic_partition_list_new((int)count);
    for (size_t i = 0; i < count; i++)
        rd_kafka_topic_partition_list_add(wanted, topics[i], RD_KAFKA_PARTITION_UA);
    bool well = kafka_new(KAFKA_READER, conf, &reader->kafka, problem);
    if (well) {
        rd_kafka_poll_set_consumer(reader->kafka);
        rd_kafka_resp_err_t error = rd_kafka_subscribe(reader->kafka, wanted);
        well = !error || kafka_problem(problem, "subscribing", error, NULL);
    }
    if (!well) {
        reader_free(reader);
        return false;
    }
    *ret_reader = reader;
    return true;
}

/* Leaves the group if Kafka answers; while its coordinator is down, librdkafka before 2.14.2 may crash in
 * leaving, so then the session is left to run out. */
static void leave(struct reader *reader)
{
    int64_t until = clock_monotonic_us() + CLOSE_US;
    if (atomic_load(&reader->watch.reach) == KAFKA_DOWN) {
        give_up(reader, true);
        return;
    }
    rd_kafka_queue_t *queue = rd_kafka_queue_get_consumer(reader->kafka);
    rd_kafka_error_t *error = rd_kafka_consumer_close_queue(reader->kafka, queue);
    while (!error && !rd_kafka_consumer_closed(reader->kafka) && clock_monotonic_us() < until) {
        rd_kafka_message_t *message = rd_kafka_consumer_poll(reader->kafka, 50);
        if (message)
            rd_kafka_message_destroy(message);
    }
    if (error)
        rd_kafka_error_destroy(error);
    rd_kafka_queue_destroy(queue);
}

void reader_free(struct reader *reader)
{
    if (!reader)
        return;
    drop_messages(reader);
    if (reader->kafka) {
        leave(reader);
        rd_kafka_destroy_flags(reader->kafka, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
    }
    free(reader->batch.records);
    free(reader->batch.parts);
    free(reader->messages);
    free(reader->topic_ids);
    free(reader->parts);
    free(reader->wanted);
    free(reader->series);
    free(reader);
}

/* Takes a message in, or sees what its error means; one that was on its way at a rewind or pause is dropped. */
static void collect(struct reader *reader, rd_kafka_message_t *message)
{
    const char *topic = message->rkt ? rd_kafka_topic_name(message->rkt) : "";
    struct part *part = find(reader, topic, message->partition);
    bool gone = message->err == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET ||
                message->err == RD_KAFKA_RESP_ERR__LOG_TRUNCATION ||
                message->err == RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE;
    if (!message->err && part && !reader->rewind && message->offset >= part->next) {
        reader->messages[reader->count++] = message;
        reader->bytes += (int64_t)(message->len + message->key_len);
        part->next = message->offset + 1;
        part->next_epoch = rd_kafka_message_leader_epoch(message);
        part->held++;
        return;
    }
    if (gone && part)
        say_gap(reader, &part->from, rd_kafka_message_errstr(message));
    else if (message->err)
        LOG(kafka_trouble, log_text("client", reader->watch.name), log_text("topic", topic),
            log_text("error", rd_kafka_err2name(message->err)), log_text("detail", rd_kafka_message_errstr(message)));
    rd_kafka_message_destroy(message);
}

/* Groups what was collected by partition, each in its order: a counting sort over the parts. */
static const struct batch *make_batch(struct reader *reader)
{
    struct batch *batch = &reader->batch;
    size_t first = 0;
    batch->parts = memory_resize(batch->parts, (reader->part_count + 1) * sizeof *batch->parts);
    batch->count = reader->count;
    batch->part_count = 0;
    for (size_t i = 0; i < reader->part_count; i++) {
        struct part *part = &reader->parts[i];
        if (!part->held)
            continue;
        batch->parts[batch->part_count++] = (struct batch_part){
            .from = part->from, .next = part->next, .next_epoch = part->next_epoch, .first = first, .count = 0};
        first += part->held;
        series_add(reader->series[topic_index(reader, part->from.topic)].read, (int64_t)part->held);
    }
    for (size_t i = 0; i < reader->count; i++) {
        rd_kafka_message_t *message = reader->messages[i];
        struct part *part = find(reader, rd_kafka_topic_name(message->rkt), message->partition);
        struct batch_part *into = batch->parts;
        while (into->from.topic != part->from.topic || into->from.partition != part->from.partition)
            into++;
        batch->records[into->first + into->count++] = record_of(message, part->from.topic);
    }
    metric_observe(METRIC_batch_messages, (int64_t)batch->count);
    return batch;
}

/* The last batch is done: what was after it is before the next. */
static void settle(struct reader *reader)
{
    for (size_t i = 0; i < reader->part_count; i++) {
        reader->parts[i].from.offset = reader->parts[i].next;
        reader->parts[i].from.leader_epoch = reader->parts[i].next_epoch;
    }
    drop_messages(reader);
}

/* Goes back to the stored positions. False: they cannot be had now. */
static bool go_back(struct reader *reader)
{
    struct position *positions = memory_new_many(reader->part_count + 1, sizeof *positions);
    for (size_t i = 0; i < reader->part_count; i++)
        positions[i] = reader->parts[i].from;
    drop_messages(reader);
    bool well = ask_store(reader, positions, reader->part_count);
    for (size_t i = 0; well && i < reader->part_count; i++)
        reader->parts[i] =
            (struct part){.from = positions[i], .next = positions[i].offset, .next_epoch = positions[i].leader_epoch};
    free(positions);
    if (!well)
        return false;
    reader->rewind = false;
    /* Assigning anew ends the fetchers and purges what they had brought, which a seek leaves to a time-out. */
    auto_kafka_list list = list_of(reader);
    rd_kafka_assign(reader->kafka, list);
    return true;
}

/* Where a log ends, as last heard of. */
static int64_t end_of(const struct reader *reader, const struct part *part)
{
    int64_t low, least = part->next > part->from.end ? part->next : part->from.end, end = least;
    (void)rd_kafka_get_watermark_offsets(reader->kafka, part->from.topic, part->from.partition, &low, &end);
    return end > least ? end : least; /* it knows none before the first fetch */
}

static void look_at_lag(struct reader *reader, int64_t now)
{
    if (now - reader->lag_us < AGAIN_US)
        return;
    reader->lag_us = now;
    for (size_t topic = 0; topic < reader->topic_count; topic++) {
        int64_t behind = 0;
        for (size_t i = 0; i < reader->part_count; i++)
            if (reader->parts[i].from.topic == reader->topics[topic])
                behind += end_of(reader, &reader->parts[i]) - reader->parts[i].next;
        series_set(reader->series[topic].lag, behind);
    }
}

/* Polls once; true if a message came in. */
static bool poll_once(struct reader *reader, int64_t milliseconds)
{
    size_t before = reader->count;
    rd_kafka_message_t *message = rd_kafka_consumer_poll(reader->kafka, (int)milliseconds);
    if (message)
        collect(reader, message);
    return reader->count > before;
}

/* What is due between batches: the lag, lacking positions, going back. False: nothing can be read now. */
static bool make_ready(struct reader *reader, int64_t now)
{
    bool ask = now - reader->asked_us >= AGAIN_US;
    look_at_lag(reader, now);
    if (reader->wanted_count && ask && !reader->gap && learn_positions(reader, reader->wanted, reader->wanted_count) &&
        !reader->gap)
        begin_reading(reader);
    return reader->paused || !reader->rewind || reader->gap || go_back(reader);
}

/* Polls until the batch is full or time is up: `until` for a first record, then batch_wait_ms after the last batch. So a
 * record after a pause goes at once, in a stream they gather. */
static void gather(struct reader *reader, int64_t until)
{
    bool more = true;
    while (more && !reader->gap && !atomic_load(&reader->watch.fatal)) {
        int64_t left = (until - clock_monotonic_us()) / 1000;
        bool came = poll_once(reader, left < 0 ? 0 : left > 1000 ? 1000 : left);
        if (came && reader->count == 1)
            until = reader->batch_us + config->batch_wait_ms * 1000;
        bool full = reader->count == reader->most || reader->bytes >= config->batch_bytes;
        more = !full && (came || clock_monotonic_us() < until - 999);
    }
}

enum reader_verdict reader_batch(struct reader *reader, int64_t milliseconds, const struct batch **ret_batch)
{
    int64_t now = clock_monotonic_us(), until = now + milliseconds * 1000;
    if (reader->magic != MAGIC)
        abort();
    if (!reader->rewind)
        settle(reader);
    if (!make_ready(reader, now) && milliseconds > 100)
        until = now + 100000;
    gather(reader, until);
    if (reader->gap)
        return READER_GAP;
    if (atomic_load(&reader->watch.fatal))
        return READER_BROKEN;
    if (reader->count == 0)
        return READER_NOTHING;
    reader->batch_us = clock_monotonic_us();
    *ret_batch = make_batch(reader);
    return READER_BATCH;
}

void reader_rewind(struct reader *reader)
{
    reader->rewind = true;
    drop_messages(reader);
}

void reader_pause(struct reader *reader)
{
    auto_kafka_list list = list_of(reader);
    reader_rewind(reader);
    if (!reader->paused && list->cnt)
        rd_kafka_pause_partitions(reader->kafka, list);
    reader->paused = true;
}

void reader_resume(struct reader *reader)
{
    auto_kafka_list list = list_of(reader);
    if (reader->paused && list->cnt)
        rd_kafka_resume_partitions(reader->kafka, list);
    reader->paused = false;
}

const char *reader_cluster_id(const struct reader *reader)
{
    return reader->cluster;
}

size_t reader_sight(const struct reader *reader, struct position *ret_positions, size_t room)
{
    size_t count = reader->part_count < room ? reader->part_count : room;
    for (size_t i = 0; i < count; i++) {
        ret_positions[i] = reader->parts[i].from;
        ret_positions[i].end = end_of(reader, &reader->parts[i]);
    }
    return count;
}
