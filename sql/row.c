/* Reading rows out of a binary result.  SPDX-License-Identifier: Apache-2.0 */
#include "sql/row.h"

#include <assert.h>
#include <endian.h>

#include "sql/handle.h"

void rows_free(struct rows *rows)
{
    PQclear(rows_result(rows));
}

size_t rows_count(const struct rows *rows)
{
    return (size_t)PQntuples(rows_result(rows));
}

size_t rows_columns(const struct rows *rows)
{
    return (size_t)PQnfields(rows_result(rows));
}

unsigned rows_type(const struct rows *rows, size_t column)
{
    return PQftype(rows_result(rows), (int)column);
}

const char *rows_name(const struct rows *rows, size_t column)
{
    return PQfname(rows_result(rows), (int)column);
}

bool row_null(const struct rows *rows, size_t row, size_t column)
{
    return PQgetisnull(rows_result(rows), (int)row, (int)column);
}

int64_t row_number(const struct rows *rows, size_t row, size_t column)
{
    const char *at = PQgetvalue(rows_result(rows), (int)row, (int)column);
    uint16_t two;
    uint32_t four;
    uint64_t eight;
    if (row_null(rows, row, column))
        return 0;
    switch (PQgetlength(rows_result(rows), (int)row, (int)column)) {
    case 2:
        memcpy(&two, at, sizeof two);
        return (int16_t)be16toh(two);
    case 4:
        memcpy(&four, at, sizeof four);
        return (int32_t)be32toh(four);
    default:
        assert(PQgetlength(rows_result(rows), (int)row, (int)column) == 8);
        memcpy(&eight, at, sizeof eight);
        return (int64_t)be64toh(eight);
    }
}

bool row_bool(const struct rows *rows, size_t row, size_t column)
{
    return !row_null(rows, row, column) && *PQgetvalue(rows_result(rows), (int)row, (int)column);
}

struct slice row_text(const struct rows *rows, size_t row, size_t column)
{
    if (row_null(rows, row, column))
        return (struct slice){NULL, 0};
    const char *at = PQgetvalue(rows_result(rows), (int)row, (int)column);
    size_t length = (size_t)PQgetlength(rows_result(rows), (int)row, (int)column);
    bool versioned = rows_type(rows, column) == SQL_JSONB;
    return (struct slice){at + versioned, length - versioned};
}

const unsigned char *row_id(const struct rows *rows, size_t row, size_t column)
{
    if (row_null(rows, row, column))
        return NULL;
    assert(rows_type(rows, column) == SQL_UUID);
    return (const unsigned char *)PQgetvalue(rows_result(rows), (int)row, (int)column);
}

int32_t row_date(const struct rows *rows, size_t row, size_t column)
{
    if (row_null(rows, row, column))
        return 0;
    assert(rows_type(rows, column) == SQL_DATE);
    return (int32_t)(row_number(rows, row, column) + VALUE_EPOCH / 86400000);
}

int64_t row_time(const struct rows *rows, size_t row, size_t column)
{
    if (row_null(rows, row, column))
        return 0;
    assert(rows_type(rows, column) == SQL_TIMESTAMPTZ);
    int64_t microseconds = row_number(rows, row, column);
    int64_t milliseconds = microseconds / 1000 - (microseconds % 1000 < 0);
    return milliseconds + VALUE_EPOCH;
}
