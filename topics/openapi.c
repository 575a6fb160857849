/* The OpenAPI 3.1 document, printed from the catalogue's rows.  SPDX-License-Identifier: Apache-2.0 */
#include "topics/openapi.h"

#include "topics/catalogue.h"
#include "topics/schema_json.h"

/* The statuses that any route may answer with a problem, and those of routes that write. */
static const int common_statuses[] = {400, 401, 403, 404, 405, 406, 408, 413, 414, 417, 422, 429, 431, 500, 501, 503, 505};
static const int command_statuses[] = {409, 411, 415};

static const char *method_word(enum http_method method)
{
    static const char *const words[] = {"get", "post", "put", "delete"};
    return words[method];
}

static void add_header(struct buffer *buffer, const char *name, const char *type, const char *text)
{
    buffer_add_format(buffer, "\"%s\":{\"schema\":{\"type\":\"%s\"},\"description\":\"%s\"}", name, type, text);
}

static void add_problem_response(struct buffer *buffer, int status)
{
    buffer_add_format(buffer,
                      ",\"%d\":{\"description\":\"A problem\",\"content\":{\"application/problem+json\":"
                      "{\"schema\":{\"$ref\":\"#/components/schemas/problem\"}}}",
                      status);
    if (status == 401 || status == 405 || status == 429 || status == 503) {
        buffer_add_text(buffer, ",\"headers\":{");
        if (status == 401)
            add_header(buffer, "WWW-Authenticate", "string", "Bearer");
        else if (status == 405)
            add_header(buffer, "Allow", "string", "The methods that are offered here");
        else
            add_header(buffer, "Retry-After", "integer", "Seconds after which to try again");
        buffer_add_byte(buffer, '}');
    }
    buffer_add_byte(buffer, '}');
}

static void add_problems(struct buffer *buffer, const struct declaration *declaration)
{
    for (size_t i = 0; i < sizeof common_statuses / sizeof *common_statuses; i++)
        add_problem_response(buffer, common_statuses[i]);
    for (size_t i = 0; declaration->kind != A_QUERY && i < sizeof command_statuses / sizeof *command_statuses; i++)
        add_problem_response(buffer, command_statuses[i]);
}

static void add_parameters(struct buffer *buffer, const struct declaration *declaration)
{
    const struct shape *shape = declaration->shape();
    const char *before = "\"parameters\":[";
    for (size_t i = 0; i < shape->count; i++) {
        const struct field *field = &shape->fields[i];
        if (field->place == BODY)
            continue;
        buffer_add_format(buffer, "%s{\"name\":\"%s\",\"in\":\"%s\",\"required\":%s,\"schema\":", before, field->name.at,
                          field->place == IN_PATH ? "path" : "query", field->need == REQUIRED ? "true" : "false");
        schema_json_field(buffer, field);
        buffer_add_byte(buffer, '}');
        before = ",";
    }
    if (declaration->kind == A_COMMAND) {
        buffer_add_format(buffer,
                          "%s{\"name\":\"Idempotency-Key\",\"in\":\"header\",\"required\":false,\"schema\":{\"type\":"
                          "\"string\",\"minLength\":1,\"maxLength\":66},\"description\":\"1 to 64 printable characters; "
                          "the same key is one command\"},{\"name\":\"Prefer\",\"in\":\"header\",\"required\":false,"
                          "\"schema\":{\"type\":\"string\",\"maxLength\":200},\"description\":\"wait=N: answer with the "
                          "outcome if it comes within N seconds\"}",
                          before);
        before = ",";
    }
    buffer_add_text(buffer, before[1] == 0 ? "]," : "");
}

static void add_request_body(struct buffer *buffer, const struct declaration *declaration)
{
    const struct shape *shape = declaration->shape();
    size_t fields = 0;
    for (size_t i = 0; i < shape->count; i++)
        fields += shape->fields[i].place == BODY;
    if (declaration->uploads) {
        buffer_add_text(buffer, "\"requestBody\":{\"required\":true,\"content\":{");
        for (const char *const *type = declaration->uploads; *type; type++)
            buffer_add_format(buffer, "%s\"%s\":{\"schema\":{\"type\":\"string\",\"format\":\"binary\"}}",
                              type == declaration->uploads ? "" : ",", *type);
        buffer_add_text(buffer, "}},");
    } else if (declaration->kind != A_QUERY) {
        buffer_add_format(buffer, "\"requestBody\":{\"required\":%s,\"content\":{\"application/json\":{\"schema\":",
                          fields ? "true" : "false");
        schema_json_shape(buffer, shape);
        buffer_add_text(buffer, "}}},");
    }
}

static void add_command_success(struct buffer *buffer, const struct declaration *declaration)
{
    const struct shape *(*shown)(void) = declaration->shown ? declaration->shown : declaration->result;
    buffer_add_text(buffer, "\"202\":{\"description\":\"Accepted: the log holds it\",\"headers\":{");
    add_header(buffer, "Location", "string", "Where its outcome is told");
    buffer_add_text(buffer, "},\"content\":{\"application/json\":{\"schema\":{\"type\":\"object\",\"additionalProperties\":"
                            "false,\"properties\":{\"command\":{\"type\":\"string\",\"format\":\"uuid\"},\"status\":"
                            "{\"const\":\"accepted\"}},\"required\":[\"command\",\"status\"]}}}},"
                            "\"200\":{\"description\":\"Applied within the time waited\",\"headers\":{");
    add_header(buffer, "Location", "string", "Where its outcome is told");
    buffer_add_byte(buffer, ',');
    add_header(buffer, "Preference-Applied", "string", "wait=N");
    buffer_add_text(buffer, "},\"content\":{\"application/json\":{\"schema\":{\"type\":\"object\",\"additionalProperties\":"
                            "false,\"properties\":{\"command\":{\"type\":\"string\",\"format\":\"uuid\"},\"status\":"
                            "{\"const\":\"applied\"}");
    if (shown)
        buffer_add_format(buffer, ",\"result\":{\"$ref\":\"#/components/schemas/%s\"}", shown()->name);
    buffer_add_format(buffer, "},\"required\":[\"command\",\"status\"%s]}}}}", shown ? ",\"result\"" : "");
}

static void add_workbook_success(struct buffer *buffer, const struct declaration *declaration)
{
    buffer_add_format(buffer, "\"200\":{\"description\":\"An Excel workbook, a row for each %s\",\"headers\":{",
                      declaration->result()->name);
    add_header(buffer, "Content-Disposition", "string", "Its file name, in Chinese");
    buffer_add_text(buffer, "},\"content\":{\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet\":"
                            "{\"schema\":{\"type\":\"string\",\"format\":\"binary\"}}}}");
}

static void add_document_success(struct buffer *buffer, const struct declaration *declaration)
{
    buffer_add_format(buffer, "\"200\":{\"description\":\"A text to print, of what %s says\",\"headers\":{",
                      declaration->result()->name);
    add_header(buffer, "Content-Disposition", "string", "Its file name");
    buffer_add_text(buffer, "},\"content\":{\"text/plain\":{\"schema\":{\"type\":\"string\"}}}}");
}

static void add_picture_success(struct buffer *buffer, const struct declaration *declaration)
{
    buffer_add_format(buffer,
                      "\"200\":{\"description\":\"The picture of which %s tells\",\"content\":{\"image/jpeg\":{\"schema\":"
                      "{\"type\":\"string\",\"format\":\"binary\"}},\"image/png\":{\"schema\":{\"type\":\"string\","
                      "\"format\":\"binary\"}}}}",
                      declaration->result()->name);
}

static void add_page_success(struct buffer *buffer, const struct declaration *declaration)
{
    const struct field *after = shape_field(declaration->shape(), "after");
    buffer_add_format(buffer,
                      "\"200\":{\"description\":\"A page\",\"content\":{\"application/json\":{\"schema\":{\"type\":"
                      "\"object\",\"additionalProperties\":false,\"properties\":{\"rows\":{\"type\":\"array\","
                      "\"maxItems\":1000,\"items\":{\"$ref\":\"#/components/schemas/%s\"}},\"total\":{\"type\":"
                      "\"integer\",\"minimum\":0,\"maximum\":1000000000}",
                      declaration->result()->name);
    if (after) {
        buffer_add_text(buffer, ",\"next\":");
        schema_json_field(buffer, after);
        buffer_add_text(buffer, ",\"more\":{\"const\":true,\"description\":\"There are more than the total\"}");
    }
    buffer_add_text(buffer, "},\"required\":[\"rows\",\"total\"]}}}}");
}

static void add_query_success(struct buffer *buffer, const struct declaration *declaration)
{
    if (!declaration->result) {
        buffer_add_format(buffer, "\"%d\":{\"description\":\"Done\"}", declaration->status);
        return;
    }
    const char *name = declaration->result()->name;
    if (declaration->form == STREAM)
        buffer_add_format(buffer,
                          "\"200\":{\"description\":\"Events named frame, data as %s\",\"content\":{\"text/event-stream\":"
                          "{\"schema\":{\"type\":\"string\"}}}}",
                          name);
    else if (declaration->form == DOCUMENT)
        add_document_success(buffer, declaration);
    else if (declaration->form == WORKBOOK)
        add_workbook_success(buffer, declaration);
    else if (declaration->form == PICTURE)
        add_picture_success(buffer, declaration);
    else if (declaration->form == ROWS)
        add_page_success(buffer, declaration);
    else
        buffer_add_format(buffer,
                          "\"%d\":{\"description\":\"%s\",\"content\":{\"application/json\":{\"schema\":{\"$ref\":"
                          "\"#/components/schemas/%s\"}}}}",
                          declaration->kind == A_CALL ? declaration->status : 200, declaration->result()->text, name);
}

static void add_operation(struct buffer *buffer, const struct declaration *declaration)
{
    buffer_add_format(buffer, "\"%s\":{\"operationId\":\"%s\",\"summary\":", method_word(declaration->method),
                      declaration->name);
    buffer_add_json(buffer, slice_of(declaration->text));
    buffer_add_text(buffer, ",");
    add_parameters(buffer, declaration);
    add_request_body(buffer, declaration);
    buffer_add_format(buffer, "\"security\":[%s],\"responses\":{",
                      declaration->kind == A_CALL && !declaration->roles ? "" : "{\"bearer\":[]}");
    if (declaration->kind == A_COMMAND)
        add_command_success(buffer, declaration);
    else
        add_query_success(buffer, declaration);
    add_problems(buffer, declaration);
    buffer_add_text(buffer, "}}");
}

/* Whether the path stood in an earlier row: its methods were printed there. */
static bool came_before(size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (catalogue_declarations[i].path && strcmp(catalogue_declarations[i].path, catalogue_declarations[at].path) == 0)
            return true;
    return false;
}

static void add_paths(struct buffer *buffer)
{
    const char *before = "";
    for (size_t i = 0; i < catalogue_declaration_count; i++) {
        if (!catalogue_declarations[i].path || came_before(i))
            continue;
        buffer_add_format(buffer, "%s\n\"%s\":{", before, catalogue_declarations[i].path);
        const char *between = "";
        for (size_t j = i; j < catalogue_declaration_count; j++) {
            const struct declaration *declaration = &catalogue_declarations[j];
            if (!declaration->path || strcmp(declaration->path, catalogue_declarations[i].path) != 0)
                continue;
            buffer_add_text(buffer, between);
            add_operation(buffer, declaration);
            between = ",";
        }
        buffer_add_byte(buffer, '}');
        before = ",";
    }
}

void openapi_print(struct buffer *buffer)
{
    buffer_add_text(buffer, "{\"openapi\":\"3.1.0\",\"info\":{\"title\":\"Party building platform of Baoting county\","
                            "\"version\":\"1\",\"description\":\"Printed from the catalogue: what changes the record is a "
                            "command, accepted with 202 once the log holds it.\"},"
                            "\"servers\":[{\"url\":\"/\"}],\"paths\":{");
    add_paths(buffer);
    buffer_add_text(buffer, "},\n\"components\":{\"securitySchemes\":{\"bearer\":{\"type\":\"http\",\"scheme\":\"bearer\","
                            "\"bearerFormat\":\"JWT\"}},\"schemas\":{");
    schema_json_components(buffer);
    buffer_add_text(buffer, "}}}\n");
}
