/* The relay: carries the outbox to Kafka and due timers to the outbox, one at a time in the house.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "topics/writer.h"

/* One thread's; it blocks. It keeps everything in PostgreSQL while PostgreSQL or Kafka is away, and comes
 * back. */
struct relay;

/* A relay that writes through the port (the caller's; it outlives the relay). Settings: relay_database,
 * relay_batch, relay_timers, relay_poll_ms, retry_ms, shutdown_ms. */
struct relay *relay_new(struct writer_port *port) __attribute__((returns_nonnull));

/* Carries until the end of the process is asked for and what is under way has been reported (or shutdown_ms
 * passed). */
void relay_run(struct relay *relay);

/* One cycle, for relay_run() and tests: connects if need be, does what there is to do, and returns how many
 * milliseconds there is nothing to do unless PostgreSQL notifies. */
int64_t relay_turn(struct relay *relay);

/* Waits up to so many milliseconds for a notification. */
void relay_rest(struct relay *relay, int64_t milliseconds);

/* Takes the last reports, marks what was kept, and frees. The writer must be closed, so that every report
 * has come. */
void relay_free(struct relay *relay);
