/* A producer of librdkafka and the reports of its messages.  SPDX-License-Identifier: Apache-2.0 */
#include "topics/producer.h"

#include <stdlib.h>

#include "process/log.h"
#include "process/memory.h"

struct producer {
    struct kafka_watch *watch;
    rd_kafka_t *kafka;
    rd_kafka_queue_t *queue; /* errors, statistics, and failed messages once more */
    size_t count;
    _Atomic bool ended;
    _Atomic(struct writer_ticket *) reported; /* newest first */
    rd_kafka_topic_t *topics[];               /* in the writer's order */
};

/* What rd_kafka_produceva() refuses is reported to the interceptor as well; this thread is inside it. */
static _Thread_local bool taking;

static enum writer_verdict verdict_of(const rd_kafka_message_t *report)
{
    if (report->err == RD_KAFKA_RESP_ERR_NO_ERROR)
        return WRITER_KEPT;
    return rd_kafka_message_status(report) == RD_KAFKA_MSG_STATUS_NOT_PERSISTED ? WRITER_NOT_KEPT : WRITER_UNKNOWN;
}

/* In any of librdkafka's threads: the broker's that got the answer, the main one's that gave up. From the exchange on
 * the ticket is the writer's thread's. */
static rd_kafka_resp_err_t on_report(rd_kafka_t *kafka, rd_kafka_message_t *report, void *opaque)
{
    struct producer *producer = opaque;
    struct writer_ticket *ticket = report->_private;
    (void)kafka;
    if (taking || atomic_load_explicit(&producer->ended, memory_order_relaxed))
        return RD_KAFKA_RESP_ERR_NO_ERROR;
    ticket->partition = report->partition;
    ticket->offset = report->offset;
    ticket->verdict = verdict_of(report);
    struct writer_ticket *before = atomic_load_explicit(&producer->reported, memory_order_relaxed);
    do
        ticket->next = before;
    while (!atomic_compare_exchange_weak(&producer->reported, &before, ticket));
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

static rd_kafka_resp_err_t on_new(rd_kafka_t *kafka, const rd_kafka_conf_t *conf, void *opaque, char *why, size_t room)
{
    (void)conf;
    (void)why;
    (void)room;
    return rd_kafka_interceptor_add_on_acknowledgement(kafka, "producer", on_report, opaque);
}

bool producer_new(const char *const *topics, size_t count, struct kafka_watch *watch, struct producer **ret_producer,
                  struct problem *problem)
{
    struct producer *producer = memory_new(sizeof *producer + count * sizeof producer->topics[0]);
    rd_kafka_conf_t *conf = kafka_settings(KAFKA_WRITER, watch);
    rd_kafka_conf_set_events(conf, RD_KAFKA_EVENT_DR); /* rd_kafka_flush() then sleeps until all is reported */
    kafka_set(conf, "delivery.report.only.error", "true");
    if (rd_kafka_conf_interceptor_add_on_new(conf, "producer", on_new, producer) != RD_KAFKA_RESP_ERR_NO_ERROR)
        abort();
    producer->watch = watch;
    producer->count = count;
    if (!kafka_new(KAFKA_WRITER, conf, &producer->kafka, problem)) {
        free(producer);
        return false;
    }
    for (size_t i = 0; i < count; i++)
        if (!(producer->topics[i] = rd_kafka_topic_new(producer->kafka, topics[i], NULL)))
            abort();
    producer->queue = rd_kafka_queue_get_main(producer->kafka);
    *ret_producer = producer;
    return true;
}

void producer_free(struct producer *producer)
{
    atomic_store(&producer->ended, true);
    for (size_t i = 0; i < producer->count; i++)
        rd_kafka_topic_destroy(producer->topics[i]);
    rd_kafka_queue_destroy(producer->queue);
    rd_kafka_destroy(producer->kafka);
    free(producer);
}

bool producer_take(struct producer *producer, struct writer_ticket *ticket)
{
    char *value = ticket->tombstone ? NULL : ticket->bytes, *key = ticket->bytes + ticket->value_length;
    rd_kafka_vu_t parts[] = {
        {.vtype = RD_KAFKA_VTYPE_RKT, .u.rkt = producer->topics[ticket->topic]},
        {.vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = 0}, /* the value is not copied */
        {.vtype = RD_KAFKA_VTYPE_KEY, .u.mem = {ticket->key_length ? key : NULL, ticket->key_length}},
        {.vtype = RD_KAFKA_VTYPE_VALUE, .u.mem = {value, ticket->value_length}},
        {.vtype = RD_KAFKA_VTYPE_OPAQUE, .u.ptr = ticket},
        {.vtype = RD_KAFKA_VTYPE_HEADERS, .u.headers = ticket->headers},
    };
    taking = true;
    rd_kafka_error_t *error = rd_kafka_produceva(producer->kafka, parts, ticket->headers ? 6 : 5);
    taking = false;
    if (!error)
        return true;
    if (ticket->headers)
        rd_kafka_headers_destroy(ticket->headers);
    LOG(kafka_trouble, log_text("client", producer->watch->name),
        log_text("error", rd_kafka_err2name(rd_kafka_error_code(error))),
        log_text("detail", rd_kafka_error_string(error)));
    rd_kafka_error_destroy(error);
    return false;
}

void producer_flush(struct producer *producer, int milliseconds)
{
    rd_kafka_flush(producer->kafka, milliseconds);
}

void producer_listen(struct producer *producer)
{
    kafka_listen(producer->kafka, producer->queue, producer->watch);
}

void producer_purge(struct producer *producer)
{
    rd_kafka_purge(producer->kafka, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
}

int64_t producer_held(const struct producer *producer)
{
    return rd_kafka_outq_len(producer->kafka);
}

struct writer_ticket *producer_reports(struct producer *producer)
{
    return atomic_exchange(&producer->reported, NULL);
}
