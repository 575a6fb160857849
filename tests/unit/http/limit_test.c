/* Paces: as many as said, then as fast as said.  SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "http/limit.h"
#include "process/config.h"

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

static const int64_t second = 1000000;

static void guessing_is_slowed_where_it_is_done(void **state)
{
    struct limit *limit = limit_new();
    struct slice here = SLICE("10.0.0.1"), there = SLICE("10.0.0.2"), stranger = {NULL, 0}, device = SLICE("0123456789abcdef");
    struct guess guess;
    int64_t now = 1000 * second, wait = 0;
    int tries = 0;
    (void)state;
    while (guess_begin(limit, SLICE("m1"), here, stranger, now, &guess, &wait) && tries++ < 100)
        guess_wrong(limit, &guess, now);
    assert_int_equal(tries, config->sign_in_tries);
    assert_int_equal(wait, config->sign_in_delay_ms);
    assert_true(guess_begin(limit, SLICE("m1"), there, stranger, now, &guess, &wait)); /* elsewhere */
    assert_true(guess_begin(limit, SLICE("m2"), here, stranger, now, &guess, &wait));  /* the same hall */
    assert_true(guess_begin(limit, SLICE("m1"), here, device, now, &guess, &wait));    /* its own device */
    /* each further one waits twice as long, and no longer than the ceiling */
    int64_t expected = config->sign_in_delay_ms;
    for (int i = 0; i < 20; i++) {
        assert_false(guess_begin(limit, SLICE("m1"), here, stranger, now, &guess, &wait));
        assert_int_equal(wait, expected);
        now += expected * 1000;
        assert_true(guess_begin(limit, SLICE("m1"), here, stranger, now, &guess, &wait));
        guess_wrong(limit, &guess, now);
        expected = expected * 2 < config->sign_in_delay_most_ms ? expected * 2 : config->sign_in_delay_most_ms;
    }
    assert_int_equal(expected, config->sign_in_delay_most_ms);
    /* right once, and all is forgotten; so it is after a long quiet */
    now += expected * 1000;
    assert_true(guess_begin(limit, SLICE("m1"), here, stranger, now, &guess, &wait));
    guess_right(&guess);
    for (int i = 0; i < config->sign_in_tries; i++)
        assert_true(guess_begin(limit, SLICE("m1"), here, stranger, now, &guess, &wait));
    assert_false(guess_begin(limit, SLICE("m1"), here, stranger, now, &guess, &wait));
    now += 3 * config->sign_in_delay_most_ms * 1000;
    for (int i = 0; i < config->sign_in_tries; i++)
        assert_true(guess_begin(limit, SLICE("m1"), here, stranger, now, &guess, &wait));
    limit_free(limit);
}

static void what_is_not_judged_does_not_count(void **state)
{
    struct limit *limit = limit_new();
    struct guess guess;
    int64_t now = 1000 * second, wait;
    (void)state;
    for (int i = 0; i < 100; i++) {
        assert_true(guess_begin(limit, SLICE("m1"), SLICE("::1"), (struct slice){NULL, 0}, now, &guess, &wait));
        guess_undone(&guess);
    }
    limit_free(limit);
}

/* A name guessed from everywhere has a pace of its own, and so has an address that guesses every name. */
static void names_and_addresses_have_their_pace(void **state)
{
    struct limit *limit = limit_new();
    struct slice stranger = {NULL, 0};
    struct guess guess;
    int64_t now = 1000 * second, wait = 0;
    (void)state;
    for (int turn = 0; turn < 2; turn++) {
        int64_t most = turn ? config->sign_in_address_per_minute : config->sign_in_name_per_minute, made = 0;
        for (; made <= most; made++) {
            char text[32];
            int length = snprintf(text, sizeof text, "10.0.%d.%d", (int)made / 250, (int)made % 250);
            struct slice one = {text, (size_t)length};
            if (!guess_begin(limit, turn ? one : SLICE("m1"), turn ? SLICE("::1") : one, stranger, now, &guess, &wait))
                break;
            guess_wrong(limit, &guess, now);
        }
        assert_int_equal(made, most);
        assert_true(wait > 0 && wait <= 60000);
        assert_true(guess_begin(limit, SLICE("m1"), SLICE("::1"), SLICE("its own device"), now, &guess, &wait));
    }
    limit_free(limit);
}

int main(void)
{
    config_load(0);
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_minutes_worth), cmocka_unit_test(a_quiet_hour_gives_no_more),
                                       cmocka_unit_test(guessing_is_slowed_where_it_is_done),
                                       cmocka_unit_test(what_is_not_judged_does_not_count),
                                       cmocka_unit_test(names_and_addresses_have_their_pace)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
