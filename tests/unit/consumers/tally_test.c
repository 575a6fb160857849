/* A member's sums against a plain table of months, in whatever order the months come.  SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "consumers/points/tally.h"

enum { FIRST_YEAR = 2024, MONTHS = 48 };

static int64_t sum_of(const int64_t *months, int first, int length)
{
    int64_t sum = 0;
    for (int i = 0; i < length; i++)
        sum += months[first + i];
    return sum;
}

/* The tally agrees with the table about every period of that month. */
static void agrees(const struct tally *tally, const int64_t *months, int month)
{
    char name[TALLY_NAME], expected[TALLY_NAME];
    int year = FIRST_YEAR + month / 12;
    int32_t at = FIRST_YEAR * 12 + month;
    assert_int_equal(tally_sum(tally, PERIOD_ALL, at, name), sum_of(months, 0, MONTHS));
    assert_string_equal(name, "all");
    assert_int_equal(tally_sum(tally, PERIOD_YEAR, at, name), sum_of(months, month - month % 12, 12));
    snprintf(expected, sizeof expected, "%d", year);
    assert_string_equal(name, expected);
    assert_int_equal(tally_sum(tally, PERIOD_QUARTER, at, name), sum_of(months, month - month % 3, 3));
    snprintf(expected, sizeof expected, "%dQ%d", year, month % 12 / 3 + 1);
    assert_string_equal(name, expected);
    assert_int_equal(tally_sum(tally, PERIOD_MONTH, at, name), months[month]);
    snprintf(expected, sizeof expected, "%d-%02d", year, month % 12 + 1);
    assert_string_equal(name, expected);
}

/* Writes and reads back, as between two batches. */
static void store_and_fetch(struct tally *tally, struct arena *arena)
{
    struct buffer stored = buffer_new(4096);
    struct tally again = {.points = tally->points, .version = tally->version + 1};
    tally_write(tally, &stored);
    assert_false(stored.overflowed);
    assert_true(tally_read(&again, arena, tally->first, (struct slice){stored.at + 4, stored.length - 4}));
    assert_int_equal(again.count, tally->count);
    *tally = again;
    buffer_free(&stored);
}

static void random_histories(void **state)
{
    (void)state;
    for (unsigned seed = 0; seed < 200; seed++) {
        struct arena *arena = arena_new(65536, 1 << 20);
        struct tally tally = {.points = 0};
        int64_t months[MONTHS] = {0};
        srand(seed);
        for (int step = 0; step < 60; step++) {
            int month = rand() % MONTHS, points = rand() % 2000 - 500;
            months[month] += points;
            assert_true(tally_add(&tally, arena, FIRST_YEAR * 12 + month, points));
            agrees(&tally, months, month);
            agrees(&tally, months, rand() % MONTHS);
            if (rand() % 4 == 0)
                store_and_fetch(&tally, arena);
        }
        arena_free(arena);
    }
}

/* Of months moved in one batch each period is told once: all time with the latest, a quarter with its latest month. */
static void told_once(void **state)
{
    (void)state;
    struct arena *arena = arena_new(65536, 1 << 20);
    struct tally tally = {.points = 0};
    static const int moved[] = {2026 * 12 + 9, 2026 * 12 + 10, 2026 * 12 + 9, 2026 * 12 + 3, 2025 * 12 + 11};
    int told[4] = {0};
    for (size_t i = 0; i < sizeof moved / sizeof *moved; i++)
        assert_true(tally_add(&tally, arena, moved[i], 100));
    for (const struct tally_month *month = tally.moved; month; month = month->next)
        for (int kind = PERIOD_ALL; kind <= PERIOD_MONTH; kind++)
            told[kind] += !tally_told(&tally, (enum period_kind)kind, month);
    assert_int_equal(told[PERIOD_ALL], 1);
    assert_int_equal(told[PERIOD_YEAR], 2);
    assert_int_equal(told[PERIOD_QUARTER], 3);
    assert_int_equal(told[PERIOD_MONTH], 4);
    arena_free(arena);
}

/* The turn of the year and of the month is Shanghai's. */
static void months_in_shanghai(void **state)
{
    (void)state;
    assert_int_equal(tally_month_of(1798732799999), 2026 * 12 + 11); /* 2026-12-31T23:59:59.999+08:00 */
    assert_int_equal(tally_month_of(1798732800000), 2027 * 12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_histories),
        cmocka_unit_test(told_once),
        cmocka_unit_test(months_in_shanghai),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
