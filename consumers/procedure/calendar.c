/* Days, working days and spans between them.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/procedure/calendar.h"

#include "process/clock.h"

enum { YEAR_DAYS = 366, SPANS_MOST = 1000 };

static int month_days(int64_t year, int64_t month)
{
    static const unsigned char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return month == 2 && leap ? 29 : days[month - 1];
}

static int32_t day_of(int64_t year, int64_t month, int64_t day)
{
    return clock_day(clock_date_start((int)year, (int)month, (int)day));
}

/* Marks the days of a list as worked or not. */
static bool mark(unsigned char *worked, int64_t year, const int64_t *days, size_t count, bool work,
                 struct problem *problem)
{
    for (size_t i = 0; i < count; i++) {
        if (clock_date(clock_day_start((int32_t)days[i])).year != year) {
            problem_say(problem, PROBLEM_invalid, "This is no day of the year %d", "不是 %d 年的日期", (int)year);
            problem_under_index(problem, i);
            return problem_under(problem, work ? SLICE("workdays") : SLICE("holidays"));
        }
        worked[days[i] - day_of(year, 1, 1)] = work;
    }
    return true;
}

bool calendar_of(const struct working_calendar *years, size_t count, struct arena *arena, struct calendar *ret_calendar,
                 struct problem *problem)
{
    *ret_calendar = (struct calendar){arena_take(arena, (count + 1) * sizeof *ret_calendar->years), count};
    if (!ret_calendar->years)
        return false;
    for (size_t i = 0; i < count; i++) {
        int64_t year = years[i].year;
        unsigned char *worked = arena_take(arena, YEAR_DAYS);
        if (!worked)
            return false;
        for (int32_t day = day_of(year, 1, 1), n = 0; n < YEAR_DAYS; n++)
            worked[n] = clock_date(clock_day_start(day + n)).weekday <= 5;
        if (!mark(worked, year, years[i].holidays.at, years[i].holidays.count, false, problem) ||
            !mark(worked, year, years[i].workdays.at, years[i].workdays.count, true, problem))
            return false;
        ret_calendar->years[i] = (struct calendar_year){year, worked};
    }
    return true;
}

bool calendar_worked(const struct calendar *calendar, int32_t day, bool *provisional)
{
    struct date date = clock_date(clock_day_start(day));
    for (size_t i = calendar->count; i-- > 0;)
        if (calendar->years[i].year == date.year)
            return calendar->years[i].worked[day - day_of(date.year, 1, 1)];
    *provisional = true;
    return date.weekday <= 5;
}

static int32_t add_months(int32_t from, int64_t months)
{
    struct date date = clock_date(clock_day_start(from));
    int64_t month = date.year * 12 + date.month - 1 + months, year = month / 12;
    month = month % 12 + 1;
    int last = month_days(year, month);
    return day_of(year, month, date.day < last ? date.day : last);
}

int32_t span_end(const struct calendar *calendar, int32_t from, const struct pack_span *span, int64_t times,
                 bool *provisional)
{
    int64_t count = span->count * times;
    if (span->unit == SPAN_MONTHS)
        return add_months(from, count);
    if (span->unit == SPAN_DAYS)
        return from + (int32_t)count;
    while (count > 0)
        count -= calendar_worked(calendar, ++from, provisional);
    return from;
}

int64_t span_count(const struct calendar *calendar, int32_t from, int32_t today, const struct pack_span *span,
                   bool *provisional)
{
    int64_t count = 0;
    while (count < SPANS_MOST && span_end(calendar, from, span, count + 1, provisional) <= today)
        count++;
    return count;
}
