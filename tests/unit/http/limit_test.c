/* Paces: as many as said, then as fast as said.  SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/limit.h"

static void a_minutes_worth(void **state)
{
    struct pace pace = pace_of(60);
    _Atomic int64_t cell = 0;
    int64_t now = INT64_C(1000000000), wait = 0;
    (void)state;
    for (int i = 0; i < 60; i++)
        assert_true(pace_take(&cell, &pace, now, &wait));
    assert_false(pace_take(&cell, &pace, now, &wait));
    assert_int_equal(wait, 1000);
    assert_false(pace_has(&cell, &pace, now + 999999, &wait));
    assert_true(pace_has(&cell, &pace, now + 1000000, &wait));
    assert_true(pace_take(&cell, &pace, now + 1000000, &wait));
    assert_false(pace_take(&cell, &pace, now + 1000000, &wait));
}

static void a_quiet_hour_gives_no_more(void **state)
{
    struct pace pace = pace_of(10);
    _Atomic int64_t cell = 0;
    int64_t now = INT64_C(3600000000) * 5, wait, taken = 0;
    (void)state;
    while (pace_take(&cell, &pace, now, &wait))
        taken++;
    assert_int_equal(taken, 10);
}

static void guessing_is_slowed_by_name_and_place(void **state)
{
    struct limit *limit = limit_new();
    struct slice here = SLICE("10.0.0.1"), there = SLICE("10.0.0.2");
    int64_t now = 1000000, wait;
    int tries = 0;
    (void)state;
    while (limit_allows(limit, SLICE("m1"), here, now, &wait) && tries++ < 100)
        limit_failed(limit, SLICE("m1"), here, now);
    assert_int_equal(tries, 10);
    assert_true(limit_allows(limit, SLICE("m1"), there, now, &wait)); /* its owner elsewhere still may */
    assert_true(limit_allows(limit, SLICE("m2"), here, now, &wait));  /* and the others of the same hall */
    assert_true(limit_allows(limit, SLICE("m1"), here, now + 60000000, &wait));
    limit_free(limit);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_minutes_worth), cmocka_unit_test(a_quiet_hour_gives_no_more),
                                       cmocka_unit_test(guessing_is_slowed_by_name_and_place)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
