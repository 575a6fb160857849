/* The one clock of all programs, and how its times are written and reckoned in Shanghai.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdint.h>

#include "process/text.h"

/* Times are int64_t milliseconds since 1970-01-01T00:00:00Z unless a name says otherwise. */

/* Room for a time's text with its zero: "2026-11-24T15:04:05.678Z". */
#define CLOCK_TEXT 25

/* From now on the clock is shifted by the 8-byte native-endian number of milliseconds kept in the file at
 * `path`, re-read at every look; the file is made with 0 if missing. Test mode only. False when it cannot be
 * mapped. */
MUST bool clock_shift_by(const char *path);

/* Now. Safe in every thread. */
int64_t clock_now(void);

/* A steady count of microseconds for measuring spans; never shifted, not related to the time of day. */
int64_t clock_monotonic_us(void);

/* Writes the time as RFC 3339 in UTC with milliseconds; the year must be 0 to 9999. */
void clock_text(int64_t time, char ret_text[static CLOCK_TEXT]);

/* Appends the same text to a buffer, without quotes. */
void clock_add(struct buffer *buffer, int64_t time);

/* Reads RFC 3339 with 'T', seconds, up to three decimals and 'Z' or an offset (+08:00). Anything else is
 * false. */
MUST bool clock_parse(struct slice text, int64_t *ret_time);

/* Room for a calendar day's text with its zero: "2026-11-24". */
#define CLOCK_DAY_TEXT 11

/* Writes a day counted from 1970-01-01, which no zone moves; its year must be 0 to 9999. */
void clock_day_text(int32_t day, char ret_text[static CLOCK_DAY_TEXT]);

/* Reads what clock_day_text() writes, a day of the calendar; anything else is false. */
MUST bool clock_day_parse(struct slice text, int32_t *ret_day);

/* A date of the calendar in Shanghai (UTC+8 all the year; no time-zone files are read). */
struct date {
    int16_t year;
    int8_t quarter, month, day;   /* each from 1 */
    int8_t hour, minute, weekday; /* weekday 1 = Monday */
};

/* The date in Shanghai at that time. */
struct date clock_date(int64_t time);

/* Days since 1970-01-01 in Shanghai: one number a calendar day, for caps and keys. */
int32_t clock_day(int64_t time);

/* The first instant of that day in Shanghai. */
int64_t clock_day_start(int32_t day);

/* The first instant in Shanghai of year-month-day (month and day from 1; month 13 is next January). */
int64_t clock_date_start(int year, int month, int day);
