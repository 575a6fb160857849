/* The writer: many threads, one producer, a report for each message.  SPDX-License-Identifier: Apache-2.0 */
/* librdkafka sends a partition's next request only when the last one is acknowledged, and its thread polls
 * without pause while messages past their linger wait for that: at 64 requests under way it burned three
 * times the CPU of the rest. So messages wait here, and only the writer's thread touches the producer: it
 * hands over what gathered, flushes it out, and passes the reports on. What librdkafka has can no longer be taken
 * back with certainty; so while it waits in vain nothing more is handed over, and when the broker counts as away, what
 * was held back is told to be not kept instead of unknown. */
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
#include "topics/producer.h"

#define IDLE_MS  100
#define GROUP_MS 20      /* then the next group goes even if this one has no answer */
#define HOLD_US  500000  /* of silence: then what gathers stays here, where it surely is not kept */
#define PROBE_US 1000000 /* while no broker answers, one message a second is let through to try */
#define PURGE_US 5000000
#define RETIRE_US 30000000
#define MAGIC    0x77726974

enum {
    BLOCK = 4096,       /* bytes of a block that a port keeps for its next message; */
    SHORT = 1024,       /* messages up to that, and those longer than a block, have memory of their own */
    BLOCKS_KEPT = 256,  /* a port */
};

struct writer_port {
    struct writer *writer;
    struct writer_port *next;
    struct writer_port *touched;          /* the writer's thread: list of ports with a chain */
    struct writer_ticket *chain, *oldest; /* the writer's thread: reports, newest first */
    char *spare;                          /* the port's thread: blocks, each begins with the next one's address */
    size_t spares;
    int fd;
    _Atomic(struct writer_ticket *) reported __attribute__((aligned(64)));
};

struct writer {
    struct kafka_watch watch; /* first: it is the handles' opaque */
    uint32_t magic;
    const char *const *topics;
    size_t count;
    struct producer *producer; /* the thread's own */
    pthread_t thread;
    int wake_fd;
    int64_t group_us;     /* when the last group began */
    pthread_mutex_t lock; /* of the list of ports */
    struct writer_port *ports;
    struct writer_port *touched;
    _Atomic int64_t close_at_us; /* 0: not closing */
    _Atomic int64_t last_probe_us;
    _Atomic(struct writer_ticket *) gathered __attribute__((aligned(64))); /* newest first */
    _Atomic bool asleep;                                                   /* the thread waits for wake_fd */
    _Atomic int64_t waiting_bytes;
    _Atomic int64_t waiting;
    struct series *kept, *not_kept, *unknown, *queue_full, *no_broker, *too_large;
};

/* Adds a ticket to its port's chain of reports. */
static void tell(struct writer *writer, struct writer_ticket *ticket, enum writer_verdict verdict)
{
    struct writer_port *port = ticket->port;
    ticket->verdict = verdict;
    ticket->next = port->chain;
    if (!port->chain) {
        port->oldest = ticket;
        port->touched = writer->touched;
        writer->touched = port;
    }
    port->chain = ticket;
}

static int64_t size_of(const struct writer_ticket *ticket)
{
    return (int64_t)ticket->value_length + ticket->key_length;
}

static void count_chain(struct writer *writer, const struct writer_ticket *ticket)
{
    int64_t now = clock_monotonic_us(), bytes = 0, verdicts[WRITER_UNKNOWN + 1] = {0};
    for (; ticket; ticket = ticket->next) {
        bytes += size_of(ticket);
        verdicts[ticket->verdict]++;
        metric_observe(METRIC_produce_latency, now - ticket->written_us);
    }
    if (verdicts[WRITER_KEPT]) {
        series_add(writer->kept, verdicts[WRITER_KEPT]);
        kafka_watch_heard(&writer->watch, now);
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

/* The tickets linked the other way round. */
static struct writer_ticket *reversed(struct writer_ticket *ticket)
{
    struct writer_ticket *first = NULL;
    while (ticket) {
        struct writer_ticket *older = ticket->next;
        ticket->next = first;
        first = ticket;
        ticket = older;
    }
    return first;
}

/* Hands each port its chain: one exchange and at most one wake-up a port for all reports of a poll. From the
 * exchange on the tickets are the other thread's. */
static void pass_on(struct writer *writer)
{
    for (struct writer_ticket *ticket = reversed(producer_reports(writer->producer)), *next; ticket; ticket = next) {
        next = ticket->next;
        tell(writer, ticket, ticket->verdict);
    }
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

/* Hands over everything that gathered, in order, or drops it; false: nothing had. */
static bool take_group(struct writer *writer, bool away)
{
    struct writer_ticket *ticket = reversed(atomic_exchange(&writer->gathered, NULL));
    bool any = ticket != NULL;
    while (ticket) {
        struct writer_ticket *next = ticket->next;
        if (away && ticket->headers)
            rd_kafka_headers_destroy(ticket->headers);
        if (away || !producer_take(writer->producer, ticket))
            tell(writer, ticket, WRITER_NOT_KEPT);
        ticket = next;
    }
    return any;
}

/* One turn's group: handed over, or, while the producer waits in vain, held back; dropped once the broker is away. What
 * the producer has is then the probe. */
static bool take_turn(struct writer *writer, bool closing)
{
    int64_t now = clock_monotonic_us(), handed = closing ? 0 : producer_held(writer->producer);
    bool away = handed > 0 && kafka_watch_away(&writer->watch, handed, now);
    bool silent = handed > 0 && kafka_watch_silence(&writer->watch, now) > HOLD_US;
    return (away || !silent) && take_group(writer, away);
}

/* Sleeps until something gathers or so many milliseconds pass. */
static void await_message(struct writer *writer, int milliseconds)
{
    uint64_t wakes;
    struct pollfd woken = {.fd = writer->wake_fd, .events = POLLIN};
    atomic_store(&writer->asleep, true);
    if (!atomic_load(&writer->gathered))
        poll(&woken, 1, milliseconds);
    atomic_store(&writer->asleep, false);
    (void)!read(writer->wake_fd, &wakes, sizeof wakes); /* nothing, where nobody had to wake us */
}

/* Keeps linger_us between the beginnings of two groups: a message after a pause goes at once, in a stream
 * they gather. */
static void keep_distance(struct writer *writer)
{
    int64_t now = clock_monotonic_us(), left = writer->group_us + config->linger_us - now;
    if (left > 0 && atomic_load(&writer->gathered)) {
        usleep((useconds_t)left);
        now += left;
    }
    writer->group_us = now;
}

static void wake(struct writer *writer)
{
    uint64_t one = 1;
    if (atomic_load(&writer->asleep) && atomic_exchange(&writer->asleep, false) &&
        write(writer->wake_fd, &one, sizeof one) != sizeof one)
        abort();
}

/* Ends the producer: what it still holds is reported. One that keeps reports back ends the program: they are waited for. */
static void retire(struct writer *writer)
{
    struct producer *old = writer->producer;
    producer_purge(old);
    for (int64_t until = clock_monotonic_us() + RETIRE_US; producer_held(old) > 0;) {
        producer_flush(old, 10);
        producer_listen(old);
        pass_on(writer);
        if (clock_monotonic_us() > until) {
            LOG(failed, log_text("detail", "a producer given up does not report all of its messages"));
            abort();
        }
    }
    pass_on(writer);
    producer_free(old);
}

/* After a fatal error: a new producer takes over; what the old one held is reported, not written again. */
static void renew(struct writer *writer)
{
    struct problem problem;
    struct producer *fresh;
    problem_none(&problem);
    if (!producer_new(writer->topics, writer->count, &writer->watch, &fresh, &problem)) {
        LOG(failed, log_text("detail", problem.detail));
        life_sleep(1000);
        return;
    }
    retire(writer);
    writer->producer = fresh;
    atomic_store(&writer->watch.fatal, false);
    metric_add(METRIC_producer_renewals, 1);
    LOG(producer_renewed, log_text("client", writer->watch.name));
}

/* The end: what waits is flushed until the time given, then given up. True when all is told. */
static bool finish(struct writer *writer, int64_t close_at, bool *purged)
{
    int64_t now = clock_monotonic_us();
    if (atomic_load(&writer->waiting) == 0 || now > close_at + PURGE_US)
        return true;
    if (now > close_at && !*purged)
        producer_purge(writer->producer);
    *purged = now > close_at;
    return false;
}

static void *run(void *opaque)
{
    struct writer *writer = opaque;
    bool purged = false;
    int64_t close_at;
    life_thread("writer");
    do {
        close_at = atomic_load(&writer->close_at_us);
        keep_distance(writer);
        bool any = take_turn(writer, close_at != 0);
        if (any || atomic_load(&writer->waiting) > 0) {
            producer_flush(writer->producer, GROUP_MS);
        } else {
            await_message(writer, close_at ? 1 : IDLE_MS);
        }
        producer_listen(writer->producer);
        pass_on(writer);
        if (!close_at && atomic_load(&writer->watch.fatal))
            renew(writer);
    } while (!close_at || !finish(writer, close_at, &purged));
    return NULL;
}

bool writer_new(const char *name, const char *const *topics, size_t count, struct writer **ret_writer,
                struct problem *problem)
{
    struct writer *writer = aligned_alloc(64, (sizeof *writer + 63) / 64 * 64);
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
    writer->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (writer->wake_fd < 0)
        abort();
    if (!producer_new(topics, count, &writer->watch, &writer->producer, problem)) {
        close(writer->wake_fd);
        pthread_mutex_destroy(&writer->lock);
        free(writer);
        return false;
    }
    if (pthread_create(&writer->thread, NULL, run, writer) != 0)
        abort();
    *ret_writer = writer;
    return true;
}

void writer_close(struct writer *writer, int64_t milliseconds)
{
    if (atomic_exchange(&writer->close_at_us, clock_monotonic_us() + milliseconds * 1000) == 0)
        pthread_join(writer->thread, NULL);
}

static char *take_spare(struct writer_port *port)
{
    char *block = port->spare;
    if (!block)
        return NULL;
    memcpy(&port->spare, block, sizeof port->spare);
    port->spares--;
    return block;
}

void writer_free(struct writer *writer)
{
    if (!writer)
        return;
    writer_close(writer, 0);
    producer_free(writer->producer);
    close(writer->wake_fd);
    while (writer->ports) {
        struct writer_port *port = writer->ports;
        writer->ports = port->next;
        close(port->fd);
        for (char *block; (block = take_spare(port));)
            free(block);
        free(port);
    }
    pthread_mutex_destroy(&writer->lock);
    free(writer);
}

bool writer_reachable(const struct writer *writer)
{
    return atomic_load(&writer->watch.reach) == KAFKA_UP &&
           !kafka_watch_away(&writer->watch, atomic_load(&writer->waiting), clock_monotonic_us());
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
        return problem_say(problem, PROBLEM_too_large, "the message has %lld bytes", "消息有 %lld 字节",
                           (long long)bytes);
    }
    if (atomic_load_explicit(&writer->waiting_bytes, memory_order_relaxed) + bytes >
            config->produce_queue_bytes / 5 * 4 ||
        atomic_load_explicit(&writer->waiting, memory_order_relaxed) >= config->produce_queue_messages / 5 * 4) {
        series_add(writer->queue_full, 1);
        return problem_say(problem, PROBLEM_kafka_away, "too many messages wait for Kafka", "等待写入的消息过多");
    }
    int64_t probe = atomic_load_explicit(&writer->last_probe_us, memory_order_relaxed);
    if (kafka_watch_away(&writer->watch, atomic_load_explicit(&writer->waiting, memory_order_relaxed), now) &&
        (now - probe < PROBE_US || !atomic_compare_exchange_strong(&writer->last_probe_us, &probe, now))) {
        series_add(writer->no_broker, 1);
        return problem_say(problem, PROBLEM_kafka_away, "no broker answers", "没有可用的消息节点");
    }
    return true;
}

static size_t topic_index(const struct writer *writer, const char *name)
{
    for (size_t i = 0; i < writer->count; i++)
        if (writer->topics[i] == name || strcmp(writer->topics[i], name) == 0)
            return i;
    LOG(failed, log_text("detail", "a topic the writer was not made for"), log_text("topic", name));
    abort();
}

static size_t length_of(const struct writer_ticket *ticket)
{
    return (size_t)ticket->value_length + ticket->key_length + 1;
}

static bool in_block(size_t length)
{
    return length > SHORT && length <= BLOCK;
}

/* Value and key in memory that lasts until the report. It comes from the port's thread and goes back there: freed in
 * librdkafka's threads it would have malloc fetch and merge pieces under another thread's lock. */
static void keep_bytes(struct writer_port *port, const struct outgoing *outgoing, struct writer_ticket *ticket)
{
    size_t length = length_of(ticket);
    char *bytes = in_block(length) ? take_spare(port) : NULL;
    if (!bytes)
        bytes = memory_resize(NULL, in_block(length) ? BLOCK : length);
    if (outgoing->value.length)
        memcpy(bytes, outgoing->value.at, outgoing->value.length);
    if (outgoing->key.length)
        memcpy(bytes + outgoing->value.length, outgoing->key.at, outgoing->key.length);
    ticket->bytes = bytes;
}

static void bytes_back(struct writer_port *port, struct writer_ticket *ticket)
{
    if (in_block(length_of(ticket)) && port->spares < BLOCKS_KEPT) {
        memcpy(ticket->bytes, &port->spare, sizeof port->spare);
        port->spare = ticket->bytes;
        port->spares++;
    } else {
        free(ticket->bytes);
    }
    ticket->bytes = NULL;
}

bool writer_write(struct writer_port *port, const struct outgoing *outgoing, struct writer_ticket *ticket,
                  struct problem *problem)
{
    struct writer *writer = port->writer;
    size_t topic = topic_index(writer, outgoing->topic);
    int64_t bytes = (int64_t)(outgoing->key.length + outgoing->value.length), now = clock_monotonic_us();
    if (!admit(writer, bytes, now, problem))
        return false;
    rd_kafka_headers_t *headers = outgoing->envelope    ? envelope_headers(outgoing->envelope)
                                  : outgoing->packed.at ? envelope_unpack_headers(outgoing->packed)
                                                        : NULL;
    if (outgoing->packed.at && !headers)
        return problem_say(problem, PROBLEM_poison, "the packed headers cannot be read", "打包的消息头无法解析");
    *ticket = (struct writer_ticket){
        .port = port,
        .headers = headers,
        .value_length = (uint32_t)outgoing->value.length,
        .key_length = (uint32_t)outgoing->key.length,
        .topic = (uint16_t)topic,
        .tombstone = outgoing->value.at == NULL,
        .written_us = now,
    };
    keep_bytes(port, outgoing, ticket);
    if (atomic_load_explicit(&writer->waiting, memory_order_relaxed) == 0)
        kafka_watch_heard(&writer->watch, now);
    atomic_fetch_add_explicit(&writer->waiting_bytes, bytes, memory_order_relaxed);
    atomic_fetch_add_explicit(&writer->waiting, 1, memory_order_relaxed);
    struct writer_ticket *before = atomic_load_explicit(&writer->gathered, memory_order_relaxed);
    do
        ticket->next = before;
    while (!atomic_compare_exchange_weak(&writer->gathered, &before, ticket));
    if (!before)
        wake(writer);
    return true;
}

struct writer_ticket *writer_port_take(struct writer_port *port)
{
    uint64_t wakes;
    (void)!read(port->fd, &wakes, sizeof wakes); /* where nothing was written since, the exchange tells */
    struct writer_ticket *first = reversed(atomic_exchange(&port->reported, NULL));
    for (struct writer_ticket *ticket = first; ticket; ticket = ticket->next)
        bytes_back(port, ticket);
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
