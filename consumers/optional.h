/* Optional fields of a command as arguments of a statement: NULL where they are absent.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "sql/arguments.h"

/* A text field of a command or record, the absent slice where it was left out. */
#define OPTIONAL_TEXT(command, field) ((command)->has_##field ? (command)->field : (struct slice){NULL, 0})

static inline void optional_number(struct arguments *arguments, bool has, int64_t number)
{
    if (has)
        value_int4(argument(arguments), (int32_t)number);
    else
        value_null(argument(arguments));
}

static inline void optional_date(struct arguments *arguments, bool has, int64_t day)
{
    if (has)
        value_date(argument(arguments), (int32_t)day);
    else
        value_null(argument(arguments));
}

static inline void optional_time(struct arguments *arguments, bool has, int64_t time)
{
    if (has)
        value_time(argument(arguments), time);
    else
        value_null(argument(arguments));
}
