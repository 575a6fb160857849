/* A member's sums of points: of all time, and month by month, of which quarters and years are made. Pure.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "process/arena.h"
#include "sql/value.h"
#include "topics/messages.h"

/* A month that a batch moved, as 12 * year + month - 1. */
struct tally_month {
    struct tally_month *next;
    int32_t month;
};

struct tally {
    int64_t points, version;    /* hundredths; as stored, version 0: no row yet */
    int32_t first, count;       /* the month of months[0], and how many there are */
    int32_t *months;            /* hundredths, in the arena */
    struct tally_month *moved;  /* the latest first, none twice */
};

/* The month that a time is in. */
int32_t tally_month_of(int64_t time);

/* Reads the stored months, from `first` on; false when the arena is full. */
MUST bool tally_read(struct tally *tally, struct arena *arena, int32_t first, struct slice months);

/* Adds points to a month and to the whole; false when the arena is full. */
MUST bool tally_add(struct tally *tally, struct arena *arena, int32_t month, int64_t points);

/* Adds the months as they are stored, with their length first. */
void tally_write(const struct tally *tally, struct buffer *out);

/* Room for the name of a period with its zero. */
#define TALLY_NAME 24

/* Names the period of that kind that a month is in, and gives its sum. */
int64_t tally_sum(const struct tally *tally, enum period_kind kind, int32_t month, char ret_name[static TALLY_NAME]);

/* Whether a month moved later tells the same period's sum already, so that it need not be told of this one. */
bool tally_told(const struct tally *tally, enum period_kind kind, const struct tally_month *moved);
