/* The headers that commands are asked by.  SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/headers.h"

static void keys(void **state)
{
    static const char *const good[] = {"a", "\"a\"", "3f2a-77", "x/y:z+=~!",
                                       "0123456789012345678901234567890123456789012345678901234567890123"};
    static const char *const bad[] = {"", "\"\"", "a b", "a\"b", "\"a", "a\\b", "\x7f", "\xe5\x85\x9a",
                                      "01234567890123456789012345678901234567890123456789012345678901234"};
    struct slice key;
    struct problem problem;
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        problem_none(&problem);
        assert_true(headers_key(slice_of(good[i]), &key, &problem));
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        problem_none(&problem);
        assert_false(headers_key(slice_of(bad[i]), &key, &problem));
        assert_int_equal(problem.code, PROBLEM_bad_header);
    }
    problem_none(&problem);
    assert_true(headers_key(SLICE("\"abc\""), &key, &problem));
    assert_true(slice_equal(key, SLICE("abc")));
    assert_true(headers_key((struct slice){NULL, 0}, &key, &problem));
    assert_null(key.at);
}

static void preferences(void **state)
{
    static const struct {
        const char *prefer;
        int64_t wait;
    } cases[] = {{"wait=5", 5},
                 {"respond-async", 0},
                 {"respond-async, wait=10", 10},
                 {"return=minimal", -1},
                 {"WAIT = 7 ;x", 7},
                 {"wait=-1", -1},
                 {"wait=a", -1},
                 {"wait", -1},
                 {"wait=3, wait=9", 3},
                 {"", -1},
                 {",,;=", -1}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(headers_wait(slice_of(cases[i].prefer)), cases[i].wait);
    assert_int_equal(headers_wait((struct slice){NULL, 0}), -1);
}

static void media(void **state)
{
    struct slice json = SLICE("application/json");
    (void)state;
    assert_true(headers_media_is(SLICE("application/json"), json));
    assert_true(headers_media_is(SLICE("Application/JSON; charset=UTF-8"), json));
    assert_true(headers_media_is(SLICE("application/json;charset=\"utf-8\""), json));
    assert_false(headers_media_is(SLICE("application/json; charset=gbk"), json));
    assert_false(headers_media_is(SLICE("application/jsonp"), json));
    assert_false(headers_media_is(SLICE("text/plain"), json));
    assert_false(headers_media_is(SLICE(""), json));
    assert_false(headers_media_is((struct slice){NULL, 0}, json));
}

static void bearers(void **state)
{
    struct slice token;
    (void)state;
    assert_true(headers_bearer(SLICE("Bearer x.y.z"), &token));
    assert_true(slice_equal(token, SLICE("x.y.z")));
    assert_true(headers_bearer(SLICE("bearer x"), &token));
    assert_false(headers_bearer(SLICE("Bearer "), &token));
    assert_false(headers_bearer(SLICE("Basic abc"), &token));
    assert_false(headers_bearer((struct slice){NULL, 0}, &token));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(keys), cmocka_unit_test(preferences), cmocka_unit_test(media),
                                       cmocka_unit_test(bearers)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
