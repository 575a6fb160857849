/* The writer: many threads, one producer, a report for each message.  SPDX-License-Identifier: Apache-2.0 */
#include "topics/writer.h"

#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "process/clock.h"
#include "process/config.h"
#include "process/life.h"
#include "process/log.h"
#include "process/memory.h"
#include "topics/kafka.h"

#define POLL_MS 100
#define PROBE_US 1000000        /* while no broker answers, one message a second is let through to try */
#define PURGE_US 5000000
#define MAGIC 0x77726974

/* A producer of librdkafka with its topics, in the writer's order. */
struct producer {
    rd_kafka_t *kafka;
    rd_kafka_topic_t *topics[];
};

struct writer_port {
    struct writer *writer;
    struct writer_port *next;
    struct writer_port *touched;            /* the delivery thread's list of ports with a chain */
    struct writer_ticket *chain, *oldest;   /* the delivery thread's, newest first */
    int fd;
    _Atomic(struct producer *) using;       /* what writer_write() holds at the moment: not to be freed */
    _Atomic(struct writer_ticket *) reported __attribute__((aligned(64)));
};

struct writer {
    struct kafka_watch watch;               /* first: it is the handles' opaque */
    uint32_t magic;
    const char *const *topics;
    size_t count;
    _Atomic(struct producer *) producer;
    pthread_t thread;
    pthread_mutex_t lock;                   /* of the list of ports */
    struct writer_port *ports;
    struct writer_port *touched;
    _Atomic int64_t close_at_us;            /* 0: not closing */
    _Atomic int64_t last_probe_us;
    _Atomic int64_t waiting_bytes __attribute__((aligned(64)));
    _Atomic int64_t waiting;
    struct series *kept, *not_kept, *unknown, *queue_full, *no_broker, *too_large;
};

static void on_report(rd_kafka_t *kafka, const rd_kafka_message_t *report, void *opaque);

static bool producer_new(struct writer *writer, struct producer **ret_producer, struct problem *problem)
{
    struct producer *producer = memory_new(sizeof *producer + writer->count * sizeof producer->topics[0]);
    rd_kafka_conf_t *conf = kafka_settings(KAFKA_WRITER, &writer->watch);
    rd_kafka_conf_set_dr_msg_cb(conf, on_report);
    if (!kafka_new(KAFKA_WRITER, conf, &producer->kafka, problem)) {
        free(producer);
        return false;
    }
    for (size_t i = 0; i < writer->count; i++)
        if (!(producer->topics[i] = rd_kafka_topic_new(producer->kafka, writer->topics[i], NULL)))
            abort();
    *ret_producer = producer;
    return true;
}

static void producer_free(struct writer *writer, struct producer *producer)
{
    for (size_t i = 0; i < writer->count; i++)
        rd_kafka_topic_destroy(producer->topics[i]);
    rd_kafka_destroy(producer->kafka);
    free(producer);
}

static enum writer_verdict verdict_of(const rd_kafka_message_t *report)
{
    if (report->err == RD_KAFKA_RESP_ERR_NO_ERROR)
        return WRITER_KEPT;
    return rd_kafka_message_status(report) == RD_KAFKA_MSG_STATUS_NOT_PERSISTED ? WRITER_NOT_KEPT : WRITER_UNKNOWN;
}

/* In the delivery thread, inside rd_kafka_poll(). */
static void on_report(rd_kafka_t *kafka, const rd_kafka_message_t *report, void *opaque)
{
    struct writer *writer = opaque;
    struct writer_ticket *ticket = report->_private;
    struct writer_port *port = ticket->port;
    (void)kafka;
    ticket->verdict = verdict_of(report);
    ticket->partition = report->partition;
    ticket->offset = report->offset;
    ticket->next = port->chain;
    if (!port->chain) {
        port->oldest = ticket;
        port->touched = writer->touched;
        writer->touched = port;
    }
    port->chain = ticket;
}

static void count_chain(struct writer *writer, const struct writer_ticket *ticket)
{
    int64_t now = clock_monotonic_us(), bytes = 0, verdicts[WRITER_UNKNOWN + 1] = {0};
    for (; ticket; ticket = ticket->next) {
        bytes += ticket->bytes;
        verdicts[ticket->verdict]++;
        metric_observe(METRIC_produce_latency, now - ticket->written_us);
    }
    if (verdicts[WRITER_KEPT]) {
        series_add(writer->kept, verdicts[WRITER_KEPT]);
        kafka_watch_up(&writer->watch);
    }
    if (verdicts[WRITER_NOT_KEPT])
        series_add(writer->not_kept, verdicts[WRITER_NOT_KEPT]);
    if (verdicts[WRITER_UNKNOWN])
        series_add(writer->unknown, verdicts[WRITER_UNKNOWN]);
    int64_t count = verdicts[WRITER_KEPT] + verdicts[WRITER_NOT_KEPT] + verdicts[WRITER_UNKNOWN];
    metric_set(METRIC_produce_queue_size, atomic_fetch_sub(&writer->waiting_bytes, bytes) - bytes);
    metric_set(METRIC_produce_queue, atomic_fetch_sub(&writer->waiting, count) - count);
}

/* Hands each port its chain: one exchange and at most one wake-up a port for all reports of a poll. From the exchange
 * on the tickets are the other thread's. */
static void pass_on(struct writer *writer)
{
    while (writer->touched) {
        struct writer_port *port = writer->touched;
        struct writer_ticket *chain = port->chain, *oldest = port->oldest;
        uint64_t one = 1;
        writer->touched = port->touched;
        port->chain = port->oldest = NULL;
        count_chain(writer, chain);
        struct writer_ticket *before = atomic_load_explicit(&port->reported, memory_order_relaxed);
        do
            oldest->next = before;
        while (!atomic_compare_exchange_weak(&port->reported, &before, chain));
        if (!before && write(port->fd, &one, sizeof one) != sizeof one)
            abort();
    }
}

/* Waits until no thread is inside writer_write() with the old producer, lets its reports come and frees it. */
static void retire(struct writer *writer, struct producer *old)
{
    pthread_mutex_lock(&writer->lock);
    for (struct writer_port *port = writer->ports; port; port = port->next)
        while (atomic_load(&port->using) == old)
            usleep(100);
    pthread_mutex_unlock(&writer->lock);
    int64_t until = clock_monotonic_us() + PURGE_US;
    rd_kafka_purge(old->kafka, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    while (rd_kafka_outq_len(old->kafka) > 0 && clock_monotonic_us() < until) {
        rd_kafka_poll(old->kafka, 10);
        pass_on(writer);
    }
    producer_free(writer, old);
}

/* After a fatal error: a new producer takes over; what the old one held is reported, not written again. */
static void renew(struct writer *writer)
{
    struct problem problem;
    struct producer *fresh, *old = atomic_load(&writer->producer);
    problem_none(&problem);
    if (!producer_new(writer, &fresh, &problem)) {
        LOG(failed, log_text("detail", problem.detail));
        life_sleep(1000);
        return;
    }
    atomic_store(&writer->producer, fresh);
    atomic_store(&writer->watch.fatal, false);
    retire(writer, old);
    metric_add(METRIC_producer_renewals, 1);
    LOG(producer_renewed, log_text("client", writer->watch.name));
}

static void *deliver(void *opaque)
{
    struct writer *writer = opaque;
    bool purged = false;
    life_thread("delivery");
    for (;;) {
        struct producer *producer = atomic_load(&writer->producer);
        int64_t close_at = atomic_load(&writer->close_at_us);
        rd_kafka_poll(producer->kafka, close_at ? 5 : POLL_MS);
        pass_on(writer);
        if (close_at && atomic_load(&writer->waiting) == 0)
            return NULL;
        if (close_at && clock_monotonic_us() > close_at) {
            if (purged && clock_monotonic_us() > close_at + PURGE_US)
                return NULL;
            if (!purged)
                rd_kafka_purge(producer->kafka, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
            purged = true;
        }
        if (!close_at && atomic_load(&writer->watch.fatal))
            renew(writer);
    }
}

bool writer_new(const char *name, const char *const *topics, size_t count, struct writer **ret_writer,
                struct problem *problem)
{
    struct writer *writer = aligned_alloc(64, (sizeof *writer + 63) / 64 * 64);
    struct producer *producer;
    if (!writer)
        abort();
    memset(writer, 0, sizeof *writer);
    kafka_watch_begin(&writer->watch, name);
    writer->magic = MAGIC;
    writer->topics = topics;
    writer->count = count;
    writer->kept = metric_series(METRIC_produced, "kept");
    writer->not_kept = metric_series(METRIC_produced, "not_kept");
    writer->unknown = metric_series(METRIC_produced, "unknown");
    writer->queue_full = metric_series(METRIC_produce_refused, "queue_full");
    writer->no_broker = metric_series(METRIC_produce_refused, "no_broker");
    writer->too_large = metric_series(METRIC_produce_refused, "too_large");
    pthread_mutex_init(&writer->lock, NULL);
    if (!producer_new(writer, &producer, problem)) {
        pthread_mutex_destroy(&writer->lock);
        free(writer);
        return false;
    }
    atomic_store(&writer->producer, producer);
    if (pthread_create(&writer->thread, NULL, deliver, writer) != 0)
        abort();
    *ret_writer = writer;
    return true;
}

void writer_close(struct writer *writer, int64_t milliseconds)
{
    if (atomic_exchange(&writer->close_at_us, clock_monotonic_us() + milliseconds * 1000) == 0)
        pthread_join(writer->thread, NULL);
}

void writer_free(struct writer *writer)
{
    if (!writer)
        return;
    writer_close(writer, 0);
    producer_free(writer, atomic_load(&writer->producer));
    while (writer->ports) {
        struct writer_port *port = writer->ports;
        writer->ports = port->next;
        close(port->fd);
        free(port);
    }
    pthread_mutex_destroy(&writer->lock);
    free(writer);
}

bool writer_reachable(const struct writer *writer)
{
    return atomic_load(&writer->watch.reach) == KAFKA_UP;
}

struct writer_port *writer_port_new(struct writer *writer)
{
    struct writer_port *port = aligned_alloc(64, (sizeof *port + 63) / 64 * 64);
    if (!port || writer->magic != MAGIC)
        abort();
    memset(port, 0, sizeof *port);
    port->writer = writer;
    port->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (port->fd < 0)
        abort();
    pthread_mutex_lock(&writer->lock);
    port->next = writer->ports;
    writer->ports = port;
    pthread_mutex_unlock(&writer->lock);
    return port;
}

int writer_port_fd(const struct writer_port *port)
{
    return port->fd;
}

/* Whether a message may be queued now; one a second is, even if no broker answers, to find out. */
static bool admit(struct writer *writer, int64_t bytes, int64_t now, struct problem *problem)
{
    if (bytes > config->message_bytes - 1024) {
        series_add(writer->too_large, 1);
        return problem_say(problem, PROBLEM_too_large, "the message has %lld bytes", "消息有 %lld 字节", (long long)bytes);
    }
    if (atomic_load_explicit(&writer->waiting_bytes, memory_order_relaxed) + bytes >
            config->produce_queue_bytes / 5 * 4 ||
        atomic_load_explicit(&writer->waiting, memory_order_relaxed) >= config->produce_queue_messages / 5 * 4) {
        series_add(writer->queue_full, 1);
        return problem_say(problem, PROBLEM_kafka_away, "too many messages wait for Kafka", "等待写入的消息过多");
    }
    int64_t probe = atomic_load_explicit(&writer->last_probe_us, memory_order_relaxed);
    if (atomic_load_explicit(&writer->watch.reach, memory_order_relaxed) == KAFKA_DOWN &&
        (now - probe < PROBE_US || !atomic_compare_exchange_strong(&writer->last_probe_us, &probe, now))) {
        series_add(writer->no_broker, 1);
        return problem_say(problem, PROBLEM_kafka_away, "no broker answers", "没有可用的消息节点");
    }
    return true;
}

/* The producer, held against retire() until `using` is cleared. */
static struct producer *hold(struct writer_port *port)
{
    struct producer *producer;
    do {
        producer = atomic_load(&port->writer->producer);
        atomic_store(&port->using, producer);
    } while (producer != atomic_load(&port->writer->producer));
    return producer;
}

static size_t topic_index(const struct writer *writer, const char *name)
{
    for (size_t i = 0; i < writer->count; i++)
        if (writer->topics[i] == name || strcmp(writer->topics[i], name) == 0)
            return i;
    LOG(failed, log_text("detail", "a topic the writer was not made for"), log_text("topic", name));
    abort();
}

static rd_kafka_error_t *produce(struct producer *producer, size_t topic, const struct outgoing *outgoing,
                                 rd_kafka_headers_t *headers, struct writer_ticket *ticket)
{
    rd_kafka_vu_t parts[] = {
        {.vtype = RD_KAFKA_VTYPE_RKT, .u.rkt = producer->topics[topic]},
        {.vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = RD_KAFKA_MSG_F_COPY},
        {.vtype = RD_KAFKA_VTYPE_KEY, .u.mem = {(void *)(uintptr_t)outgoing->key.at, outgoing->key.length}},
        {.vtype = RD_KAFKA_VTYPE_VALUE, .u.mem = {(void *)(uintptr_t)outgoing->value.at, outgoing->value.length}},
        {.vtype = RD_KAFKA_VTYPE_OPAQUE, .u.ptr = ticket},
        {.vtype = RD_KAFKA_VTYPE_HEADERS, .u.headers = headers},
    };
    return rd_kafka_produceva(producer->kafka, parts, headers ? 6 : 5);
}

bool writer_write(struct writer_port *port, const struct outgoing *outgoing, struct writer_ticket *ticket,
                  struct problem *problem)
{
    struct writer *writer = port->writer;
    size_t topic = topic_index(writer, outgoing->topic);
    int64_t bytes = (int64_t)(outgoing->key.length + outgoing->value.length + outgoing->packed.length);
    int64_t now = clock_monotonic_us();
    if (!admit(writer, bytes, now, problem))
        return false;
    rd_kafka_headers_t *headers = outgoing->envelope      ? envelope_headers(outgoing->envelope)
                                  : outgoing->packed.at ? envelope_unpack_headers(outgoing->packed)
                                                          : NULL;
    if (outgoing->packed.at && !headers)
        return problem_say(problem, PROBLEM_poison, "the packed headers cannot be read", "打包的消息头无法解析");
    *ticket = (struct writer_ticket){.port = port, .bytes = (uint32_t)bytes, .written_us = now};
    atomic_fetch_add_explicit(&writer->waiting_bytes, bytes, memory_order_relaxed);
    atomic_fetch_add_explicit(&writer->waiting, 1, memory_order_relaxed);
    rd_kafka_error_t *error = produce(hold(port), topic, outgoing, headers, ticket);
    atomic_store_explicit(&port->using, NULL, memory_order_release);
    if (!error)
        return true;
    atomic_fetch_sub_explicit(&writer->waiting_bytes, bytes, memory_order_relaxed);
    atomic_fetch_sub_explicit(&writer->waiting, 1, memory_order_relaxed);
    if (headers)
        rd_kafka_headers_destroy(headers);
    rd_kafka_resp_err_t code = rd_kafka_error_code(error);
    bool fatal = code == RD_KAFKA_RESP_ERR__FATAL || code == RD_KAFKA_RESP_ERR__FENCED;
    series_add(code == RD_KAFKA_RESP_ERR__QUEUE_FULL ? writer->queue_full : writer->no_broker, 1);
    kafka_problem(problem, "writing", fatal ? RD_KAFKA_RESP_ERR__TRANSPORT : code, rd_kafka_error_string(error));
    rd_kafka_error_destroy(error);
    return false;
}

struct writer_ticket *writer_port_take(struct writer_port *port)
{
    uint64_t wakes;
    if (read(port->fd, &wakes, sizeof wakes) < 0)
        wakes = 0;   /* nothing was written since; the exchange tells */
    struct writer_ticket *ticket = atomic_exchange(&port->reported, NULL), *first = NULL;
    while (ticket) {
        struct writer_ticket *older = ticket->next;
        ticket->next = first;
        first = ticket;
        ticket = older;
    }
    return first;
}

struct writer_ticket *writer_port_wait(struct writer_port *port, int64_t milliseconds)
{
    int64_t until = clock_monotonic_us() + milliseconds * 1000;
    struct writer_ticket *first;
    while (!(first = writer_port_take(port))) {
        int64_t left = (until - clock_monotonic_us() + 999) / 1000;
        struct pollfd reports = {.fd = port->fd, .events = POLLIN};
        if (left <= 0)
            return NULL;
        poll(&reports, 1, (int)left);
    }
    return first;
}
