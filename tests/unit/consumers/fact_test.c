/* What a value becomes beside the one that holds, and how names sort and sound.  SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first */
#include <cmocka.h>

#include "consumers/affairs/fact.h"
#include "consumers/affairs/pinyin.h"

static const struct {
    enum text_form form;
    const char *present;
    int present_source;
    const char *coming;
    int coming_source;
    enum fact_verdict verdict;
} rows[] = {
    {FORM_free, NULL, 0, "教师", SOURCE_SELF_REPORTED, FACT_TAKEN},
    {FORM_free, "教师", SOURCE_SELF_REPORTED, "教师", SOURCE_PAPER_FILE, FACT_SAME},
    {FORM_free, "教师", SOURCE_SELF_REPORTED, "农民", SOURCE_SELF_REPORTED, FACT_TAKEN},
    {FORM_free, "教师", SOURCE_SELF_REPORTED, "农民", SOURCE_PAPER_FILE, FACT_TAKEN},
    {FORM_free, "教师", SOURCE_PAPER_FILE, "农民", SOURCE_PAPER_FILE, FACT_TAKEN},
    {FORM_free, "教师", SOURCE_PAPER_FILE, "农民", SOURCE_SUPERIOR_SYSTEM, FACT_WAITS},
    {FORM_free, "教师", SOURCE_PAPER_FILE, "农民", SOURCE_SELF_REPORTED, FACT_WAITS},
    {FORM_free, "1980", SOURCE_PAPER_FILE, "1980-05", SOURCE_SELF_REPORTED, FACT_WAITS}, /* no day */
    {FORM_day, "1980", SOURCE_PAPER_FILE, "1980-05", SOURCE_SELF_REPORTED, FACT_TAKEN},
    {FORM_day, "1980-05-01", SOURCE_PAPER_FILE, "1980", SOURCE_SELF_REPORTED, FACT_SAME},
    {FORM_day, "1980-05-01", SOURCE_PAPER_FILE, "1981", SOURCE_SELF_REPORTED, FACT_WAITS},
    {FORM_day, "1980-05-01", SOURCE_DERIVED, "1980-05-02", SOURCE_PAPER_FILE, FACT_TAKEN},
};

static void what_a_value_becomes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct held_value present = {{NULL, 0}, rows[i].present_source};
        struct held_value coming = {slice_of(rows[i].coming), rows[i].coming_source};
        if (rows[i].present)
            present.text = slice_of(rows[i].present);
        assert_int_equal(fact_judge(rows[i].form, &present, &coming), rows[i].verdict);
    }
}

static const struct {
    const char *name, *key, *initials;
} names[] = {
    {"王小明", "wang xiao ming 王小明", "wxm"},     {"曾国藩", "zeng guo fan 曾国藩", "zgf"},
    {"单雄信", "shan xiong xin 单雄信", "sxx"},     {"尉迟恭", "yu chi gong 尉迟恭", "ycg"},
    {"欧阳修", "ou yang xiu 欧阳修", "oyx"},        {"Aygul Memet", "aygul memet Aygul Memet", "am"},
    {"单", "dan 单", "d"}, /* a name of one character has no surname to read */
};

static void names_sort_and_sound(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct buffer key = buffer_new(200), initials = buffer_new(200);
        pinyin_of(slice_of(names[i].name), &key, &initials);
        assert_true(slice_equal(buffer_slice(&key), slice_of(names[i].key)));
        assert_true(slice_equal(buffer_slice(&initials), slice_of(names[i].initials)));
        buffer_free(&key);
        buffer_free(&initials);
    }
}

static void each_field_has_its_place(void **state)
{
    (void)state;
    assert_in_range(person_field_count, 1, FACTS_MOST);
    for (size_t i = 0; i < person_field_count; i++) {
        const struct person_field *field = &person_fields[i];
        assert_ptr_equal(person_field(slice_of(field->name)), field);
        assert_int_equal(field->plain & field->masked, 0);
        if (person_field_sealed(field)) /* nobody sees it plain but for a reason */
            assert_int_equal(field->plain, 0);
        else
            assert_int_equal(field->disclosed, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_a_value_becomes), cmocka_unit_test(names_sort_and_sound),
                                       cmocka_unit_test(each_field_has_its_place)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
