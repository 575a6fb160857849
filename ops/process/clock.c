/* The one clock, RFC 3339, and the calendar of Shanghai.  SPDX-License-Identifier: Apache-2.0 */
#include "process/clock.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define DAY_MS      86400000
#define SHANGHAI_MS (8 * 3600000)

static _Atomic int64_t no_shift;
static _Atomic(_Atomic int64_t *) shift = &no_shift;

bool clock_shift_by(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (fd < 0)
        return false;
    void *page = MAP_FAILED;
    if (lseek(fd, 0, SEEK_END) >= 8 || ftruncate(fd, 8) == 0)
        page = mmap(NULL, 8, PROT_READ, MAP_SHARED, fd, 0);
    close(fd);
    if (page == MAP_FAILED)
        return false;
    atomic_store(&shift, (_Atomic int64_t *)page);
    return true;
}

int64_t clock_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000 +
           atomic_load_explicit(atomic_load_explicit(&shift, memory_order_acquire), memory_order_relaxed);
}

int64_t clock_monotonic_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int64_t floor_div(int64_t number, int64_t by)
{
    return number / by - (number % by < 0);
}

/* Days since 1970-01-01 of a date of the proleptic Gregorian calendar; month may be 13. */
static int64_t days_of(int64_t year, int month, int day)
{
    year += (month - 1) / 12;
    month = (month - 1) % 12 + 1;
    year -= month <= 2;
    int64_t era = floor_div(year, 400);
    int64_t of_era = year - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

/* The date of a day counted from 1970-01-01. */
static void date_of(int64_t days, int *ret_year, int *ret_month, int *ret_day)
{
    days += 719468;
    int64_t era = floor_div(days, 146097);
    int64_t of_era = days - era * 146097;
    int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
    int month = (int)((5 * of_year + 2) / 153);
    *ret_day = (int)(of_year - (153 * month + 2) / 5 + 1);
    *ret_month = month < 10 ? month + 3 : month - 9;
    *ret_year = (int)(year + era * 400 + (*ret_month <= 2));
}

static void put(char *at, int64_t number, int digits)
{
    while (digits--) {
        at[digits] = (char)('0' + number % 10);
        number /= 10;
    }
}

void clock_text(int64_t time, char ret_text[static CLOCK_TEXT])
{
    int year, month, day;
    int64_t days = floor_div(time, DAY_MS), rest = time - days * DAY_MS;
    date_of(days, &year, &month, &day);
    memcpy(ret_text, "0000-00-00T00:00:00.000Z", CLOCK_TEXT);
    put(ret_text, year, 4);
    put(ret_text + 5, month, 2);
    put(ret_text + 8, day, 2);
    put(ret_text + 11, rest / 3600000, 2);
    put(ret_text + 14, rest / 60000 % 60, 2);
    put(ret_text + 17, rest / 1000 % 60, 2);
    put(ret_text + 20, rest % 1000, 3);
}

void clock_add(struct buffer *buffer, int64_t time)
{
    char text[CLOCK_TEXT];
    clock_text(time, text);
    buffer_add(buffer, text, CLOCK_TEXT - 1);
}

/* Takes exactly `digits` digits from the front of the text. */
static bool take_digits(struct slice *text, int digits, int *ret_number)
{
    int number = 0;
    if (text->length < (size_t)digits)
        return false;
    for (int i = 0; i < digits; i++) {
        if (text->at[i] < '0' || text->at[i] > '9')
            return false;
        number = number * 10 + (text->at[i] - '0');
    }
    *text = (struct slice){text->at + digits, text->length - (size_t)digits};
    *ret_number = number;
    return true;
}

static bool take_byte(struct slice *text, char byte)
{
    if (text->length == 0 || text->at[0] != byte)
        return false;
    *text = (struct slice){text->at + 1, text->length - 1};
    return true;
}

/* ".5" is 500 milliseconds; nothing is none. */
static bool take_fraction(struct slice *text, int *ret_ms)
{
    int ms = 0, digits = 0, digit;
    if (take_byte(text, '.')) {
        while (digits < 3 && take_digits(text, 1, &digit)) {
            ms = ms * 10 + digit;
            digits++;
        }
        if (digits == 0)
            return false;
        for (; digits < 3; digits++)
            ms *= 10;
    }
    *ret_ms = ms;
    return true;
}

/* "Z" or "+08:00": minutes east. */
static bool take_zone(struct slice *text, int *ret_minutes)
{
    int hours, minutes, sign = 1;
    if (take_byte(text, 'Z')) {
        *ret_minutes = 0;
        return true;
    }
    if (take_byte(text, '-'))
        sign = -1;
    else if (!take_byte(text, '+'))
        return false;
    if (!take_digits(text, 2, &hours) || !take_byte(text, ':') || !take_digits(text, 2, &minutes) || hours > 23 ||
        minutes > 59)
        return false;
    *ret_minutes = sign * (hours * 60 + minutes);
    return true;
}

static int month_days(int year, int month)
{
    return (int)(days_of(year, month + 1, 1) - days_of(year, month, 1));
}

/* "2026-11-24", a day of the calendar: its number from 1970. */
static bool take_date(struct slice *text, int64_t *ret_days)
{
    int year, month, day;
    if (!take_digits(text, 4, &year) || !take_byte(text, '-') || !take_digits(text, 2, &month) ||
        !take_byte(text, '-') || !take_digits(text, 2, &day))
        return false;
    if (month < 1 || month > 12 || day < 1 || day > month_days(year, month))
        return false;
    *ret_days = days_of(year, month, day);
    return true;
}

/* "15:04:05.678": milliseconds of the day. */
static bool take_time(struct slice *text, int64_t *ret_ms)
{
    int hour, minute, second, ms;
    if (!take_digits(text, 2, &hour) || !take_byte(text, ':') || !take_digits(text, 2, &minute) ||
        !take_byte(text, ':') || !take_digits(text, 2, &second) || !take_fraction(text, &ms))
        return false;
    if (hour > 23 || minute > 59 || second > 59)
        return false;
    *ret_ms = ((hour * 60 + minute) * 60 + second) * INT64_C(1000) + ms;
    return true;
}

bool clock_parse(struct slice text, int64_t *ret_time)
{
    int64_t days, ms;
    int east;
    if (!take_date(&text, &days) || !take_byte(&text, 'T') || !take_time(&text, &ms) || !take_zone(&text, &east) ||
        text.length)
        return false;
    int64_t time = days * DAY_MS + ms - east * INT64_C(60000);
    if (time < days_of(0, 1, 1) * DAY_MS || time >= days_of(10000, 1, 1) * DAY_MS)
        return false; /* the offset leads out of what four digits can say */
    *ret_time = time;
    return true;
}

void clock_day_text(int32_t day, char ret_text[static CLOCK_DAY_TEXT])
{
    int year, month, of_month;
    date_of(day, &year, &month, &of_month);
    memcpy(ret_text, "0000-00-00", CLOCK_DAY_TEXT);
    put(ret_text, year, 4);
    put(ret_text + 5, month, 2);
    put(ret_text + 8, of_month, 2);
}

bool clock_day_parse(struct slice text, int32_t *ret_day)
{
    int64_t days;
    if (!take_date(&text, &days) || text.length)
        return false;
    *ret_day = (int32_t)days;
    return true;
}

struct date clock_date(int64_t time)
{
    int year, month, day;
    int64_t local = time + SHANGHAI_MS, days = floor_div(local, DAY_MS), rest = local - days * DAY_MS;
    date_of(days, &year, &month, &day);
    return (struct date){
        .year = (int16_t)year,
        .quarter = (int8_t)((month + 2) / 3),
        .month = (int8_t)month,
        .day = (int8_t)day,
        .hour = (int8_t)(rest / 3600000),
        .minute = (int8_t)(rest / 60000 % 60),
        .weekday = (int8_t)((days % 7 + 10) % 7 + 1),
    };
}

int32_t clock_day(int64_t time)
{
    return (int32_t)floor_div(time + SHANGHAI_MS, DAY_MS);
}

int64_t clock_day_start(int32_t day)
{
    return (int64_t)day * DAY_MS - SHANGHAI_MS;
}

int64_t clock_date_start(int year, int month, int day)
{
    return days_of(year, month, day) * DAY_MS - SHANGHAI_MS;
}
