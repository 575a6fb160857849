/* Personal fields of a command's body, sealed in place.  SPDX-License-Identifier: Apache-2.0 */
#include "http/sealing.h"

#include <assert.h>
#include <stdlib.h>

#include "http/password.h"
#include "process/memory.h"

enum { PHC_CEILING = 512, NAME_MOST = 64 };

bool sealing_concerns(const struct shape *shape)
{
    for (size_t i = 0; i < shape->count; i++)
        if (shape->fields[i].level != OPEN ||
            (shape->fields[i].type == SHAPE && sealing_concerns(shape->fields[i].shape())))
            return true;
    return false;
}

static void seal_one(const struct seal *seal, struct id command, const struct decode_private *private,
                     struct buffer *buffer)
{
    char name[NAME_MOST];
    struct buffer phc = buffer_new(PHC_CEILING);
    struct slice plain = private->value;
    assert(private->field->name.length < sizeof name);
    memcpy(name, private->field->name.at, private->field->name.length);
    name[private->field->name.length] = 0;
    if (private->field->level == SECRET) {
        password_hash(plain, &phc);
        plain = buffer_slice(&phc);
    }
    buffer_add_byte(buffer, '"');
    seal_hide(seal, command, name, plain, buffer);
    buffer_add_byte(buffer, '"');
    buffer_free(&phc);
}

void sealing_replace(const struct seal *seal, struct id command, struct slice body,
                     const struct decode_privates *privates, struct buffer *buffer)
{
    const char *at = body.at, *end = body.at + body.length;
    for (size_t i = 0; i < privates->count; i++) {
        const struct decode_private *private = &privates->at[i];
        assert(private->raw.at >= at && private->raw.at + private->raw.length <= end);
        buffer_add(buffer, at, (size_t)(private->raw.at - at));
        seal_one(seal, command, private, buffer);
        at = private->raw.at + private->raw.length;
    }
    buffer_add(buffer, at, (size_t)(end - at));
}

struct sealing_copy sealing_copy(struct slice body, const struct decode_privates *privates)
{
    struct sealing_copy copy = {.privates = {memory_new_many(privates->count + 1, sizeof *privates->at), privates->count,
                                             privates->count}};
    char *bytes = memory_copy(body.at, body.length);
    copy.body = (struct slice){bytes, body.length};
    for (size_t i = 0; i < privates->count; i++) {
        struct decode_private private = privates->at[i];
        private.raw.at = bytes + (private.raw.at - body.at);
        private.value.at = memory_copy(private.value.at, private.value.length);
        copy.privates.at[i] = private;
    }
    return copy;
}

static void wipe(struct slice text)
{
    char *bytes = (char *)(uintptr_t)text.at;
    explicit_bzero(bytes, text.length);
    free(bytes);
}

void sealing_forget(struct sealing_copy *copy)
{
    for (size_t i = 0; i < copy->privates.count; i++)
        wipe(copy->privates.at[i].value);
    free(copy->privates.at);
    if (copy->body.at)
        wipe(copy->body);
    *copy = (struct sealing_copy){0};
}
