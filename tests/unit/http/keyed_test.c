/* The keyed hash against the published vectors' shape, and numbers for ids.  SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/keyed.h"
#include "http/numbers.h"

/* SipHash-1-3 of the bytes 0, 1, 2 … under the key 00 01 … 0f, as in the Linux kernel's and Rust's tests. */
static void vectors(void **state)
{
    static const uint64_t known[] = {0xabac0158050fc4dc, 0xc9f49bf37d57ca93, 0x82cb9b024dc7d44d, 0x8bf80ab8e7ddf7fb,
                                     0xcf75576088d38328, 0xdef9d52f49533b67, 0xc50d2b50c59f22a7, 0xd3927d989bb11140,
                                     0x369095118d299a8e};
    struct keyed keyed = {{0x0706050403020100, 0x0f0e0d0c0b0a0908}};
    char bytes[16];
    (void)state;
    for (int i = 0; i < 16; i++)
        bytes[i] = (char)i;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        assert_int_equal(keyed_hash(&keyed, (struct slice){bytes, i}), known[i]);
}

static void numbers_in_order(void **state)
{
    struct numbers *numbers = numbers_new(5000);
    struct id ids[5000];
    (void)state;
    for (uint32_t i = 0; i < 5000; i++) {
        ids[i] = id_random();
        assert_int_equal(numbers_find(numbers, ids[i]), NUMBERS_NONE);
        assert_int_equal(numbers_give(numbers, ids[i]), i);
        assert_int_equal(numbers_give(numbers, ids[i]), i);
    }
    assert_int_equal(numbers_give(numbers, id_random()), NUMBERS_NONE);
    assert_int_equal(numbers_count(numbers), 5000);
    for (uint32_t i = 0; i < 5000; i++) {
        assert_int_equal(numbers_find(numbers, ids[i]), i);
        assert_true(id_equal(numbers_id(numbers, i), ids[i]));
    }
    numbers_free(numbers);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(vectors), cmocka_unit_test(numbers_in_order)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
