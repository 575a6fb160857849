/* Values of fetched rows as handlers keep them.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "process/arena.h"
#include "sql/row.h"
#include "topics/id.h"

/* A uuid as an id; all zeros where it is NULL. */
static inline struct id id_at(const struct rows *rows, size_t row, size_t column)
{
    struct id id = {0};
    const unsigned char *bytes = row_id(rows, row, column);
    if (bytes)
        memcpy(id.bytes, bytes, sizeof id.bytes);
    return id;
}

/* A text that outlives the rows; absent where it is NULL or the arena is full. */
static inline struct slice text_at(const struct rows *rows, size_t row, size_t column, struct arena *arena)
{
    struct slice text = row_text(rows, row, column);
    char *copy = text.at ? arena_copy(arena, text) : NULL;
    return (struct slice){copy, copy ? text.length : 0};
}
