/* Any bytes as JSON and as every declared message: one verdict with jansson, with both manners, and after encoding.
 * SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <jansson.h>
#include <stdlib.h>

#include "topics/decode.h"
#include "topics/encode.h"
#include "topics/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { INPUT_MOST = 1 << 14, ENCODED_MOST = 1 << 18, ARENA_MOST = 1 << 22, PATH_MOST = 512, DEPTH = 16 };

static struct arena *arena;

/* Both readers take the text, or neither does; jansson knows no depth of ours and has its own size of numbers. */
static void like_jansson(struct slice text)
{
    struct json json;
    struct problem problem;
    struct slice raw = {NULL, 0};
    json_error_t error;
    problem_none(&problem);
    arena_reset(arena);
    bool good = json_begin(&json, text, JSON_DEPTH_MOST, arena, &problem) && json_skip(&json, &raw) && json_end(&json);
    json_t *theirs = json_loadb(text.at, text.length, JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
    enum json_error_code code = theirs ? json_error_unknown : json_error_code(&error);
    assert(good == (problem.code == PROBLEM_none));
    if (good) {
        assert(raw.at >= text.at && raw.at + raw.length <= text.at + text.length);
        assert(theirs || code == json_error_numeric_overflow || code == json_error_null_byte_in_key);
    } else {
        assert(slice_points(slice_of(problem.detail)) > 0 && slice_points(slice_of(problem.pointer)) >= 0);
        bool ours_only = strstr(problem.detail, "too deep") || strstr(problem.detail, "null");
        /* jansson's reader loses a zero byte that it has looked at and put back. */
        assert(!theirs || ours_only || memchr(text.at, 0, text.length));
    }
    json_decref(theirs);
}

static void add_sample(struct buffer *buffer, const struct field *field)
{
    if (field->type == ID)
        buffer_add_text(buffer, "01234567-89ab-4cde-8f01-23456789abcd");
    else if (field->type == ENUM_VALUE)
        buffer_add_text(buffer, field->enumeration->values[0]);
    else if (field->type == TEXT)
        buffer_add_text(buffer, "members");
    else
        buffer_add_text(buffer, field->type == BOOL ? "true" : "7");
}

/* A path that the declaration's route takes. */
static void add_path(struct buffer *buffer, const struct declaration *declaration)
{
    const struct shape *shape = declaration->shape();
    size_t next = 0;
    for (const char *at = declaration->path; at && *at; at++) {
        if (*at != '{') {
            buffer_add_byte(buffer, *at);
            continue;
        }
        while (shape->fields[next].place != IN_PATH)
            next++;
        add_sample(buffer, &shape->fields[next++]);
        at = strchr(at, '}');
    }
}

static void add_query(struct buffer *buffer, const struct declaration *declaration)
{
    const struct shape *shape = declaration->shape();
    for (size_t i = 0; i < shape->count; i++) {
        const struct field *field = &shape->fields[i];
        if (field->place != IN_QUERY || field->need != REQUIRED)
            continue;
        if (buffer->length)
            buffer_add_byte(buffer, '&');
        buffer_add_slice(buffer, field->name);
        buffer_add_byte(buffer, '=');
        add_sample(buffer, field);
    }
}

/* Decodes; the message is in the arena, NULL if it is refused. */
static void *taken(const struct declaration *declaration, const struct decode_source *source, enum decode_manner manner)
{
    struct problem problem;
    void *message = arena_take(arena, declaration->shape()->size + 1);
    assert(message);
    problem_none(&problem);
    if (decode(declaration, source, manner, DEPTH, arena, NULL, message, &problem)) {
        assert(problem.code == PROBLEM_none);
        return message;
    }
    assert(problem.code != PROBLEM_none && problem_status(problem.code) < 500);
    assert(slice_points(slice_of(problem.pointer)) >= 0 && slice_points(slice_of(problem.detail_zh)) > 0);
    return NULL;
}

static void as_message(const struct declaration *declaration, const struct decode_source *source)
{
    static struct buffer once, twice;
    const struct shape *shape = declaration->shape();
    arena_reset(arena);
    void *strict = taken(declaration, source, DECODE_STRICT);
    void *lenient = taken(declaration, source, DECODE_LENIENT);
    assert(lenient || !strict); /* what the front lets in a worker can read */
    if (!lenient)
        return;
    once.ceiling = twice.ceiling = ENCODED_MOST;
    buffer_empty(&once);
    buffer_empty(&twice);
    encode(&once, shape, lenient);
    assert(!once.overflowed);
    if (strict) {
        encode(&twice, shape, strict);
        assert(slice_equal(buffer_slice(&once), buffer_slice(&twice)));
        buffer_empty(&twice);
    }
    struct decode_source again = *source;
    again.body = buffer_slice(&once);
    /* A private text has no length in the lenient manner, so only that one must take it again. */
    void *returned = taken(declaration, &again, strict ? DECODE_STRICT : DECODE_LENIENT);
    assert(returned);
    encode(&twice, shape, returned);
    assert(slice_equal(buffer_slice(&once), buffer_slice(&twice)));
}

/* A path and query that each declaration takes, made once. */
static struct decode_source *sources(void)
{
    static struct decode_source *made;
    struct decode_source *at = made ? made : calloc(catalogue_declaration_count, sizeof *at);
    assert(at);
    for (size_t i = 0; !made && i < catalogue_declaration_count; i++) {
        struct buffer path = buffer_new(PATH_MOST), query = buffer_new(PATH_MOST);
        add_path(&path, &catalogue_declarations[i]);
        add_query(&query, &catalogue_declarations[i]);
        at[i].path = buffer_slice(&path);
        at[i].query = buffer_slice(&query);
    }
    made = at;
    return made;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice text = {(const char *)data, size};
    if (size > INPUT_MOST)
        return 0;
    if (!arena)
        arena = arena_new(1 << 16, ARENA_MOST);
    like_jansson(text);
    for (size_t i = 0; i < catalogue_declaration_count; i++) {
        const struct declaration *declaration = &catalogue_declarations[i];
        struct decode_source source = sources()[i];
        bool asks = declaration->kind == A_QUERY || declaration->uploads;
        *(asks ? &source.query : &source.body) = text;
        as_message(declaration, &source);
    }
    return 0;
}
