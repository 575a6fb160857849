/* The envelope of a message: CloudEvents 1.0 attributes in Kafka headers.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "process/trace.h"
#include "topics/digest.h"
#include "topics/id.h"

struct rd_kafka_headers_s; /* librdkafka's, seen only inside this room */

/* What is known of a message beside its key and body. Slices belong to whoever made it: a reader's envelope
 * points into the record and lives no longer. */
struct envelope {
    struct id id;         /* ce_id: the command's or event's id */
    struct slice type;    /* ce_type "baoting.<type>.v<version>": the catalogue's name, "exam_submit" */
    int version;          /* from 1 */
    struct slice source;  /* ce_source: "front", "worker/grading", "relay" */
    int64_t accepted_ms;  /* ce_time: acceptance of the command that all this follows from */
    struct slice subject; /* ce_subject: the request's path for a command; may be absent */
    struct id actor;      /* ce_actor: the account whose command it is; none for events of the house */
    struct id cause;      /* ce_cause: the message this one follows; none for a command */
    struct digest digest; /* ce_digest: of the body */
    struct trace trace;   /* traceparent; may be none */
};

/* A new list of Kafka headers, the caller's (producing passes it on). */
struct rd_kafka_headers_s *envelope_headers(const struct envelope *envelope) __attribute__((returns_nonnull));

/* Reads Kafka headers strictly: every ce_ attribute at most once and well-formed, specversion 1.0, id, type,
 * source and time there. Others are passed over. Else false and the problem (code poison) says which; the
 * message is parked. */
MUST bool envelope_parse(const struct rd_kafka_headers_s *headers, struct envelope *ret_envelope,
                         struct problem *problem);

/* Appends the packed form, which the outbox keeps and writer_write() takes. */
void envelope_pack(struct buffer *buffer, const struct envelope *envelope);

/* Appends a packed form of Kafka headers as they are, readable or not, for parking a message and replaying
 * it. */
void envelope_pack_headers(struct buffer *buffer, const struct rd_kafka_headers_s *headers);

/* Reads a packed envelope (not packed headers); slices point into it. */
MUST bool envelope_unpack(struct slice packed, struct envelope *ret_envelope, struct problem *problem);

/* Kafka headers of a packed form of either kind, the caller's; NULL if it is none. */
MUST struct rd_kafka_headers_s *envelope_unpack_headers(struct slice packed);
