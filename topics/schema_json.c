/* JSON Schema of the catalogue's shapes.  SPDX-License-Identifier: Apache-2.0 */
#include "topics/schema_json.h"

#include "process/problem.h"

static const char time_pattern[] =
    "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,3})?(Z|[+-][0-9]{2}:[0-9]{2})$";
static const char id_pattern[] = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$";

void schema_json_text(struct buffer *buffer, const char *text, bool first)
{
    buffer_add_text(buffer, first ? "\"description\":" : ",\"description\":");
    buffer_add_json(buffer, slice_of(text));
}

static void add_enumeration(struct buffer *buffer, const struct enumeration *enumeration)
{
    buffer_add_text(buffer, "\"type\":\"string\",\"enum\":[");
    for (size_t i = 0; i < enumeration->count; i++) {
        if (i)
            buffer_add_byte(buffer, ',');
        buffer_add_json(buffer, slice_of(enumeration->values[i]));
    }
    buffer_add_byte(buffer, ']');
}

static bool names_shape(const struct shape *shape, const char *name)
{
    return shape && strcmp(shape->name, name) == 0;
}

/* What a command may return: any of the declared results, as the front shows them. */
static void add_results(struct buffer *buffer)
{
    const char *before = "";
    buffer_add_text(buffer, "\"anyOf\":[");
    for (size_t i = 0; i < catalogue_declaration_count; i++) {
        const struct declaration *declaration = &catalogue_declarations[i];
        if (declaration->kind != A_COMMAND || !declaration->result)
            continue;
        bool seen = false;
        const struct shape *shape = declaration->shown ? declaration->shown() : declaration->result();
        for (size_t j = 0; j < i; j++) {
            const struct declaration *other = &catalogue_declarations[j];
            if (other->kind == A_COMMAND && other->result)
                seen |= names_shape(other->shown ? other->shown() : other->result(), shape->name);
        }
        if (seen)
            continue;
        buffer_add_format(buffer, "%s{\"$ref\":\"#/components/schemas/%s\"}", before, shape->name);
        before = ",";
    }
    buffer_add_byte(buffer, ']');
}

static void add_scalar(struct buffer *buffer, const struct field *field)
{
    switch (field->type) {
    case ID:
        buffer_add_format(buffer, "\"type\":\"string\",\"format\":\"uuid\",\"pattern\":\"%s\"", id_pattern);
        break;
    case TIME:
        buffer_add_format(buffer, "\"type\":\"string\",\"format\":\"date-time\",\"maxLength\":35,\"pattern\":\"%s\"",
                          time_pattern);
        break;
    case DATE:
        buffer_add_text(buffer, "\"type\":\"string\",\"format\":\"date\",\"maxLength\":10,"
                                "\"pattern\":\"^[0-9]{4}-[0-9]{2}-[0-9]{2}$\"");
        break;
    case NUMBER:
        buffer_add_format(buffer, "\"type\":\"integer\",\"minimum\":%lld,\"maximum\":%lld", (long long)field->least,
                          (long long)field->most);
        break;
    case HUNDREDTHS:
        buffer_add_format(buffer, "\"type\":\"number\",\"minimum\":%.2f,\"maximum\":%.2f", (double)field->least / 100,
                          (double)field->most / 100);
        break;
    case TEXT:
        buffer_add_format(buffer, "\"type\":\"string\",\"minLength\":%lld,\"maxLength\":%lld", (long long)field->least,
                          (long long)field->most);
        if (form_pattern(field->form))
            buffer_add_format(buffer, ",\"pattern\":\"%s\"", form_pattern(field->form));
        break;
    case BOOL:
        buffer_add_text(buffer, "\"type\":\"boolean\"");
        break;
    case ENUM_VALUE:
        add_enumeration(buffer, field->enumeration);
        break;
    case JSON:
        if (slice_equal(field->name, SLICE("problem")))
            buffer_add_text(buffer, "\"$ref\":\"#/components/schemas/problem\"");
        else
            add_results(buffer);
        break;
    case SHAPE:
        buffer_add_format(buffer, "\"$ref\":\"#/components/schemas/%s\"", field->shape()->name);
        break;
    }
}

void schema_json_field(struct buffer *buffer, const struct field *field)
{
    buffer_add_byte(buffer, '{');
    if (field->many) {
        buffer_add_format(buffer, "\"type\":\"array\",\"minItems\":%zu,\"maxItems\":%zu,\"items\":{", field->min_items,
                          field->max_items);
        add_scalar(buffer, field);
        buffer_add_byte(buffer, '}');
    } else {
        add_scalar(buffer, field);
    }
    schema_json_text(buffer, field->text, false);
    buffer_add_byte(buffer, '}');
}

static void add_required(struct buffer *buffer, const struct shape *shape)
{
    const char *before = ",\"required\":[";
    for (size_t i = 0; i < shape->count; i++) {
        if (shape->fields[i].place != BODY || shape->fields[i].need != REQUIRED)
            continue;
        buffer_add_text(buffer, before);
        buffer_add_json(buffer, shape->fields[i].name);
        before = ",";
    }
    if (before[1] == 0)
        buffer_add_byte(buffer, ']');
}

void schema_json_shape(struct buffer *buffer, const struct shape *shape)
{
    const char *before = "";
    buffer_add_text(buffer, "{\"type\":\"object\",\"additionalProperties\":false");
    if (shape->kind == A_ONE_OF)
        buffer_add_text(buffer, ",\"minProperties\":1,\"maxProperties\":1");
    buffer_add_text(buffer, ",\"properties\":{");
    for (size_t i = 0; i < shape->count; i++) {
        if (shape->fields[i].place != BODY)
            continue;
        buffer_add_text(buffer, before);
        buffer_add_json(buffer, shape->fields[i].name);
        buffer_add_byte(buffer, ':');
        schema_json_field(buffer, &shape->fields[i]);
        before = ",";
    }
    buffer_add_byte(buffer, '}');
    add_required(buffer, shape);
    schema_json_text(buffer, shape->text, false);
    buffer_add_byte(buffer, '}');
}

static void add_problem(struct buffer *buffer)
{
    buffer_add_text(buffer, "\"problem\":{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{"
                            "\"type\":{\"type\":\"string\",\"enum\":[");
    for (int code = PROBLEM_none + 1; code < PROBLEMS; code++)
        buffer_add_format(buffer, "%s\"urn:baoting:problem:%s\"", code == PROBLEM_none + 1 ? "" : ",",
                          problem_name((enum problem_code)code));
    buffer_add_text(buffer,
                    "]},\"title\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":200},"
                    "\"title_zh\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":200},"
                    "\"status\":{\"type\":\"integer\",\"minimum\":400,\"maximum\":599},"
                    "\"detail\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":400},"
                    "\"detail_zh\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":400},"
                    "\"command\":{\"type\":\"string\",\"format\":\"uuid\",\"maxLength\":36},"
                    "\"ticket\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":1000},"
                    "\"errors\":{\"type\":\"array\",\"minItems\":0,\"maxItems\":1,\"items\":{\"type\":\"object\","
                    "\"additionalProperties\":false,\"properties\":{"
                    "\"pointer\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":201},"
                    "\"detail\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":400},"
                    "\"detail_zh\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":400}},"
                    "\"required\":[\"pointer\",\"detail\",\"detail_zh\"]}}},"
                    "\"required\":[\"type\",\"title\",\"title_zh\",\"status\",\"detail\",\"detail_zh\",\"errors\"],"
                    "\"description\":\"RFC 9457 problem details; errors names the fault by JSON Pointer\"}");
}

void schema_json_components(struct buffer *buffer)
{
    add_problem(buffer);
    for (size_t i = 0; i < catalogue_declaration_count; i++) {
        const struct declaration *declaration = &catalogue_declarations[i];
        if (declaration->kind == A_COMMAND || declaration->kind == A_CALL || declaration->kind == A_QUERY)
            continue;
        buffer_add_format(buffer, ",\n\"%s\":", declaration->name);
        schema_json_shape(buffer, declaration->shape());
    }
}
