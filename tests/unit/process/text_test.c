/* Text that any reader takes.  SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first */
#include <cmocka.h>

#include "process/text.h"

static void reads(struct slice text, size_t longest, struct slice expected)
{
    struct buffer buffer = buffer_new(1000);
    buffer_add_readable(&buffer, text, longest);
    assert_true(slice_equal(buffer_slice(&buffer), expected));
    assert_true(slice_points(buffer_slice(&buffer)) >= 0);
    buffer_free(&buffer);
}

static void made_readable(void **state)
{
    (void)state;
    reads(SLICE(""), 10, SLICE(""));
    reads(SLICE("as it is, 如此"), 100, SLICE("as it is, 如此"));
    reads(SLICE("a\0b\xff\xfe"), 100, SLICE("a?b??"));
    reads(SLICE("half \xe4\xb8"), 100, SLICE("half ??"));
    reads(SLICE("\xed\xa0\x80 \xc0\x80"), 100, SLICE("??? ??"));
    reads(SLICE("中文"), 5, SLICE("中"));
    reads(SLICE("abc"), 2, SLICE("ab"));
}

static void written_as_base64(void **state)
{
    static const char *const cases[][2] = {{"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="},
                                           {"\xff\xfe\xfd", "//79"}, {"\xfb\xef\xbe", "++++"}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buffer buffer = buffer_new(8);
        buffer_add_base64(&buffer, slice_of(cases[i][0]));
        assert_true(slice_equal(buffer_slice(&buffer), slice_of(cases[i][1])));
        buffer_free(&buffer);
    }
    struct buffer small = buffer_new(7);
    buffer_add_base64(&small, SLICE("foob"));
    assert_true(small.overflowed && small.length == 0);
    buffer_free(&small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(made_readable), cmocka_unit_test(written_as_base64)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
