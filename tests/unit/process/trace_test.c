/* W3C Trace Context, by the cases of the standard.  SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first */
#include <cmocka.h>

#include "process/trace.h"

#define WHOLE "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

static void read_and_written(void **state)
{
    (void)state;
    struct trace trace;
    char text[TRACE_TEXT];
    assert_true(trace_parse(SLICE(WHOLE), &trace));
    trace_text(&trace, text);
    assert_string_equal(text, WHOLE);
    struct trace child = trace_child(&trace);
    assert_memory_equal(child.trace, trace.trace, 16);
    assert_memory_not_equal(child.span, trace.span, 8);
    assert_int_equal(child.flags, 1);
    struct trace none = {.flags = 0}, fresh = trace_child(&none), other = trace_new();
    assert_true(trace_is_none(&none));
    assert_false(trace_is_none(&fresh));
    assert_memory_not_equal(fresh.trace, other.trace, 16);
    trace_text(&fresh, text);
    assert_true(trace_parse(slice_of(text), &other));
    assert_memory_equal(&fresh, &other, sizeof fresh);
}

static void the_standards_cases(void **state)
{
    (void)state;
    static const char *const good[] = {
        "cc-12345678901234567890123456789012-1234567890123456-01",
        "cc-12345678901234567890123456789012-1234567890123456-01-what-the-future-will-be-like",
        "00-12345678901234567890123456789012-1234567890123456-ff",
    };
    static const char *const bad[] = {
        "",
        "00-12345678901234567890123456789012-1234567890123456-0",
        "00-12345678901234567890123456789012-1234567890123456-01-more",
        "00-12345678901234567890123456789012-1234567890123456-01.",
        "cc-12345678901234567890123456789012-1234567890123456-01.what",
        "ff-12345678901234567890123456789012-1234567890123456-01",
        "00-00000000000000000000000000000000-1234567890123456-01",
        "00-12345678901234567890123456789012-0000000000000000-01",
        "00-1234567890123456789012345678901A-1234567890123456-01",
        "00-12345678901234567890123456789012_1234567890123456-01",
        ".0-12345678901234567890123456789012-1234567890123456-01",
        "00-12345678901234567890123456789012-1234567890123456-.0",
        "00-1234567890123456789012345678901-11234567890123456-01",
    };
    struct trace trace;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        assert_true(trace_parse(slice_of(good[i]), &trace));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(trace_parse(slice_of(bad[i]), &trace));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(read_and_written), cmocka_unit_test(the_standards_cases)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
