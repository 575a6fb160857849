/* One-time passwords against RFC 6238's own vectors.  SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/session_totp.h"

static const uint8_t secret[TOTP_SECRET] = {"12345678901234567890"};

/* Appendix B, SHA-1: eight digits there, of which six are ours. */
static const struct {
    int64_t seconds;
    uint32_t eight;
    const char *six;
} vectors[] = {{59, 94287082, "287082"},         {1111111109, 7081804, "081804"},  {1111111111, 14050471, "050471"},
               {1234567890, 89005924, "005924"}, {2000000000, 69279037, "279037"}, {20000000000, 65353130, "353130"}};

static void the_standards_vectors(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        int64_t step = vectors[i].seconds / 30;
        assert_int_equal(totp_code(secret, step), vectors[i].eight % 1000000);
        assert_int_equal(totp_step(secret, slice_of(vectors[i].six), vectors[i].seconds * 1000), step);
    }
}

static void one_step_aside_and_no_more(void **state)
{
    int64_t step = 1234567890 / 30;
    (void)state;
    for (int64_t off = -3; off <= 3; off++)
        assert_int_equal(totp_step(secret, SLICE("005924"), (step + off) * 30000), off >= -1 && off <= 1 ? step : -1);
}

static void what_is_no_code(void **state)
{
    static const char *const texts[] = {"", "28708", "2870820", "28708x", "+28708", "-87082", " 87082", "287083", "94287082"};
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_int_equal(totp_step(secret, slice_of(texts[i]), 59000), -1);
    assert_int_equal(totp_step(secret, SLICE("755224"), 0), 0); /* RFC 4226's first; no step before the first */
}

static void base32(void **state)
{
    char text[33] = "";
    (void)state;
    base32_put(text, (const uint8_t *)"foobarfoob", 10);
    assert_string_equal(text, "MZXW6YTBOJTG633C");
    base32_put(text, secret, sizeof secret);
    assert_string_equal(text, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_standards_vectors), cmocka_unit_test(one_step_aside_and_no_more),
                                       cmocka_unit_test(what_is_no_code), cmocka_unit_test(base32)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
