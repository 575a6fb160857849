/* CloudEvents attributes to and from Kafka headers and the outbox.  SPDX-License-Identifier: Apache-2.0 */
#include "topics/envelope.h"

#include <librdkafka/rdkafka.h>
#include <stdlib.h>

#include "process/clock.h"

#define LONGEST_SUBJECT 1024
#define LONGEST_NAME    100
#define LONGEST_PACKED  65535

/* The headers we know, in the order in which we write them. */
enum attribute { CONTENT_TYPE, SPECVERSION, ID, TYPE, SOURCE, TIME, SUBJECT, ACTOR, CAUSE, DIGEST, TRACE, ATTRIBUTES };

static const struct {
    const char *name;
    size_t length;
} names[ATTRIBUTES] = {
#define NAME(text)                                                                                                     \
    {                                                                                                                  \
        text, sizeof(text) - 1                                                                                         \
    }
    [CONTENT_TYPE] = NAME("content-type"),
    [SPECVERSION] = NAME("ce_specversion"),
    [ID] = NAME("ce_id"),
    [TYPE] = NAME("ce_type"),
    [SOURCE] = NAME("ce_source"),
    [TIME] = NAME("ce_time"),
    [SUBJECT] = NAME("ce_subject"),
    [ACTOR] = NAME("ce_actor"),
    [CAUSE] = NAME("ce_cause"),
    [DIGEST] = NAME("ce_digest"),
    [TRACE] = NAME("traceparent"),
#undef NAME
};

static void add(rd_kafka_headers_t *headers, enum attribute attribute, const char *value, size_t length)
{
    if (rd_kafka_header_add(headers, names[attribute].name, (ssize_t)names[attribute].length, value, (ssize_t)length) !=
        RD_KAFKA_RESP_ERR_NO_ERROR)
        abort();
}

static void add_id(rd_kafka_headers_t *headers, enum attribute attribute, struct id id)
{
    char text[ID_TEXT];
    if (id_is_none(id))
        return;
    id_text(id, text);
    add(headers, attribute, text, ID_TEXT - 1);
}

static void add_type(rd_kafka_headers_t *headers, const struct envelope *envelope)
{
    char room[LONGEST_NAME + 32];
    struct buffer type = {.at = room, .room = sizeof room, .ceiling = sizeof room};
    buffer_add_text(&type, "baoting.");
    buffer_add_slice(&type, envelope->type);
    buffer_add_text(&type, ".v");
    buffer_add_number(&type, envelope->version);
    add(headers, TYPE, type.at, type.length);
}

struct rd_kafka_headers_s *envelope_headers(const struct envelope *envelope)
{
    static const struct digest no_digest;
    char time[CLOCK_TEXT], digest[DIGEST_TEXT], trace[TRACE_TEXT];
    rd_kafka_headers_t *headers = rd_kafka_headers_new(ATTRIBUTES);
    if (!headers || envelope->type.length > LONGEST_NAME)
        abort();
    add(headers, CONTENT_TYPE, "application/json", 16);
    add(headers, SPECVERSION, "1.0", 3);
    add_id(headers, ID, envelope->id);
    add_type(headers, envelope);
    add(headers, SOURCE, envelope->source.at, envelope->source.length);
    clock_text(envelope->accepted_ms, time);
    add(headers, TIME, time, CLOCK_TEXT - 1);
    if (envelope->subject.at)
        add(headers, SUBJECT, envelope->subject.at, envelope->subject.length);
    add_id(headers, ACTOR, envelope->actor);
    add_id(headers, CAUSE, envelope->cause);
    if (!digest_equal(envelope->digest, no_digest)) {
        digest_text(envelope->digest, digest);
        add(headers, DIGEST, digest, DIGEST_TEXT - 1);
    }
    if (!trace_is_none(&envelope->trace)) {
        trace_text(&envelope->trace, trace);
        add(headers, TRACE, trace, TRACE_TEXT - 1);
    }
    return headers;
}

/* A name of the catalogue: lower-case letters, digits and underscores. */
static bool is_name(struct slice text)
{
    for (size_t i = 0; i < text.length; i++) {
        char byte = text.at[i];
        if (!((byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '_'))
            return false;
    }
    return text.length > 0 && text.length <= LONGEST_NAME;
}

/* "baoting.exam_submit.v1" */
static bool parse_type(struct slice text, struct envelope *envelope)
{
    static const struct slice start = SLICE("baoting.");
    int64_t version;
    if (text.length <= start.length || memcmp(text.at, start.at, start.length) != 0)
        return false;
    text = (struct slice){text.at + start.length, text.length - start.length};
    const char *dot = memrchr(text.at, '.', text.length), *end = text.at + text.length;
    if (!dot || dot + 2 >= end || dot[1] != 'v' || dot[2] == '0')
        return false;
    struct slice number = {dot + 2, (size_t)(end - dot - 2)};
    if (!slice_number(number, &version) || version < 1 || version > 9999)
        return false;
    envelope->type = (struct slice){text.at, (size_t)(dot - text.at)};
    envelope->version = (int)version;
    return is_name(envelope->type);
}

static bool is_text(struct slice text, size_t longest)
{
    for (size_t i = 0; i < text.length; i++)
        if ((unsigned char)text.at[i] < 0x20 || text.at[i] == 0x7f)
            return false;
    return text.length > 0 && text.length <= longest && slice_points(text) >= 0;
}

/* Takes one attribute's value in; false: it is not well-formed. */
static bool parse_value(enum attribute attribute, struct slice value, struct envelope *envelope)
{
    switch (attribute) {
    case CONTENT_TYPE:
        return slice_equal(value, SLICE("application/json"));
    case SPECVERSION:
        return slice_equal(value, SLICE("1.0"));
    case ID:
        return id_parse(value, &envelope->id) && !id_is_none(envelope->id);
    case TYPE:
        return parse_type(value, envelope);
    case SOURCE:
        envelope->source = value;
        return is_text(value, LONGEST_NAME);
    case TIME:
        return clock_parse(value, &envelope->accepted_ms);
    case SUBJECT:
        envelope->subject = value;
        return is_text(value, LONGEST_SUBJECT);
    case ACTOR:
        return id_parse(value, &envelope->actor);
    case CAUSE:
        return id_parse(value, &envelope->cause);
    case DIGEST:
        return digest_parse(value, &envelope->digest);
    default:
        if (!trace_parse(value, &envelope->trace)) /* the standard: start anew, do not refuse */
            envelope->trace = (struct trace){0};
        return true;
    }
}

/* Which attribute the header is; the search begins where the last one ended, since the order is mostly ours. */
static enum attribute attribute_of(const char *name, unsigned begin)
{
    for (unsigned i = 0; i < ATTRIBUTES; i++) {
        unsigned attribute = (begin + i) % ATTRIBUTES;
        if (strcmp(name, names[attribute].name) == 0)
            return (enum attribute)attribute;
    }
    return ATTRIBUTES;
}

bool envelope_parse(const struct rd_kafka_headers_s *headers, struct envelope *ret_envelope, struct problem *problem)
{
    static const unsigned needed = 1u << SPECVERSION | 1u << ID | 1u << TYPE | 1u << SOURCE | 1u << TIME;
    struct envelope envelope = {.version = 0};
    unsigned seen = 0, next = 0;
    const char *name;
    const void *bytes;
    size_t length;
    for (size_t i = 0; headers && rd_kafka_header_get_all(headers, i, &name, &bytes, &length) == 0; i++) {
        enum attribute attribute = attribute_of(name, next);
        if (attribute == ATTRIBUTES)
            continue;
        next = attribute + 1u;
        if (seen & 1u << attribute)
            return problem_say(problem, PROBLEM_poison, "the header %s is there twice", "消息头 %s 重复", name);
        seen |= 1u << attribute;
        if (!bytes || !parse_value(attribute, (struct slice){bytes, length}, &envelope))
            return problem_say(problem, PROBLEM_poison, "the header %s is not well-formed", "消息头 %s 格式错误", name);
    }
    for (int i = 0; i < ATTRIBUTES; i++)
        if (needed & ~seen & 1u << i)
            return problem_say(problem, PROBLEM_poison, "the header %s is missing", "缺少消息头 %s", names[i].name);
    *ret_envelope = envelope;
    return true;
}

/* The packed form of an envelope: 'E', these bytes, then type, source and subject each behind its length. */
struct packed_envelope {
    uint8_t form, version_high, version_low, has_subject;
    uint8_t id[16], actor[16], cause[16], digest[16], trace[16], span[8];
    uint8_t flags, accepted[8];
} __attribute__((packed));

static void add_length(struct buffer *buffer, size_t length)
{
    uint8_t bytes[2] = {(uint8_t)(length >> 8), (uint8_t)length};
    if (length > LONGEST_PACKED)
        buffer->overflowed = true;
    buffer_add(buffer, bytes, sizeof bytes);
}

static void add_measured(struct buffer *buffer, struct slice text)
{
    add_length(buffer, text.length);
    buffer_add_slice(buffer, text);
}

void envelope_pack(struct buffer *buffer, const struct envelope *envelope)
{
    struct packed_envelope packed = {
        .form = 'E',
        .version_high = (uint8_t)(envelope->version >> 8),
        .version_low = (uint8_t)envelope->version,
        .has_subject = envelope->subject.at != NULL,
        .flags = envelope->trace.flags,
    };
    memcpy(packed.id, envelope->id.bytes, 16);
    memcpy(packed.actor, envelope->actor.bytes, 16);
    memcpy(packed.cause, envelope->cause.bytes, 16);
    memcpy(packed.digest, envelope->digest.bytes, 16);
    memcpy(packed.trace, envelope->trace.trace, 16);
    memcpy(packed.span, envelope->trace.span, 8);
    for (int i = 0; i < 8; i++)
        packed.accepted[i] = (uint8_t)((uint64_t)envelope->accepted_ms >> (56 - 8 * i));
    buffer_add(buffer, &packed, sizeof packed);
    add_measured(buffer, envelope->type);
    add_measured(buffer, envelope->source);
    add_measured(buffer, envelope->subject);
}

void envelope_pack_headers(struct buffer *buffer, const struct rd_kafka_headers_s *headers)
{
    const char *name;
    const void *bytes;
    size_t length;
    buffer_add_byte(buffer, 'H');
    for (size_t i = 0; headers && rd_kafka_header_get_all(headers, i, &name, &bytes, &length) == 0; i++) {
        add_measured(buffer, slice_of(name));
        buffer_add_byte(buffer, bytes ? 1 : 0);
        add_measured(buffer, (struct slice){bytes, bytes ? length : 0});
    }
}

/* Takes a length and so many bytes from the front. */
static bool take_measured(struct slice *packed, struct slice *ret_text)
{
    if (packed->length < 2)
        return false;
    size_t length = (size_t)(uint8_t)packed->at[0] << 8 | (uint8_t)packed->at[1];
    if (packed->length - 2 < length)
        return false;
    *ret_text = (struct slice){packed->at + 2, length};
    *packed = (struct slice){packed->at + 2 + length, packed->length - 2 - length};
    return true;
}

static bool unpack_fixed(struct slice packed, struct envelope *ret_envelope)
{
    struct packed_envelope fixed;
    struct envelope envelope = {.version = 0};
    if (packed.length < sizeof fixed)
        return false;
    memcpy(&fixed, packed.at, sizeof fixed);
    packed = (struct slice){packed.at + sizeof fixed, packed.length - sizeof fixed};
    envelope.version = fixed.version_high << 8 | fixed.version_low;
    memcpy(envelope.id.bytes, fixed.id, 16);
    memcpy(envelope.actor.bytes, fixed.actor, 16);
    memcpy(envelope.cause.bytes, fixed.cause, 16);
    memcpy(envelope.digest.bytes, fixed.digest, 16);
    memcpy(envelope.trace.trace, fixed.trace, 16);
    memcpy(envelope.trace.span, fixed.span, 8);
    envelope.trace.flags = fixed.flags;
    uint64_t accepted = 0;
    for (int i = 0; i < 8; i++)
        accepted = accepted << 8 | fixed.accepted[i];
    envelope.accepted_ms = (int64_t)accepted;
    if (!take_measured(&packed, &envelope.type) || !take_measured(&packed, &envelope.source) ||
        !take_measured(&packed, &envelope.subject) || packed.length)
        return false;
    if (!fixed.has_subject)
        envelope.subject = (struct slice){NULL, 0};
    *ret_envelope = envelope;
    return envelope.type.length <= LONGEST_NAME;
}

/* Reads the list of 'H'; NULL: it is none. */
static rd_kafka_headers_t *unpack_list(struct slice packed)
{
    rd_kafka_headers_t *headers = rd_kafka_headers_new(ATTRIBUTES);
    packed = (struct slice){packed.at + 1, packed.length - 1};
    while (packed.length) {
        struct slice name, value;
        bool there, well = take_measured(&packed, &name) && packed.length > 0;
        if (well) {
            there = packed.at[0] != 0;
            packed = (struct slice){packed.at + 1, packed.length - 1};
            well = take_measured(&packed, &value) &&
                   rd_kafka_header_add(headers, name.at, (ssize_t)name.length, there ? value.at : NULL,
                                       (ssize_t)value.length) == RD_KAFKA_RESP_ERR_NO_ERROR;
        }
        if (!well) {
            rd_kafka_headers_destroy(headers);
            return NULL;
        }
    }
    return headers;
}

bool envelope_unpack(struct slice packed, struct envelope *ret_envelope, struct problem *problem)
{
    if (packed.length && packed.at[0] == 'E' && unpack_fixed(packed, ret_envelope))
        return true;
    return problem_say(problem, PROBLEM_poison, "this is not a packed envelope", "不是打包的信封");
}

struct rd_kafka_headers_s *envelope_unpack_headers(struct slice packed)
{
    struct envelope envelope;
    if (packed.length == 0)
        return NULL;
    if (packed.at[0] == 'H')
        return unpack_list(packed);
    return packed.at[0] == 'E' && unpack_fixed(packed, &envelope) ? envelope_headers(&envelope) : NULL;
}
