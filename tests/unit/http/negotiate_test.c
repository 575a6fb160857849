/* Which coding, whether he has it, which part, on what device.  SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants those first */
#include <cmocka.h>

#include "http/negotiate.h"

enum { BOTH = 1 << CODING_BR | 1 << CODING_GZIP | 1 << CODING_IDENTITY, PLAIN = 1 << CODING_IDENTITY };

static enum coding coding(const char *asked, unsigned offered)
{
    return negotiate_coding(slice_of(asked), offered);
}

static void test_codings(void **state)
{
    (void)state;
    assert_int_equal(coding(NULL, BOTH), CODING_IDENTITY);
    assert_int_equal(coding("", BOTH), CODING_IDENTITY);
    assert_int_equal(coding("gzip, deflate, br, zstd", BOTH), CODING_BR);
    assert_int_equal(coding("GZIP", BOTH), CODING_GZIP);
    assert_int_equal(coding("gzip;q=1.0, br;q=0.999", BOTH), CODING_GZIP);
    assert_int_equal(coding("br;q=0, gzip;q=0", BOTH), CODING_IDENTITY);
    assert_int_equal(coding("*", BOTH), CODING_BR);
    assert_int_equal(coding("*, br;q=0", BOTH), CODING_GZIP);
    assert_int_equal(coding("identity, br;q=0.5", BOTH), CODING_IDENTITY);
    assert_int_equal(coding("br", PLAIN), CODING_IDENTITY);
    assert_int_equal(coding("br;q=1.001", BOTH), CODING_IDENTITY);
    assert_int_equal(coding("br;q=0.0001", BOTH), CODING_IDENTITY);
    assert_int_equal(coding("br;x=1", BOTH), CODING_IDENTITY);
    assert_int_equal(coding(" , ,br ; q=0.1 ,", BOTH), CODING_BR);
}

static void test_tags(void **state)
{
    (void)state;
    struct slice tag = SLICE("\"abc.br\"");
    assert_true(negotiate_has(SLICE("\"abc.br\""), tag));
    assert_true(negotiate_has(SLICE("\"x\", W/\"abc.br\""), tag));
    assert_true(negotiate_has(SLICE("*"), tag));
    assert_false(negotiate_has(SLICE("\"abc\""), tag));
    assert_false(negotiate_has(SLICE("abc.br"), tag));
    assert_false(negotiate_has(slice_of(NULL), tag));
}

static void part(const char *range, size_t size, enum part_asked asked, size_t first, size_t length)
{
    struct part found = {0, 0};
    assert_int_equal(negotiate_part(slice_of(range), size, &found), asked);
    if (asked == PART_ONE) {
        assert_int_equal(found.first, first);
        assert_int_equal(found.length, length);
    }
}

static void test_parts(void **state)
{
    (void)state;
    part(NULL, 10, PART_NONE, 0, 0);
    part("bytes=0-0", 10, PART_ONE, 0, 1);
    part("bytes=2-", 10, PART_ONE, 2, 8);
    part("bytes=2-99", 10, PART_ONE, 2, 8);
    part("bytes=-3", 10, PART_ONE, 7, 3);
    part("bytes=-30", 10, PART_ONE, 0, 10);
    part("Bytes= 1-2 ", 10, PART_ONE, 1, 2);
    part("bytes=10-", 10, PART_BEYOND, 0, 0);
    part("bytes=-0", 10, PART_BEYOND, 0, 0);
    part("bytes=-1", 0, PART_BEYOND, 0, 0);
    part("bytes=0-1,3-4", 10, PART_NONE, 0, 0);
    part("bytes=5-2", 10, PART_NONE, 0, 0);
    part("bytes=--2", 10, PART_NONE, 0, 0);
    part("bytes=a-2", 10, PART_NONE, 0, 0);
    part("bytes=-", 10, PART_NONE, 0, 0);
    part("bytes=3", 10, PART_NONE, 0, 0);
    part("rows=0-1", 10, PART_NONE, 0, 0);
    part("bytes=0-9999999999999999999", 10, PART_NONE, 0, 0);
}

static void test_devices(void **state)
{
    (void)state;
    struct slice none = {NULL, 0};
    assert_true(negotiate_hand_held(SLICE("?1"), none));
    assert_false(negotiate_hand_held(SLICE("?0"), SLICE("Mozilla/5.0 (Linux; Android 13) Mobile")));
    assert_true(negotiate_hand_held(none, SLICE("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Mobile/15E148")));
    assert_true(negotiate_hand_held(none, SLICE("Mozilla/5.0 (Linux; Android 13) MicroMessenger/8.0")));
    assert_false(negotiate_hand_held(none, SLICE("Mozilla/5.0 (Windows NT 10.0) MicroMessenger/7.0 WindowsWechat")));
    assert_false(negotiate_hand_held(none, SLICE("Mozilla/5.0 (X11; Linux x86_64) Chrome/130")));
    assert_false(negotiate_hand_held(none, none));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_codings), cmocka_unit_test(test_tags),
                                       cmocka_unit_test(test_parts), cmocka_unit_test(test_devices)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
