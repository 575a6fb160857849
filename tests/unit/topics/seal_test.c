/* Sealed fields: opened only for their field and subject, old keys, broken texts.  SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first */
#include <cmocka.h>
#include <stdlib.h>
#include <unistd.h>

#include "topics/seal.h"

#define OLD "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"
#define NEW "f00102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"

static struct seal *seal_of(const char *keys)
{
    char path[] = "key-XXXXXX";
    struct problem problem;
    struct seal *seal;
    int fd = mkstemp(path);
    assert_int_equal(write(fd, keys, strlen(keys)), strlen(keys));
    close(fd);
    problem_none(&problem);
    assert_true(seal_new(path, &seal, &problem));
    unlink(path);
    return seal;
}

static bool shows(struct seal *seal, struct id subject, const char *field, struct slice sealed, const char *plain)
{
    struct buffer shown = buffer_new(100000);
    struct problem problem;
    problem_none(&problem);
    bool well = seal_show(seal, subject, field, sealed, &shown, &problem);
    bool same = well && slice_equal(buffer_slice(&shown), slice_of(plain));
    assert_true(well || (problem.code == PROBLEM_bad_seal && shown.length == 0));
    buffer_free(&shown);
    return same;
}

static void there_and_back(void **state)
{
    (void)state;
    struct seal *seal = seal_of(OLD);
    struct id subject = {{1}}, other = {{2}};
    static const char *const plains[] = {"", "a", "张三", "13800138000", "a longer text than one block of the cipher"};
    for (size_t i = 0; i < sizeof plains / sizeof plains[0]; i++) {
        struct buffer sealed = buffer_new(100000), again = buffer_new(100000);
        seal_hide(seal, subject, "name", slice_of(plains[i]), &sealed);
        seal_hide(seal, subject, "name", slice_of(plains[i]), &again);
        assert_false(slice_equal(buffer_slice(&sealed), buffer_slice(&again)));
        assert_true(seal_is_sealed(buffer_slice(&sealed)));
        assert_true(shows(seal, subject, "name", buffer_slice(&sealed), plains[i]));
        assert_false(shows(seal, other, "name", buffer_slice(&sealed), plains[i]));
        assert_false(shows(seal, subject, "nam", buffer_slice(&sealed), plains[i]));
        for (size_t at = 0; at < sealed.length; at++) {
            sealed.at[at] ^= 1;
            assert_false(shows(seal, subject, "name", buffer_slice(&sealed), plains[i]));
            sealed.at[at] ^= 1;
            assert_false(shows(seal, subject, "name", (struct slice){sealed.at, at}, plains[i]));
        }
        buffer_free(&sealed);
        buffer_free(&again);
    }
    assert_false(seal_is_sealed(SLICE("v1|no")));
    seal_free(seal);
}

static void keys_turn(void **state)
{
    (void)state;
    struct seal *old = seal_of(OLD), *both = seal_of(NEW OLD), *newer = seal_of(NEW);
    struct buffer sealed = buffer_new(1000), fresh = buffer_new(1000);
    struct id subject = {{1}};
    uint8_t one[16], two[16];
    seal_hide(old, subject, "name", SLICE("x"), &sealed);
    seal_hide(both, subject, "name", SLICE("x"), &fresh);
    assert_true(shows(both, subject, "name", buffer_slice(&sealed), "x"));
    assert_true(shows(newer, subject, "name", buffer_slice(&fresh), "x"));
    assert_false(shows(newer, subject, "name", buffer_slice(&sealed), "x"));
    assert_false(shows(old, subject, "name", buffer_slice(&fresh), "x"));
    seal_index(old, "mobile", SLICE("13800138000"), one);
    seal_index(both, "mobile", SLICE("13800138000"), two);
    assert_memory_equal(one, two, 16);
    seal_index(both, "other", SLICE("13800138000"), two);
    assert_memory_not_equal(one, two, 16);
    assert_int_equal(seal_keys(both), 2);
    seal_index_under(both, 1, "mobile", SLICE("13800138000"), two);
    assert_memory_equal(one, two, 16);
    seal_index_under(both, 0, "mobile", SLICE("13800138000"), one);
    seal_index_under(newer, 0, "mobile", SLICE("13800138000"), two);
    assert_memory_equal(one, two, 16); /* what was indexed under the first key is found when the old one is gone */
    buffer_free(&sealed);
    buffer_free(&fresh);
    seal_free(old);
    seal_free(both);
    seal_free(newer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(there_and_back), cmocka_unit_test(keys_turn)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
