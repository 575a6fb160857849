/* One producer of librdkafka: takes the writer's messages, says what became of each.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "topics/kafka.h"
#include "topics/writer.h"

/* Used by one thread, the writer's. Tickets are reported where the report arises, in librdkafka's threads, by an
 * interceptor: delivery reports would wake the writer once for each partition. */
struct producer;

/* A producer for these topics; its errors and statistics go to `watch`. Names and watch must outlive it. */
MUST bool producer_new(const char *const *topics, size_t count, struct kafka_watch *watch,
                       struct producer **ret_producer, struct problem *problem);

/* Ends it; tickets it still holds get no report. */
void producer_free(struct producer *producer);

/* Takes a ticket's message; the bytes must stay where they are until the report. False: refused, and logged. */
MUST bool producer_take(struct producer *producer, struct writer_ticket *ticket);

/* Sends what was taken and sleeps until all of it is reported, `milliseconds` at most. */
void producer_flush(struct producer *producer, int milliseconds);

/* Hears errors and statistics. */
void producer_listen(struct producer *producer);

/* Gives up what it holds: the reports come by and by. */
void producer_purge(struct producer *producer);

/* How many messages it holds. */
int64_t producer_held(const struct producer *producer);

/* The tickets reported since the last call, the newest first, or NULL. */
struct writer_ticket *producer_reports(struct producer *producer);
