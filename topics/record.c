/* Records: librdkafka's messages seen as ours.  SPDX-License-Identifier: Apache-2.0 */
#include "topics/record.h"

#include <librdkafka/rdkafka.h>

#include "topics/catalogue.h"

struct record record_of(struct rd_kafka_message_s *message, const char *topic)
{
    rd_kafka_timestamp_type_t kind;
    return (struct record){
        .topic = topic,
        .partition = message->partition,
        .leader_epoch = rd_kafka_message_leader_epoch(message),
        .offset = message->offset,
        .stored_ms = rd_kafka_message_timestamp(message, &kind),
        .key = {message->key, message->key_len},
        .value = {message->payload, message->len},
        .message = message,
    };
}

bool record_envelope(const struct record *record, struct envelope *ret_envelope, struct problem *problem)
{
    rd_kafka_headers_t *headers = NULL;
    rd_kafka_resp_err_t error = rd_kafka_message_headers(record->message, &headers);
    if (error && error != RD_KAFKA_RESP_ERR__NOENT)
        return problem_say(problem, PROBLEM_poison, "the headers cannot be read", "消息头无法读取");
    return envelope_parse(error ? NULL : headers, ret_envelope, problem);
}

bool record_is(const struct record *record, const struct declaration *declaration)
{
    struct envelope envelope;
    struct problem problem;
    problem_none(&problem);
    return record_envelope(record, &envelope, &problem) && slice_equal(envelope.type, slice_of(declaration->name));
}

void record_pack_headers(const struct record *record, struct buffer *buffer)
{
    rd_kafka_headers_t *headers = NULL;
    if (rd_kafka_message_headers(record->message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR)
        headers = NULL;
    envelope_pack_headers(buffer, headers);
}
