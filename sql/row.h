/* The rows that a statement gave, read by place; slices live as long as the rows.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "process/text.h"

struct rows;

/* Frees the rows; NULL is nothing. */
void rows_free(struct rows *rows);

/* How many rows there are. */
size_t rows_count(const struct rows *rows);

/* How many columns a row has. */
size_t rows_columns(const struct rows *rows);

/* The column's type (enum sql_type where we know it). */
unsigned rows_type(const struct rows *rows, size_t column);

/* The column's name. */
const char *rows_name(const struct rows *rows, size_t column);

/* Whether the value is NULL; the readers below give 0, false, the absent slice or NULL for it. */
bool row_null(const struct rows *rows, size_t row, size_t column);

/* An int2, int4 or int8. */
int64_t row_number(const struct rows *rows, size_t row, size_t column);

bool row_bool(const struct rows *rows, size_t row, size_t column);

/* The bytes of a text, bytea, json or jsonb value (jsonb without its version byte). */
struct slice row_text(const struct rows *rows, size_t row, size_t column);

/* The 16 bytes of a uuid. */
const unsigned char *row_id(const struct rows *rows, size_t row, size_t column);

/* A date as days since 1970-01-01. */
int32_t row_date(const struct rows *rows, size_t row, size_t column);

/* A timestamptz as milliseconds since 1970 UTC. */
int64_t row_time(const struct rows *rows, size_t row, size_t column);

#define auto_rows __attribute__((cleanup(rows_free_at))) struct rows
static inline void rows_free_at(struct rows **rows)
{
    rows_free(*rows);
}
