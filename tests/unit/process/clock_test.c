/* The clock: RFC 3339 both ways, the calendar of Shanghai, the shifted clock.  SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first */
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "process/clock.h"

static void text_and_back(void **state)
{
    (void)state;
    static const struct {
        int64_t time;
        const char *text;
    } cases[] = {
        {0, "1970-01-01T00:00:00.000Z"},
        {951782399999, "2000-02-28T23:59:59.999Z"},
        {951782400000, "2000-02-29T00:00:00.000Z"},
        {1764000000123, "2025-11-24T16:00:00.123Z"},
        {-1, "1969-12-31T23:59:59.999Z"},
        {4107542399000, "2100-02-28T23:59:59.000Z"},
        {253402300799999, "9999-12-31T23:59:59.999Z"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[CLOCK_TEXT];
        int64_t time = 1;
        clock_text(cases[i].time, text);
        assert_string_equal(text, cases[i].text);
        assert_true(clock_parse(slice_of(text), &time));
        assert_int_equal(time, cases[i].time);
    }
}

static void as_the_library_says(void **state)
{
    (void)state;
    for (int64_t second = -3000000000; second < 9000000000; second += 86399 * 13) {
        char text[CLOCK_TEXT], other[32];
        time_t time = (time_t)second;
        struct tm tm;
        strftime(other, sizeof other, "%Y-%m-%dT%H:%M:%S.000Z", gmtime_r(&time, &tm));
        clock_text(second * 1000, text);
        assert_string_equal(text, other);
        time += 8 * 3600;
        gmtime_r(&time, &tm);
        struct date date = clock_date(second * 1000);
        assert_int_equal(date.year, tm.tm_year + 1900);
        assert_int_equal(date.month, tm.tm_mon + 1);
        assert_int_equal(date.quarter, tm.tm_mon / 3 + 1);
        assert_int_equal(date.day, tm.tm_mday);
        assert_int_equal(date.hour, tm.tm_hour);
        assert_int_equal(date.weekday, tm.tm_wday == 0 ? 7 : tm.tm_wday);
        assert_int_equal(clock_date_start(date.year, date.month, date.day), clock_day_start(clock_day(second * 1000)));
    }
    assert_int_equal(clock_date_start(2026, 13, 1), clock_date_start(2027, 1, 1));
}

static void other_forms(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t time;
    } good[] = {
        {"1970-01-01T00:00:00Z", 0},           {"1970-01-01T08:00:00+08:00", 0},        {"1970-01-01T00:00:00.5Z", 500},
        {"1969-12-31T19:00:00.25-05:00", 250}, {"2024-02-29T00:00:00Z", 1709164800000},
    };
    static const char *const bad[] = {
        "",
        "1970-01-01",
        "1970-01-01 00:00:00Z",
        "1970-01-01T00:00:00",
        "1970-01-01T00:00:00z",
        "1970-13-01T00:00:00Z",
        "1970-00-01T00:00:00Z",
        "1970-02-29T00:00:00Z",
        "1970-01-32T00:00:00Z",
        "1970-01-01T24:00:00Z",
        "1970-01-01T00:60:00Z",
        "1970-01-01T00:00:60Z",
        "1970-01-01T00:00:00.Z",
        "1970-01-01T00:00:00.1234Z",
        "1970-01-01T00:00:00+0800",
        "1970-01-01T00:00:00+24:00",
        "1970-01-01T00:00:00Z ",
        "+970-01-01T00:00:00Z",
        "2023-02-29T00:00:00Z",
        "2100-02-29T00:00:00Z",
    };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        int64_t time = -7;
        assert_true(clock_parse(slice_of(good[i].text), &time));
        assert_int_equal(time, good[i].time);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        int64_t time = -7;
        assert_false(clock_parse(slice_of(bad[i]), &time));
        assert_int_equal(time, -7);
    }
}

static void days_of_the_calendar(void **state)
{
    (void)state;
    static const char *const bad[] = {"",           "2026-11-2",   "2026-11-240", "2026-13-01", "2026-00-10", "2026-04-31",
                                      "2023-02-29", "2026/11/24",  " 2026-11-24", "2026-11-24T00:00:00Z"};
    for (int32_t day = -719528; day < 2932896; day += 37) { /* the years 0 to 9999 */
        char text[CLOCK_DAY_TEXT], other[64];
        int32_t again = 1;
        time_t time = (time_t)day * 86400;
        struct tm tm;
        gmtime_r(&time, &tm);
        snprintf(other, sizeof other, "%04d-%02d-%02d", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
        clock_day_text(day, text);
        assert_string_equal(text, other);
        assert_true(clock_day_parse(slice_of(text), &again));
        assert_int_equal(again, day);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        int32_t day = -7;
        assert_false(clock_day_parse(slice_of(bad[i]), &day));
        assert_int_equal(day, -7);
    }
}

static void a_file_turns_it(void **state)
{
    (void)state;
    char path[] = "clock-XXXXXX";
    int fd = mkstemp(path);
    int64_t before = clock_now(), day = 86400000;
    assert_true(fd >= 0);
    assert_true(clock_shift_by(path));
    assert_in_range(clock_now() - before, 0, 5000);
    assert_int_equal(pwrite(fd, &day, sizeof day, 0), sizeof day);
    assert_in_range(clock_now() - before - day, 0, 5000);
    close(fd);
    unlink(path);
    assert_false(clock_shift_by("/nowhere/at/all"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_and_back),
        cmocka_unit_test(as_the_library_says),
        cmocka_unit_test(other_forms),
        cmocka_unit_test(days_of_the_calendar),
        cmocka_unit_test(a_file_turns_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
