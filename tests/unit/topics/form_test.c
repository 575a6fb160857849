/* Forms of text: what has them, what a resident ID number tells, what is shown instead.  SPDX-License-Identifier: Apache-2.0 */
#include "case_files.h"
#include "topics/form.h"

static const struct {
    enum text_form form;
    const char *text;
    bool good;
} rows[] = {
    {FORM_resident_id, "11010519491231002X", true},  {FORM_resident_id, "469029199001010014", true},
    {FORM_resident_id, "460035198507150027", true},  {FORM_resident_id, "442225197003010030", true},
    {FORM_resident_id, "469029200002290041", true},  {FORM_resident_id, "11010519491231002x", false},
    {FORM_resident_id, "110105194912310021", false}, {FORM_resident_id, "469029199002290014", false},
    {FORM_resident_id, "46902919900101001", false},  {FORM_resident_id, "4690291990010100140", false},
    {FORM_resident_id, "46902919900l010014", false}, {FORM_resident_id, "", false},
    {FORM_mobile, "13800138000", true},              {FORM_mobile, "19912345678", true},
    {FORM_mobile, "12800138000", false},             {FORM_mobile, "1380013800", false},
    {FORM_mobile, "138001380000", false},            {FORM_mobile, "+8613800138000", false},
    {FORM_day, "2000-02-29", true},                  {FORM_day, "1980-05", true},
    {FORM_day, "1980", true},                        {FORM_day, "1900-02-29", false},
    {FORM_day, "1980-13", false},                    {FORM_day, "1980-00", false},
    {FORM_day, "1980-5-1", false},                   {FORM_day, "80", false},
    {FORM_sex, "male", true},                        {FORM_sex, "Male", false},
    {FORM_login, "a.b-c_9", true},                   {FORM_login, "A", false},
    {FORM_name, "阿依古丽·买买提", true},            {FORM_name, " 王", false},
    {FORM_name, "王\t", false},                      {FORM_free, "", true},
};

static void texts_have_their_form(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct problem problem;
        problem_none(&problem);
        if (form_check(rows[i].form, slice_of(rows[i].text), &problem) != rows[i].good)
            fail_msg("%s", rows[i].text);
        assert_int_equal(problem.code, rows[i].good ? PROBLEM_none : PROBLEM_invalid);
        assert_null(problem.code != PROBLEM_none && *rows[i].text ? strstr(problem.detail, rows[i].text) : NULL);
    }
}

static void numbers_tell_day_and_sex(void **state)
{
    char born[FORM_DAY_TEXT];
    const char *sex;
    (void)state;
    form_resident_id(SLICE("11010519491231002X"), born, &sex);
    assert_string_equal(born, "1949-12-31");
    assert_string_equal(sex, "female");
    form_resident_id(SLICE("442225197003010030"), born, &sex);
    assert_string_equal(sex, "male");
}

static void shown(enum text_form form, const char *text, const char *expected)
{
    struct buffer buffer = buffer_new(100);
    form_mask(form, slice_of(text), &buffer);
    assert_true(slice_equal(buffer_slice(&buffer), slice_of(expected)));
    buffer_free(&buffer);
}

static void what_is_shown_instead(void **state)
{
    (void)state;
    shown(FORM_resident_id, "11010519491231002X", "110***********002X");
    shown(FORM_mobile, "13812345678", "138****5678");
    shown(FORM_name, "张三丰", "张*");
    shown(FORM_free, "海南省保亭县", "***");
    shown(FORM_mobile, "1381234", "***"); /* all of it would be shown */
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(texts_have_their_form), cmocka_unit_test(numbers_tell_day_and_sex),
                                       cmocka_unit_test(what_is_shown_instead)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
