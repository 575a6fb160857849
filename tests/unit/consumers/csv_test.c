/* The CSV reader: cases from files, separators, encodings and ceilings.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/education/question_sheet.h"

#include "case_rows.h"

static void cases_give_what_is_written_beside_them(void **state)
{
    (void)state;
    case_run("csv", question_csv_read);
}

static void expect(const struct import_limits *limits, struct slice bytes, const char *wanted)
{
    struct buffer out = buffer_new(1 << 16);
    case_show(question_csv_read, limits, bytes, &out);
    buffer_add_byte(&out, '\0');
    assert_string_equal(out.at, wanted);
    buffer_free(&out);
}

static void separators_and_line_ends_do_not_matter(void **state)
{
    (void)state;
    static const char wanted[] = "2:1 truth 100\n  stem: a\n  true\n3:1 truth 100\n  stem: b\n  false\n";
    expect(&case_limits, SLICE("kind,stem,key\ntruth,a,true\ntruth,b,false\n"), wanted);
    expect(&case_limits, SLICE("kind;stem;key\r\ntruth;a;true\r\ntruth;b;false"), wanted);
    expect(&case_limits, SLICE("kind\tstem\tkey\rtruth\ta\ttrue\rtruth\tb\tfalse\r"), wanted);
    expect(&case_limits,
           SLICE("\"kind\",\"stem\",\"key\"\n\"truth\",\"a\",\"true\"\ntruth,\"b\",\"false\"\n"), wanted);
    expect(&case_limits, SLICE("sep=;\nkind;stem;key\ntruth;a;true\n"), "3:1 truth 100\n  stem: a\n  true\n");
}

static void encodings_give_the_same_question(void **state)
{
    (void)state;
    static const char wanted[] = "2:1 truth 100\n  stem: 党\n  true\n";
    expect(&case_limits, SLICE("题型,题干,答案\n判断,党,对\n"), wanted);
    expect(&case_limits, SLICE("\xef\xbb\xbf题型,题干,答案\n判断,党,对\n"), wanted);
    expect(&case_limits,
           SLICE("\xcc\xe2\xd0\xcd,\xcc\xe2\xb8\xc9,\xb4\xf0\xb0\xb8\n\xc5\xd0\xb6\xcf,\xb5\xb3,\xb6\xd4\n"),
           wanted);
    expect(&case_limits, SLICE("kind,stem,key\ntruth,\xff\xff,true\n"), "file file_encoding at 0:0\n");
}

static void ceilings_hold(void **state)
{
    (void)state;
    struct import_limits limits = case_limits;
    limits.table.columns = 3;
    expect(&limits, SLICE("kind,stem,key\ntruth,a,true,x\n"), "2:4 refused columns_many\n");
    expect(&limits, SLICE("kind,stem,key\ntruth,a,true,,,\n"), "2:1 truth 100\n  stem: a\n  true\n");
    limits.rows = 1;
    expect(&limits, SLICE("kind,stem,key\ntruth,a,true\n\ntruth,b,true\n"), "file rows_many at 4:0\n");
    limits.table.bytes = 8;
    expect(&limits, SLICE("kind,stem,key\n"), "file file_large at 0:0\n");
    expect(&case_limits, SLICE(""), "file header_missing at 1:0\n");
    expect(&case_limits, SLICE("kind,stem,key\n"), "file file_empty at 1:0\n");
}

static void an_arena_too_small_is_said_and_nothing_else(void **state)
{
    (void)state;
    struct slice bytes = SLICE(
        "kind,stem,options,key\nsingle,\"a \"\"b\"\"\",甲|乙,A\nblanks,a,x/y|z,\npairs,a,b=>c|d=>e,\n"
        "order,a,x|y,\nnumber,a,,3±0.1\n");
    for (size_t ceiling = 0; ceiling < 9000; ceiling += 7) {
        struct arena *arena = arena_new(16, ceiling);
        struct question_rows rows;
        struct file_error error;
        if (question_csv_read(bytes, &case_limits, arena, &rows, &error))
            assert_int_equal(rows.accepted, 5);
        else
            assert_int_equal(error.fault, FAULT_memory_ceiling);
        arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cases_give_what_is_written_beside_them),
        cmocka_unit_test(separators_and_line_ends_do_not_matter),
        cmocka_unit_test(encodings_give_the_same_question),
        cmocka_unit_test(ceilings_hold),
        cmocka_unit_test(an_arena_too_small_is_said_and_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
