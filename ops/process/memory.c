/* Memory that is there or the program ends.  SPDX-License-Identifier: Apache-2.0 */
#include "process/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *there(void *memory, size_t size)
{
    if (memory)
        return memory;
    fprintf(stderr, "{\"event\":\"out_of_memory\",\"bytes\":%zu}\n", size);
    abort();
}

void *memory_new(size_t size)
{
    return there(calloc(1, size ? size : 1), size);
}

void *memory_new_many(size_t count, size_t size)
{
    return there(calloc(count ? count : 1, size ? size : 1), size);
}

void *memory_resize(void *old, size_t size)
{
    return there(realloc(old, size), size);
}

char *memory_copy(const void *bytes, size_t length)
{
    char *copy = memory_new(length + 1);
    if (length)
        memcpy(copy, bytes, length);
    return copy;
}
