/* Periods as text: all, a year, a quarter, a month.  SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <stdio.h>

#include "http/board.h"

static bool digits(struct slice text, uint32_t *ret_number)
{
    uint32_t number = 0;
    for (size_t i = 0; i < text.length; i++) {
        if (text.at[i] < '0' || text.at[i] > '9')
            return false;
        number = number * 10 + (uint32_t)(text.at[i] - '0');
    }
    *ret_number = number;
    return true;
}

/* What follows the year: a quarter or a month. */
static bool parse_part(uint32_t year, struct slice text, uint32_t *ret_period)
{
    uint32_t part;
    if (text.length < 2 || !digits((struct slice){text.at + 1, text.length - 1}, &part))
        return false;
    if (text.length == 2 && text.at[0] == 'Q' && part >= 1 && part <= 4) {
        *ret_period = year * 10 + part;
        return true;
    }
    if (text.length == 3 && text.at[0] == '-' && part >= 1 && part <= 12) {
        *ret_period = year * 100 + part;
        return true;
    }
    return false;
}

bool board_period_parse(struct slice text, uint32_t *ret_period)
{
    uint32_t year;
    if (slice_equal(text, SLICE("all"))) {
        *ret_period = BOARD_ALL;
        return true;
    }
    if (text.length < 4 || !digits((struct slice){text.at, 4}, &year) || year < 2000 || year > 2999)
        return false;
    if (text.length > 4)
        return parse_part(year, (struct slice){text.at + 4, text.length - 4}, ret_period);
    *ret_period = year;
    return true;
}

void board_period_text(uint32_t period, char ret_text[static BOARD_PERIOD_TEXT])
{
    assert(period < 300000);
    if (period == BOARD_ALL)
        memcpy(ret_text, "all", 4);
    else if (period < 10000)
        snprintf(ret_text, BOARD_PERIOD_TEXT, "%04u", period % 10000);
    else if (period < 100000)
        snprintf(ret_text, BOARD_PERIOD_TEXT, "%04uQ%u", period / 10 % 10000, period % 10);
    else
        snprintf(ret_text, BOARD_PERIOD_TEXT, "%04u-%02u", period / 100 % 10000, period % 100);
}
