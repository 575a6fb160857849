/* A view's thread: reads topics from their beginning and goes on.  SPDX-License-Identifier: Apache-2.0 */
#include "topics/view.h"

#include <pthread.h>
#include <stdlib.h>

#include "process/clock.h"
#include "process/config.h"
#include "process/life.h"
#include "process/log.h"
#include "process/memory.h"
#include "topics/kafka.h"

#define PATIENCE_MS 5000
#define WAIT_MS     200
#define RUN         2000 /* records after which `rested` is called even if more wait */
#define CLOSE_US    3000000

/* A partition, and whether its end as of the start was seen. */
struct part {
    const struct view_topic *topic;
    int32_t partition;
    int64_t end, next;
    bool reached;
};

struct view {
    struct kafka_watch watch; /* first: it is the handle's opaque */
    rd_kafka_t *kafka;
    struct view_topic *topics;
    size_t topic_count;
    void (*rested)(void *opaque);
    void *opaque;
    pthread_t thread;
    struct part *parts;
    size_t part_count, last_found, missing;
    _Atomic bool caught_up, ending;
    struct series **read_series;
};

static struct part *find(struct view *view, const char *topic, int32_t partition)
{
    for (size_t i = 0; i < view->part_count; i++) {
        size_t at = (view->last_found + i) % view->part_count;
        if (view->parts[at].partition == partition && strcmp(view->parts[at].topic->name, topic) == 0) {
            view->last_found = at;
            return &view->parts[at];
        }
    }
    return NULL;
}

/* All partitions of all topics, with their ends. False: not now. */
static bool look_at_logs(struct view *view, struct problem *problem)
{
    const char **names = memory_new_many(view->topic_count, sizeof *names);
    struct id *ids = memory_new_many(view->topic_count, sizeof *ids);
    int32_t *partitions = memory_new_many(view->topic_count, sizeof *partitions);
    for (size_t i = 0; i < view->topic_count; i++)
        names[i] = view->topics[i].name;
    bool well = kafka_describe(view->kafka, names, view->topic_count, ids, partitions, problem);
    view->part_count = 0;
    for (size_t i = 0; well && i < view->topic_count; i++)
        for (int32_t number = 0; well && number < partitions[i]; number++) {
            int64_t first;
            struct part part = {.topic = &view->topics[i], .partition = number};
            rd_kafka_resp_err_t error =
                rd_kafka_query_watermark_offsets(view->kafka, names[i], number, &first, &part.end, PATIENCE_MS);
            well = !error || kafka_problem(problem, "asking where the log ends", error, NULL);
            part.reached = part.end == first;
            part.next = first;
            view->parts = memory_resize(view->parts, (view->part_count + 1) * sizeof *view->parts);
            view->parts[view->part_count++] = part;
        }
    free(partitions);
    free(ids);
    free(names);
    return well;
}

/* Where reading begins: the log's first record, or the first one stored in the last so many hours. */
static bool find_beginnings(struct view *view, rd_kafka_topic_partition_list_t *list, struct problem *problem)
{
    auto_kafka_list asked = rd_kafka_topic_partition_list_new(0);
    for (size_t i = 0; i < view->part_count; i++) {
        const struct part *part = &view->parts[i];
        rd_kafka_topic_partition_list_add(list, part->topic->name, part->partition)->offset = part->next;
        if (part->topic->hours)
            rd_kafka_topic_partition_list_add(asked, part->topic->name, part->partition)->offset =
                clock_now() - part->topic->hours * 3600000;
    }
    rd_kafka_resp_err_t error = asked->cnt ? rd_kafka_offsets_for_times(view->kafka, asked, PATIENCE_MS) : 0;
    if (error)
        return kafka_problem(problem, "asking where an hour begins", error, NULL);
    for (int i = 0; i < asked->cnt; i++) {
        rd_kafka_topic_partition_t *entry =
            rd_kafka_topic_partition_list_find(list, asked->elems[i].topic, asked->elems[i].partition);
        struct part *part = find(view, entry->topic, entry->partition);
        entry->offset = asked->elems[i].offset >= 0 ? asked->elems[i].offset : part->end; /* none so young */
        part->reached = part->reached || entry->offset >= part->end;
    }
    return true;
}

static void look_whether_caught_up(struct view *view)
{
    for (size_t i = 0; i < view->part_count; i++)
        if (!view->parts[i].reached)
            return;
    if (!atomic_exchange(&view->caught_up, true))
        LOG(view_caught_up, log_text("client", view->watch.name));
}

/* Tries until there is an assignment or the end is asked for. */
static void begin(struct view *view)
{
    while (!atomic_load(&view->ending)) {
        struct problem problem;
        auto_kafka_list list = rd_kafka_topic_partition_list_new(0);
        problem_none(&problem);
        if (look_at_logs(view, &problem) && find_beginnings(view, list, &problem)) {
            rd_kafka_resp_err_t error = rd_kafka_assign(view->kafka, list);
            if (!error)
                return;
            kafka_problem(&problem, "assigning", error, NULL);
        }
        LOG(assignment_waits, log_text("client", view->watch.name), log_text("detail", problem.detail));
        for (int i = 0; i < 5 && !atomic_load(&view->ending); i++) {
            rd_kafka_message_t *message = rd_kafka_consumer_poll(view->kafka, WAIT_MS);
            if (message)
                rd_kafka_message_destroy(message);
        }
    }
}

static void apply(struct view *view, struct part *part, rd_kafka_message_t *message)
{
    struct record record = record_of(message, part->topic->name);
    part->topic->apply(part->topic->opaque, &record);
    part->next = message->offset + 1;
    series_add(view->read_series[part->topic - view->topics], 1);
}

/* Takes one message; true if it was a record. */
static bool take(struct view *view, rd_kafka_message_t *message)
{
    struct part *part = message->rkt ? find(view, rd_kafka_topic_name(message->rkt), message->partition) : NULL;
    bool is_record = part && !message->err;
    if (is_record)
        apply(view, part, message);
    else if (message->err && message->err != RD_KAFKA_RESP_ERR__PARTITION_EOF)
        LOG(kafka_trouble, log_text("client", view->watch.name), log_text("error", rd_kafka_err2name(message->err)),
            log_text("detail", rd_kafka_message_errstr(message)));
    if (part && !part->reached)
        part->reached = message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF || part->next >= part->end;
    rd_kafka_message_destroy(message);
    return is_record;
}

static void *follow(void *opaque)
{
    struct view *view = opaque;
    life_thread("view");
    begin(view);
    while (!atomic_load(&view->ending)) {
        rd_kafka_message_t *message = rd_kafka_consumer_poll(view->kafka, WAIT_MS);
        bool any = false;
        for (int i = 0; message && i < RUN; i++) {
            any = take(view, message) || any;
            message = i + 1 < RUN ? rd_kafka_consumer_poll(view->kafka, 0) : NULL;
        }
        if (any && view->rested)
            view->rested(view->opaque);
        if (!atomic_load(&view->caught_up))
            look_whether_caught_up(view);
    }
    return NULL;
}

bool view_new(const char *name, const struct view_topic *topics, size_t count, void (*rested)(void *opaque),
              void *opaque, struct view **ret_view, struct problem *problem)
{
    struct view *view = memory_new(sizeof *view);
    kafka_watch_begin(&view->watch, name);
    view->topic_count = count;
    view->rested = rested;
    view->opaque = opaque;
    rd_kafka_conf_t *conf = kafka_settings(KAFKA_VIEW, &view->watch);
    kafka_set(conf, "group.id", name); /* librdkafka wants one; nothing joins or commits */
    if (!kafka_new(KAFKA_VIEW, conf, &view->kafka, problem)) {
        free(view);
        return false;
    }
    rd_kafka_poll_set_consumer(view->kafka);
    view->topics = memory_new_many(count, sizeof *view->topics);
    memcpy(view->topics, topics, count * sizeof *view->topics);
    view->read_series = memory_new_many(count, sizeof(struct series *));
    for (size_t i = 0; i < count; i++)
        view->read_series[i] = metric_series(METRIC_consumed, topics[i].name);
    if (pthread_create(&view->thread, NULL, follow, view) != 0)
        abort();
    *ret_view = view;
    return true;
}

bool view_caught_up(const struct view *view)
{
    return atomic_load(&view->caught_up);
}

void view_free(struct view *view)
{
    if (!view)
        return;
    atomic_store(&view->ending, true);
    pthread_join(view->thread, NULL);
    rd_kafka_assign(view->kafka, NULL);
    rd_kafka_destroy_flags(view->kafka, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
    free(view->parts);
    free(view->read_series);
    free(view->topics);
    free(view);
}
