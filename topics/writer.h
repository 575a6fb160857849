/* Writing to topics and being told what became of each message.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "topics/envelope.h"

/* One producer for the whole process: acks=all, idempotent, each topic's messages partitioned by their key
 * (murmur2, as every Kafka client does). It writes in groups: while one is under way the next gathers, so
 * that a request to Kafka carries as much as the load gives and an idle writer does not wait. Made anew
 * inside when Kafka declares it fatally broken. */
struct writer;

/* One thread's place at the writer: messages go in here, reports come back here. */
struct writer_port;

/* What became of a message. */
enum writer_verdict {
    WRITER_WAITING,  /* no report yet */
    WRITER_KEPT,     /* Kafka holds it: acks=all */
    WRITER_NOT_KEPT, /* it surely does not */
    WRITER_UNKNOWN,  /* it may; the same command id again is safe */
};

/* A message's receipt: a member of the caller's own struct, not to be moved or freed between a true
 * writer_write() and its report. */
struct writer_ticket {
    struct writer_port *port; /* these belong to the writer: */
    struct writer_ticket *next;
    struct rd_kafka_headers_s *headers;
    char *bytes; /* value, then key */
    uint32_t value_length, key_length;
    uint16_t topic;
    bool tombstone;
    enum writer_verdict verdict; /* and these are the report: */
    int32_t partition;           /* where it is, if kept */
    int64_t offset;
    int64_t written_us; /* clock_monotonic_us() at writer_write() */
};

/* A message to write. Everything is copied before writer_write() returns. */
struct outgoing {
    const char *topic;               /* one of those given to writer_new() */
    struct slice key;                /* absent: any partition */
    struct slice value;              /* absent: a tombstone */
    const struct envelope *envelope; /* its headers, or */
    struct slice packed;             /* …if that is NULL, a packed form of the outbox; neither: no headers */
};

/* A writer for these topics; connects and learns their partitions in the background. The names must outlive
 * it. */
MUST bool writer_new(const char *name, const char *const *topics, size_t count, struct writer **ret_writer,
                     struct problem *problem);

/* Waits up to `milliseconds` for what is queued, then gives up the rest: each ticket gets its report, so
 * keep taking them. For the end of a process: nothing may be written any more. */
void writer_close(struct writer *writer, int64_t milliseconds);

/* Frees a closed writer and its ports. */
void writer_free(struct writer *writer);

/* Whether a broker can be reached, as far as is known: for /readyz. */
bool writer_reachable(const struct writer *writer);

/* A new port; used by one thread at a time. Freed by writer_free(). */
struct writer_port *writer_port_new(struct writer *writer) __attribute__((returns_nonnull));

/* A descriptor that is readable while reports wait: add it to the event loop for reading, do not read it. */
int writer_port_fd(const struct writer_port *port);

/* Hands a message over. True: exactly one report will come to this port, which keeps the message's bytes until that is
 * taken. False, and nothing was written: the queue is nearly full or no broker reachable (problem kafka_away,
 * retriable: 503 at once), or the message is too large. */
MUST bool writer_write(struct writer_port *port, const struct outgoing *outgoing, struct writer_ticket *ticket,
                       struct problem *problem);

/* The tickets that were reported since the last call, linked by next in the order of their reports, or NULL. */
struct writer_ticket *writer_port_take(struct writer_port *port);

/* The same, waiting up to `milliseconds` for the first: for threads without an event loop. */
struct writer_ticket *writer_port_wait(struct writer_port *port, int64_t milliseconds);
