/* The GIFT reader: cases from files, and the ceilings.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/education/gift.h"

#include "case_rows.h"

static void cases_give_what_is_written_beside_them(void **state)
{
    (void)state;
    case_run("gift", gift_read);
}

static void expect(const struct import_limits *limits, struct slice bytes, const char *wanted)
{
    struct buffer out = buffer_new(1 << 16);
    case_show(gift_read, limits, bytes, &out);
    buffer_add_byte(&out, '\0');
    assert_string_equal(out.at, wanted);
    buffer_free(&out);
}

static void ceilings_hold(void **state)
{
    (void)state;
    struct import_limits limits = case_limits;
    limits.rows = 2;
    expect(&limits, SLICE("a{T}\n\nb{T}\n\nc{T}\n"), "file rows_many at 5:0\n");
    limits.table.bytes = 5;
    expect(&limits, SLICE("ab{T}\n"), "file file_large at 0:0\n");
    expect(&limits, SLICE("a{T}\n"), "1:1 truth 100\n  stem: a\n  true\n");
    expect(&limits, SLICE(""), "file file_empty at 0:0\n");
    expect(&limits, SLICE("//\n\n"), "file file_empty at 0:0\n");
}

static void an_arena_too_small_is_said_and_nothing_else(void **state)
{
    (void)state;
    static const char text[] = "::标题::题干[html]{~%50%甲#对 ~%50%乙 ~丙####解析}\n\n数{#3:1}\n\n填{=a "
                               "=%50%b}\n\n配{=a->b =c->d}\n";
    struct slice bytes = {text, sizeof text - 1};
    for (size_t ceiling = 0; ceiling < 9000; ceiling += 7) {
        struct arena *arena = arena_new(16, ceiling);
        struct question_rows rows;
        struct file_error error;
        if (gift_read(bytes, &case_limits, arena, &rows, &error))
            assert_int_equal(rows.accepted, 4);
        else
            assert_int_equal(error.fault, FAULT_memory_ceiling);
        arena_free(arena);
    }
}

static void encodings_give_the_same_question(void **state)
{
    (void)state;
    static const char wanted[] = "1:1 truth 100\n  stem: 党章\n  true\n";
    expect(&case_limits, SLICE("党章{T}"), wanted);
    expect(&case_limits, SLICE("\xef\xbb\xbf党章{T}"), wanted);
    expect(&case_limits, SLICE("\xb5\xb3\xd5\xc2{T}"), wanted);
    expect(&case_limits, SLICE("\xff\xfe\x5a\x51\xe0\x7a{\0T\0}\0"), wanted);
    expect(&case_limits, SLICE("\xfe\xff\x51\x5a\x7a\xe0\0{\0T\0}"), wanted);
    expect(&case_limits, SLICE("\xff\xff{T}"), "file file_encoding at 0:0\n");
    expect(&case_limits, SLICE("\xef\xbb\xbf\xff{T}"), "file file_encoding at 0:0\n");
    expect(&case_limits, SLICE("中国共产党章\xe7{T}"), "file file_encoding at 0:0\n");
    expect(&case_limits, SLICE("\xd6\xd0\xb9\xfa\xb9\xb2\xb2\xfa\xb5\xb3\xd5\xc2\xb3\xcc{T}"),
           "1:1 truth 100\n  stem: 中国共产党章程\n  true\n");
    expect(&case_limits, SLICE("a\0b{T}"), "1:1 refused text_control\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cases_give_what_is_written_beside_them),
        cmocka_unit_test(ceilings_hold),
        cmocka_unit_test(an_arena_too_small_is_said_and_nothing_else),
        cmocka_unit_test(encodings_give_the_same_question),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
