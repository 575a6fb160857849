/* A member's sums of points. Pure.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/points/tally.h"

#include <endian.h>
#include <stdio.h>

#include "process/clock.h"

int32_t tally_month_of(int64_t time)
{
    struct date date = clock_date(time);
    return date.year * 12 + date.month - 1;
}

bool tally_read(struct tally *tally, struct arena *arena, int32_t first, struct slice months)
{
    tally->first = first;
    tally->count = (int32_t)(months.length / sizeof(uint32_t));
    tally->months = arena_take(arena, months.length);
    for (int32_t i = 0; tally->months && i < tally->count; i++) {
        uint32_t big;
        memcpy(&big, months.at + (size_t)i * sizeof big, sizeof big);
        tally->months[i] = (int32_t)be32toh(big);
    }
    return tally->months;
}

/* Makes room for a month before the first or behind the last. */
static bool reach(struct tally *tally, struct arena *arena, int32_t month)
{
    int32_t first = tally->count && tally->first < month ? tally->first : month;
    int32_t end = tally->count && tally->first + tally->count > month ? tally->first + tally->count : month + 1;
    if (end - first == tally->count)
        return true;
    int32_t *wider = arena_take(arena, (size_t)(end - first) * sizeof *wider);
    if (!wider)
        return false;
    for (int32_t i = 0; i < tally->count; i++)
        wider[tally->first - first + i] = tally->months[i];
    tally->first = first;
    tally->count = end - first;
    tally->months = wider;
    return true;
}

static bool note_moved(struct tally *tally, struct arena *arena, int32_t month)
{
    for (const struct tally_month *moved = tally->moved; moved; moved = moved->next)
        if (moved->month == month)
            return true;
    struct tally_month *made = arena_take(arena, sizeof *made);
    if (!made)
        return false;
    *made = (struct tally_month){tally->moved, month};
    tally->moved = made;
    return true;
}

bool tally_add(struct tally *tally, struct arena *arena, int32_t month, int64_t points)
{
    if (!reach(tally, arena, month) || !note_moved(tally, arena, month))
        return false;
    tally->months[month - tally->first] += (int32_t)points;
    tally->points += points;
    return true;
}

void tally_write(const struct tally *tally, struct buffer *out)
{
    uint32_t length = htobe32((uint32_t)tally->count * sizeof(uint32_t));
    buffer_add(out, &length, sizeof length);
    for (int32_t i = 0; i < tally->count; i++) {
        uint32_t big = htobe32((uint32_t)tally->months[i]);
        buffer_add(out, &big, sizeof big);
    }
}

/* How many months a period of the kind has; all of them: 0. */
static const int32_t lengths[] = {[PERIOD_ALL] = 0, [PERIOD_YEAR] = 12, [PERIOD_QUARTER] = 3, [PERIOD_MONTH] = 1};

int64_t tally_sum(const struct tally *tally, enum period_kind kind, int32_t month, char ret_name[static TALLY_NAME])
{
    int32_t length = lengths[kind], year = month / 12;
    if (kind == PERIOD_ALL)
        snprintf(ret_name, TALLY_NAME, "all");
    else if (kind == PERIOD_YEAR)
        snprintf(ret_name, TALLY_NAME, "%04d", year);
    else if (kind == PERIOD_QUARTER)
        snprintf(ret_name, TALLY_NAME, "%04dQ%d", year, month % 12 / 3 + 1);
    else
        snprintf(ret_name, TALLY_NAME, "%04d-%02d", year, month % 12 + 1);
    if (length == 0)
        return tally->points;
    int64_t sum = 0;
    for (int32_t i = month - month % length; i < month - month % length + length; i++)
        if (i >= tally->first && i < tally->first + tally->count)
            sum += tally->months[i - tally->first];
    return sum;
}

bool tally_told(const struct tally *tally, enum period_kind kind, const struct tally_month *moved)
{
    int32_t length = lengths[kind];
    for (const struct tally_month *later = tally->moved; later != moved; later = later->next)
        if (length == 0 || later->month / length == moved->month / length)
            return true;
    return false;
}
