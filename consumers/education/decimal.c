/* Reading decimals without floating point.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/education/decimal.h"

#define WHOLE_DIGITS 12
#define BROKEN_DIGITS 60

static size_t digits_at(struct slice text, size_t at)
{
    size_t count = 0;
    while (at + count < text.length && text.at[at + count] >= '0' && text.at[at + count] <= '9')
        count++;
    return count;
}

/* The digits behind those that `number` already holds. */
static int64_t digits_value(const char *digits, size_t count, int64_t number)
{
    for (size_t i = 0; i < count; i++)
        number = number * 10 + (digits[i] - '0');
    return number;
}

bool decimal_floor(struct slice text, int places, int64_t *ret_floor, bool *ret_rest)
{
    size_t at = text.length > 0 && (text.at[0] == '-' || text.at[0] == '+');
    bool negative = at && text.at[0] == '-';
    size_t whole = digits_at(text, at), broken = 0;
    if (whole == 0 || whole > WHOLE_DIGITS)
        return false;
    size_t point = at + whole;
    if (point < text.length) {
        broken = text.at[point] == '.' ? digits_at(text, point + 1) : 0;
        if (broken == 0 || broken > BROKEN_DIGITS || point + 1 + broken != text.length)
            return false;
    }
    size_t kept = broken < (size_t)places ? broken : (size_t)places;
    int64_t number = digits_value(text.at + point + 1, kept, digits_value(text.at + at, whole, 0));
    for (size_t i = kept; i < (size_t)places; i++)
        number *= 10;
    bool rest = false;
    for (size_t i = kept; i < broken; i++)
        rest |= text.at[point + 1 + i] != '0';
    *ret_floor = negative ? -number - rest : number;
    *ret_rest = rest;
    return true;
}

bool decimal_read(struct slice text, int places, int64_t *ret_number)
{
    int64_t number;
    bool rest;
    if (!decimal_floor(text, places, &number, &rest) || rest)
        return false;
    *ret_number = number;
    return true;
}
