/* Values of an import's rows, as spreadsheets write them.  SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first */
#include <cmocka.h>

#include "consumers/data/import_values.h"

enum { TODAY = 20787 }; /* 2026-11-30 */

static const struct {
    enum import_field field;
    const char *text, *value; /* NULL: refused */
    enum fault fault;
} rows[] = {
    {IMPORT_BIRTH_DATE, "1980-05-01", "1980-05-01", FAULT_none},
    {IMPORT_BIRTH_DATE, "1980/5/1", "1980-05-01", FAULT_none},
    {IMPORT_BIRTH_DATE, "1980.5", "1980-05", FAULT_none},
    {IMPORT_BIRTH_DATE, "1980年5月1日", "1980-05-01", FAULT_none},
    {IMPORT_BIRTH_DATE, "１９８０年５月", "1980-05", FAULT_none},
    {IMPORT_BIRTH_DATE, "19800501", "1980-05-01", FAULT_none},
    {IMPORT_BIRTH_DATE, "198005", "1980-05", FAULT_none},
    {IMPORT_BIRTH_DATE, "1980", "1980", FAULT_none},
    {IMPORT_BIRTH_DATE, "29342", "1980-05-01", FAULT_none}, /* as a workbook counts days */
    {IMPORT_BIRTH_DATE, "1980-05-01 00:00:00", "1980-05-01", FAULT_none},
    {IMPORT_BIRTH_DATE, "1980-02-30", NULL, FAULT_day_impossible},
    {IMPORT_BIRTH_DATE, "1979-13-01", NULL, FAULT_day_impossible},
    {IMPORT_BIRTH_DATE, "1850-01-01", NULL, FAULT_day_impossible},
    {IMPORT_BIRTH_DATE, "2030-01-01", NULL, FAULT_day_order},
    {IMPORT_BIRTH_DATE, "八十年代", NULL, FAULT_day_unreadable},
    {IMPORT_BIRTH_DATE, "5/1/80", NULL, FAULT_day_unreadable},
    {IMPORT_SEX, " 男 ", "male", FAULT_none},
    {IMPORT_SEX, "女性", "female", FAULT_none},
    {IMPORT_SEX, "不详", NULL, FAULT_sex_unknown},
    {IMPORT_MOBILE, "138 0000-0001", "13800000001", FAULT_none},
    {IMPORT_MOBILE, "+8613800000001", "13800000001", FAULT_none},
    {IMPORT_MOBILE, "1380000000", NULL, FAULT_mobile_form},
    {IMPORT_MOBILE, "138****0001", NULL, FAULT_value_masked},
    {IMPORT_RESIDENT_ID, "11010519491231002x", "11010519491231002X", FAULT_none}, /* the standard's own example */
    {IMPORT_RESIDENT_ID, "110105194912310021", NULL, FAULT_resident_id_check},
    {IMPORT_RESIDENT_ID, "110105491231002", NULL, FAULT_resident_id_form},
    {IMPORT_ETHNICITY, "黎　族", "黎族", FAULT_none},
    {IMPORT_ETHNICITY, "很长很长很长很长很长很长族", NULL, FAULT_value_long},
    {IMPORT_EDUCATION, "锟斤拷", NULL, FAULT_text_encoding},
    {IMPORT_EDUCATION, "本\xef\xbf\xbd", NULL, FAULT_text_encoding},
    {IMPORT_EDUCATION, "å¼ ä¼", NULL, FAULT_text_encoding}, /* UTF-8 that was read as Latin-1 */
    {IMPORT_LOGIN, "m00001", "m00001", FAULT_none},
    {IMPORT_LOGIN, "M 1", NULL, FAULT_login_form},
};

static void a_value_is_read_as_it_is_kept(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena *arena = arena_new(4096, 1 << 20);
        struct import_values values = {.at = {{NULL, 0}}};
        struct import_faults faults = {.count = 0};
        values.at[IMPORT_NAME] = SLICE("王小明");
        values.at[IMPORT_ORGANISATION] = SLICE("第一支部");
        values.at[rows[i].field] = slice_of(rows[i].text);
        assert_true(import_values_read(IMPORT_MEMBERS, TODAY, arena, &values, &faults));
        struct slice value = values.at[rows[i].field];
        print_message("%s\n", rows[i].text);
        assert_int_equal(faults.count > 0 ? faults.at[0].fault : FAULT_none, rows[i].fault);
        assert_int_equal(value.at != NULL, rows[i].value != NULL);
        if (rows[i].value)
            assert_true(slice_equal(value, slice_of(rows[i].value)));
        arena_free(arena);
    }
}

/* The faults of a row of members with these three values beside name and organisation. */
static struct import_faults faults_of(const char *number, const char *born, const char *joined)
{
    struct arena *arena = arena_new(4096, 1 << 20);
    struct import_values values = {.at = {{NULL, 0}}};
    struct import_faults faults = {.count = 0};
    values.at[IMPORT_NAME] = SLICE("王小明");
    values.at[IMPORT_ORGANISATION] = SLICE("第一支部");
    values.at[IMPORT_RESIDENT_ID] = slice_of(number);
    values.at[IMPORT_BIRTH_DATE] = slice_of(born);
    values.at[IMPORT_JOINED_ON] = slice_of(joined);
    assert_true(import_values_read(IMPORT_MEMBERS, TODAY, arena, &values, &faults));
    arena_free(arena);
    return faults;
}

static void values_are_checked_beside_each_other(void **state)
{
    (void)state;
    assert_int_equal(faults_of("11010519491231002X", "1949", "1967-12-31").count, 0);
    struct import_faults other = faults_of("11010519491231002X", "1950-01-01", NULL);
    assert_int_equal(other.count, 1);
    assert_int_equal(other.at[0].fault, FAULT_resident_id_contradicts);
    struct import_faults young = faults_of(NULL, "1990-06-15", "2008-06-14");
    assert_int_equal(young.count, 1);
    assert_int_equal(young.at[0].fault, FAULT_day_order);
    assert_int_equal(young.at[0].field, IMPORT_JOINED_ON);
    assert_int_equal(faults_of(NULL, "1990-06-15", "2008-06-15").count, 0);
}

static void headings_name_fields_of_their_kind(void **state)
{
    (void)state;
    assert_int_equal(import_field_named(IMPORT_MEMBERS, SLICE("身份证号码")), IMPORT_RESIDENT_ID);
    assert_int_equal(import_field_named(IMPORT_MEMBERS, SLICE(" 姓　名 ")), IMPORT_NAME);
    assert_int_equal(import_field_named(IMPORT_MEMBERS, SLICE("职务")), -1); /* of a member nothing is held by it */
    assert_int_equal(import_field_named(IMPORT_CADRES, SLICE("职务")), IMPORT_POST);
    assert_int_equal(import_field_named(IMPORT_MEMBERS, SLICE("联系电话")), IMPORT_MOBILE);
    assert_int_equal(import_field_named(IMPORT_ORGANISATIONS, SLICE("联系电话")), IMPORT_TELEPHONE);
    assert_int_equal(import_field_named(IMPORT_ORGANISATIONS, SLICE("备注")), -1);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_is_read_as_it_is_kept),
        cmocka_unit_test(values_are_checked_beside_each_other),
        cmocka_unit_test(headings_name_fields_of_their_kind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
