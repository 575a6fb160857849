/* Arguments of one statement, in PostgreSQL's binary form.  SPDX-License-Identifier: Apache-2.0 */
#include "sql/arguments.h"

#include <assert.h>

struct buffer *argument(struct arguments *arguments)
{
    assert(arguments->count < ARGUMENTS_MOST);
    arguments->at[arguments->count].start = arguments->bytes.length;
    arguments->at[arguments->count++].array = false;
    return &arguments->bytes;
}

struct buffer *argument_array(struct arguments *arguments, enum sql_type type, size_t count)
{
    uint32_t head[5] = {htobe32(count > 0), 0, htobe32(type), htobe32((uint32_t)count), htobe32(1)};
    struct buffer *out = argument(arguments);
    arguments->at[arguments->count - 1].array = true;
    buffer_add(out, head, count > 0 ? sizeof head : 12);
    return out;
}

void arguments_empty(struct arguments *arguments)
{
    arguments->count = 0;
    buffer_empty(&arguments->bytes);
}

void arguments_free(struct arguments *arguments)
{
    arguments->count = 0;
    buffer_free(&arguments->bytes);
}
