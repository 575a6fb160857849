/* From a C struct to its JSON, by the catalogue's rows.  SPDX-License-Identifier: Apache-2.0 */
#include "topics/encode.h"

#include <assert.h>

#include "process/clock.h"
#include "topics/id.h"

void encode_hundredths(struct buffer *buffer, int64_t hundredths)
{
    uint64_t size = hundredths < 0 ? 0 - (uint64_t)hundredths : (uint64_t)hundredths;
    char digits[3] = {'.', (char)('0' + size / 10 % 10), (char)('0' + size % 10)};
    if (hundredths < 0)
        buffer_add_byte(buffer, '-');
    buffer_add_number(buffer, (int64_t)(size / 100));
    if (size % 100)
        buffer_add(buffer, digits, size % 10 ? 3 : 2);
}

void encode_texts(struct buffer *buffer, const struct slice *texts, size_t count)
{
    buffer_add_byte(buffer, '[');
    for (size_t i = 0; i < count; i++) {
        if (i)
            buffer_add_byte(buffer, ',');
        buffer_add_json(buffer, texts[i]);
    }
    buffer_add_byte(buffer, ']');
}

/* Which of a record's fields are written. */
struct wanted {
    bool body, parameters;
    const char *but; /* one that is not; or NULL */
};
static const struct wanted EVERY = {true, true, NULL};

static void add_record(struct buffer *buffer, const struct shape *shape, const char *from, const struct wanted *wanted);

static void quoted(struct buffer *buffer, void (*add)(struct buffer *, const void *), const void *value)
{
    buffer_add_byte(buffer, '"');
    add(buffer, value);
    buffer_add_byte(buffer, '"');
}

static void add_id(struct buffer *buffer, const void *value)
{
    id_add(buffer, *(const struct id *)value);
}

static void add_time(struct buffer *buffer, const void *value)
{
    clock_add(buffer, *(const int64_t *)value);
}

static void add_date(struct buffer *buffer, const void *value)
{
    char text[CLOCK_DAY_TEXT];
    clock_day_text((int32_t) * (const int64_t *)value, text);
    buffer_add(buffer, text, CLOCK_DAY_TEXT - 1);
}

static size_t add_scalar(struct buffer *buffer, const struct field *field, const void *value)
{
    switch (field->type) {
    case ID:
        quoted(buffer, add_id, value);
        return sizeof(struct id);
    case TIME:
        quoted(buffer, add_time, value);
        return sizeof(int64_t);
    case DATE:
        quoted(buffer, add_date, value);
        return sizeof(int64_t);
    case NUMBER:
        buffer_add_number(buffer, *(const int64_t *)value);
        return sizeof(int64_t);
    case HUNDREDTHS:
        encode_hundredths(buffer, *(const int64_t *)value);
        return sizeof(int64_t);
    case TEXT:
        buffer_add_json(buffer, *(const struct slice *)value);
        return sizeof(struct slice);
    case JSON:
        buffer_add_slice(buffer, *(const struct slice *)value);
        return sizeof(struct slice);
    case BOOL:
        buffer_add_text(buffer, *(const bool *)value ? "true" : "false");
        return sizeof(bool);
    case ENUM_VALUE:
        assert((size_t) * (const int *)value < field->enumeration->count);
        buffer_add_json(buffer, slice_of(field->enumeration->values[*(const int *)value]));
        return sizeof(int);
    case SHAPE:
        add_record(buffer, field->shape(), value, &EVERY);
        return field->shape()->size;
    }
    __builtin_unreachable();
}

static void add_value(struct buffer *buffer, const struct field *field, const char *from)
{
    const struct {
        const char *at;
        size_t count;
    } *list = (const void *)(from + field->offset);
    if (!field->many) {
        const void *value = from + field->offset;
        add_scalar(buffer, field, field->pointer ? *(const void *const *)value : value);
        return;
    }
    const char *item = list->at;
    buffer_add_byte(buffer, '[');
    for (size_t i = 0; i < list->count; i++) {
        if (i)
            buffer_add_byte(buffer, ',');
        item += add_scalar(buffer, field, item);
    }
    buffer_add_byte(buffer, ']');
}

static bool is_there(const struct field *field, const char *from)
{
    if (field->need == REQUIRED)
        return true;
    return field->pointer ? *(const void *const *)(from + field->offset) != NULL : *(const bool *)(from + field->offset_has);
}

static bool is_wanted(const struct field *field, const struct wanted *wanted)
{
    return (field->place == BODY ? wanted->body : wanted->parameters) &&
           !(wanted->but && slice_equal(field->name, slice_of(wanted->but)));
}

static void add_record(struct buffer *buffer, const struct shape *shape, const char *from, const struct wanted *wanted)
{
    char before = '{';
    for (size_t i = 0; i < shape->count; i++) {
        const struct field *field = &shape->fields[i];
        if (!is_wanted(field, wanted) || !is_there(field, from))
            continue;
        char *name = buffer_reserve(buffer, field->name.length + 4);
        if (!name)
            return;
        name[0] = before;
        name[1] = '"';
        char *end = mempcpy(name + 2, field->name.at, field->name.length);
        end[0] = '"';
        end[1] = ':';
        buffer->length += field->name.length + 4;
        add_value(buffer, field, from);
        before = ',';
    }
    if (before == '{')
        buffer_add_byte(buffer, '{');
    buffer_add_byte(buffer, '}');
}

void encode(struct buffer *buffer, const struct shape *shape, const void *message)
{
    add_record(buffer, shape, message, &(struct wanted){.body = true});
}

void encode_parameters(struct buffer *buffer, const struct shape *shape, const void *message, const char *but)
{
    add_record(buffer, shape, message, &(struct wanted){.parameters = true, .but = but});
}

static void add_key_part(struct buffer *buffer, const struct field *field, const char *from)
{
    const void *value = from + field->offset;
    if (field->type == ID)
        add_id(buffer, value);
    else if (field->type == TEXT)
        buffer_add_slice(buffer, *(const struct slice *)value);
    else
        buffer_add_number(buffer, *(const int64_t *)value);
}

void encode_key(struct buffer *buffer, const struct declaration *declaration, const void *message)
{
    const struct shape *shape = declaration->shape();
    assert(declaration->key == KEY_OF_FIELDS);
    for (const char *const *name = declaration->key_fields; *name; name++) {
        if (name != declaration->key_fields)
            buffer_add_byte(buffer, '/');
        const struct field *field = shape_field(shape, *name);
        if (field)
            add_key_part(buffer, field, message);
    }
}
