/* The AsyncAPI 3.0 document, printed from the catalogue's rows.  SPDX-License-Identifier: Apache-2.0 */
#include "topics/asyncapi.h"

#include "topics/catalogue.h"
#include "topics/messages.h"
#include "topics/schema_json.h"

static bool stands_on(const struct declaration *declaration, const struct topic *topic)
{
    return declaration->topic == topic;
}

static void add_channel(struct buffer *buffer, const struct topic *topic)
{
    const char *before = "";
    buffer_add_format(buffer, "\"%s\":{\"address\":\"%s\",", topic->name, topic->name);
    schema_json_text(buffer, topic->text, true);
    buffer_add_text(buffer, ",\"messages\":{");
    for (size_t i = 0; i < catalogue_declaration_count; i++) {
        const struct declaration *declaration = &catalogue_declarations[i];
        if (!stands_on(declaration, topic))
            continue;
        buffer_add_format(buffer, "%s\"%s\":{\"$ref\":\"#/components/messages/%s\"}", before, declaration->name,
                          declaration->name);
        before = ",";
    }
    buffer_add_format(buffer, "},\"bindings\":{\"kafka\":{\"topic\":\"%s\",\"partitions\":%d,\"topicConfiguration\":{",
                      topic->name, topic->partitions);
    if (topic->days == COMPACTED)
        buffer_add_text(buffer, "\"cleanup.policy\":[\"compact\"]");
    else
        buffer_add_format(buffer, "\"cleanup.policy\":[\"delete\"],\"retention.ms\":%lld", topic->days * 86400000LL);
    buffer_add_text(buffer, "},\"bindingVersion\":\"0.5.0\"}}}");
}

static const char *kind_word(const struct declaration *declaration)
{
    return declaration->kind == A_COMMAND ? "command" : declaration->kind == AN_EVENT ? "event" : "state";
}

static void add_message(struct buffer *buffer, const struct declaration *declaration)
{
    buffer_add_format(buffer, "\"%s\":{\"name\":\"baoting.%s.v1\",\"title\":\"%s %s\",\"summary\":", declaration->name,
                      declaration->name, kind_word(declaration), declaration->name);
    buffer_add_json(buffer, slice_of(declaration->text));
    buffer_add_text(buffer, ",\"contentType\":\"application/json\",\"headers\":{\"$ref\":"
                            "\"#/components/schemas/cloudevents\"},\"payload\":");
    if (declaration->uploads)
        schema_json_shape(buffer, stored_file_shape());
    else if (declaration->kind == A_COMMAND)
        schema_json_shape(buffer, declaration->shape());
    else
        buffer_add_format(buffer, "{\"$ref\":\"#/components/schemas/%s\"}", declaration->name);
    buffer_add_text(buffer, ",\"bindings\":{\"kafka\":{\"key\":{\"type\":\"string\",\"maxLength\":255},\"bindingVersion\":"
                            "\"0.5.0\"}}}");
}

static void add_cloudevents(struct buffer *buffer)
{
    buffer_add_text(
        buffer,
        "\"cloudevents\":{\"type\":\"object\",\"properties\":{\"ce_specversion\":{\"const\":\"1.0\"},"
        "\"ce_id\":{\"type\":\"string\",\"format\":\"uuid\"},\"ce_source\":{\"type\":\"string\",\"maxLength\":60},"
        "\"ce_type\":{\"type\":\"string\",\"pattern\":\"^baoting[.][a-z_]+[.]v[0-9]+$\"},"
        "\"ce_time\":{\"type\":\"string\",\"format\":\"date-time\"},"
        "\"ce_subject\":{\"type\":\"string\",\"maxLength\":1024},"
        "\"ce_actor\":{\"type\":\"string\",\"format\":\"uuid\"},\"ce_cause\":{\"type\":\"string\",\"format\":\"uuid\"},"
        "\"ce_digest\":{\"type\":\"string\",\"pattern\":\"^[0-9a-f]{32}$\"},\"traceparent\":{\"type\":\"string\","
        "\"maxLength\":55},\"content-type\":{\"type\":\"string\",\"maxLength\":100}},"
        "\"required\":[\"ce_specversion\",\"ce_id\",\"ce_source\",\"ce_type\",\"ce_time\"]}");
}

static void add_operations(struct buffer *buffer)
{
    for (size_t i = 0; i < catalogue_topic_count; i++)
        buffer_add_format(buffer,
                          "%s\n\"follow_%s\":{\"action\":\"receive\",\"channel\":{\"$ref\":\"#/channels/%s\"}}",
                          i ? "," : "", catalogue_topics[i].name, catalogue_topics[i].name);
}

void asyncapi_print(struct buffer *buffer)
{
    const char *before = "";
    buffer_add_text(buffer, "{\"asyncapi\":\"3.0.0\",\"info\":{\"title\":\"Topics of the Party building platform of Baoting "
                            "county\",\"version\":\"1\"},\"defaultContentType\":\"application/json\",\"channels\":{");
    for (size_t i = 0; i < catalogue_topic_count; i++) {
        buffer_add_text(buffer, i ? ",\n" : "\n");
        add_channel(buffer, &catalogue_topics[i]);
    }
    buffer_add_text(buffer, "},\n\"operations\":{");
    add_operations(buffer);
    buffer_add_text(buffer, "},\n\"components\":{\"messages\":{");
    for (size_t i = 0; i < catalogue_declaration_count; i++) {
        if (!catalogue_declarations[i].topic)
            continue;
        buffer_add_format(buffer, "%s\n", before);
        add_message(buffer, &catalogue_declarations[i]);
        before = ",";
    }
    buffer_add_text(buffer, "},\n\"schemas\":{");
    add_cloudevents(buffer);
    buffer_add_byte(buffer, ',');
    schema_json_components(buffer);
    buffer_add_text(buffer, "}}}\n");
}
