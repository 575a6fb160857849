/* Days and spans by hand: ends of months, leap years, holidays with days that are worked instead.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/procedure/calendar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "process/clock.h"

static struct calendar calendar;
static struct arena *arena;

static int64_t day(const char *text)
{
    int32_t number = 0;
    assert_true(clock_day_parse(slice_of(text), &number));
    return number;
}

static int load(void **state)
{
    int64_t first = day("2026-10-01");
    int64_t holidays[] = {day("2026-09-25"), first, first + 1, first + 2, first + 3, first + 4, first + 5, first + 6};
    int64_t workdays[] = {day("2026-09-20"), day("2026-10-10")};
    struct working_calendar year = {.year = 2026, .version = 1, .holidays = {holidays, 8}, .workdays = {workdays, 2}};
    struct problem problem;
    (void)state;
    problem_none(&problem);
    arena = arena_new(1 << 16, 1 << 20);
    return !calendar_of(&year, 1, arena, &calendar, &problem);
}

static int forget(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static void is_full(const char *from, int64_t count, enum span_unit unit, const char *end, bool provisional)
{
    struct pack_span span = {count, unit};
    bool said = false;
    assert_int_equal(span_end(&calendar, (int32_t)day(from), &span, 1, &said), day(end));
    assert_int_equal(said, provisional);
}

static void months_clamp(void **state)
{
    (void)state;
    is_full("2026-01-31", 1, SPAN_MONTHS, "2026-02-28", false);
    is_full("2028-01-31", 1, SPAN_MONTHS, "2028-02-29", false);
    is_full("2028-02-29", 12, SPAN_MONTHS, "2029-02-28", false);
    is_full("2026-08-31", 6, SPAN_MONTHS, "2027-02-28", false);
    is_full("2026-12-15", 1, SPAN_MONTHS, "2027-01-15", false);
    is_full("2026-03-31", 0, SPAN_DAYS, "2026-03-31", false);
    is_full("2026-02-27", 3, SPAN_DAYS, "2026-03-02", false);
}

static void working_days_count(void **state)
{
    (void)state;
    is_full("2026-09-29", 5, SPAN_WORKING_DAYS, "2026-10-12", false); /* 30, 8, 9, and Saturday 10, which is worked */
    is_full("2026-09-18", 1, SPAN_WORKING_DAYS, "2026-09-20", false); /* a Sunday that is worked */
    is_full("2026-09-24", 1, SPAN_WORKING_DAYS, "2026-09-28", false);
    is_full("2026-12-31", 1, SPAN_WORKING_DAYS, "2027-01-01", true); /* nobody knows yet that it is off */
    is_full("2026-12-30", 1, SPAN_WORKING_DAYS, "2026-12-31", false);
}

static void spans_are_counted(void **state)
{
    struct pack_span half_year = {6, SPAN_MONTHS};
    bool provisional = false;
    (void)state;
    assert_int_equal(span_count(&calendar, (int32_t)day("2026-08-31"), (int32_t)day("2027-02-27"), &half_year, &provisional), 0);
    assert_int_equal(span_count(&calendar, (int32_t)day("2026-08-31"), (int32_t)day("2027-02-28"), &half_year, &provisional), 1);
    assert_int_equal(span_count(&calendar, (int32_t)day("2026-08-31"), (int32_t)day("2027-08-30"), &half_year, &provisional), 1);
    assert_int_equal(span_count(&calendar, (int32_t)day("2026-08-31"), (int32_t)day("2027-08-31"), &half_year, &provisional), 2);
    assert_false(provisional);
}

static void a_year_holds_its_own_days(void **state)
{
    int64_t foreign = day("2027-01-01");
    struct working_calendar year = {.year = 2026, .version = 1, .workdays = {&foreign, 1}};
    struct calendar none;
    struct problem problem;
    (void)state;
    problem_none(&problem);
    assert_false(calendar_of(&year, 1, arena, &none, &problem));
    assert_string_equal(problem.pointer, "/workdays/0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(months_clamp),      cmocka_unit_test(working_days_count),        cmocka_unit_test(spans_are_counted),
        cmocka_unit_test(a_year_holds_its_own_days),
    };
    return cmocka_run_group_tests(tests, load, forget);
}
