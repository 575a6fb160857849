/* The arguments of one statement: values and arrays, added in order.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "sql/value.h"

#define ARGUMENTS_MOST 24

/* The types arrays are made of (PostgreSQL's own numbers for them). */
enum sql_type {
    SQL_BOOL = 16,
    SQL_BYTEA = 17,
    SQL_INT8 = 20,
    SQL_INT2 = 21,
    SQL_INT4 = 23,
    SQL_TEXT = 25,
    SQL_JSON = 114,
    SQL_DATE = 1082,
    SQL_TIMESTAMPTZ = 1184,
    SQL_UUID = 2950,
    SQL_JSONB = 3802
};

struct arguments {
    struct buffer bytes;
    unsigned count;
    struct {
        size_t start;
        bool array;
    } at[ARGUMENTS_MOST];
};

/* No arguments yet; together they may take `ceiling` bytes (past it sql_run() fails with BT002,
 * SQL_POISON). */
static inline struct arguments arguments_new(size_t ceiling)
{
    return (struct arguments){.bytes = buffer_new(ceiling)};
}

/* Begins the next argument: the caller adds exactly one value_…() to the buffer returned. */
struct buffer *argument(struct arguments *arguments);

/* Begins the next argument as an array: the caller adds exactly `count` values of `type` to the buffer
 * returned. */
struct buffer *argument_array(struct arguments *arguments, enum sql_type type, size_t count);

/* Forgets the values, keeps the memory. */
void arguments_empty(struct arguments *arguments);

/* Frees the memory. */
void arguments_free(struct arguments *arguments);

#define auto_arguments __attribute__((cleanup(arguments_free))) struct arguments
