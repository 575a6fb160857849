/* A message as it was read from a topic.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "topics/envelope.h"

struct declaration;
struct rd_kafka_message_s; /* librdkafka's, seen only inside this room */

/* Everything points into the message and lives as long as the batch or the call that it came with. */
struct record {
    const char *topic; /* the name given to the reader or view: pointers may be compared */
    int32_t partition;
    int32_t leader_epoch; /* -1 if unknown */
    int64_t offset;
    int64_t stored_ms; /* the broker's or producer's time stamp; for lag, never for judging */
    struct slice key;
    struct slice value; /* at NULL: a tombstone */
    struct rd_kafka_message_s *message;
};

/* The message seen as a record of that topic; for this room's readers. */
struct record record_of(struct rd_kafka_message_s *message, const char *topic);

/* The record's envelope, or false and why it has none (it is to be parked). */
MUST bool record_envelope(const struct record *record, struct envelope *ret_envelope, struct problem *problem);

/* Whether the record says that it is such a message. */
bool record_is(const struct record *record, const struct declaration *declaration);

/* Appends the record's headers in packed form as they are, for parking. */
void record_pack_headers(const struct record *record, struct buffer *buffer);
