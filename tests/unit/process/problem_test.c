/* Problems: the first wins, pointers grow outward, the RFC 9457 body.  SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first */
#include <cmocka.h>
#include <jansson.h>
#include <string.h>

#include "process/problem.h"

static json_t *told(const struct problem *problem)
{
    struct buffer body = buffer_new(10000);
    problem_json(&body, problem);
    assert_false(body.overflowed);
    json_t *json = json_loadb(body.at, body.length, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(json);
    buffer_free(&body);
    return json;
}

static void where_and_what(void **state)
{
    (void)state;
    struct problem problem;
    problem_none(&problem);
    assert_false(problem_say(&problem, PROBLEM_invalid, "must be %d to %d", "必须为 %d 到 %d", 1, 9));
    assert_false(problem_say(&problem, PROBLEM_malformed, "later", "后来"));
    problem_under(&problem, SLICE("a/b~c"));
    problem_under_index(&problem, 3);
    problem_under(&problem, SLICE("answers"));
    assert_string_equal(problem.pointer, "/answers/3/a~1b~0c");
    assert_false(problem.retriable);
    json_t *json = told(&problem), *error = json_array_get(json_object_get(json, "errors"), 0);
    assert_string_equal(json_string_value(json_object_get(json, "type")), "urn:baoting:problem:invalid");
    assert_int_equal(json_integer_value(json_object_get(json, "status")), 422);
    assert_string_equal(json_string_value(json_object_get(json, "detail_zh")), "必须为 1 到 9");
    assert_string_equal(json_string_value(json_object_get(error, "pointer")), "#/answers/3/a~1b~0c");
    assert_string_equal(json_string_value(json_object_get(error, "detail")), "must be 1 to 9");
    json_decref(json);
}

static void without_a_place(void **state)
{
    (void)state;
    struct problem problem;
    problem_none(&problem);
    problem_say(&problem, PROBLEM_kafka_away, "%s", "%s", "");
    assert_true(problem.retriable);
    json_t *json = told(&problem);
    assert_int_equal(json_array_size(json_object_get(json, "errors")), 0);
    assert_string_equal(json_string_value(json_object_get(json, "detail")), problem_title(PROBLEM_kafka_away));
    json_decref(json);
}

static void cut_at_a_character(void **state)
{
    (void)state;
    struct problem problem;
    char text[400] = "";
    for (int shift = 0; shift < 3; shift++) {
        memset(text, 'x', (size_t)shift);
        text[shift] = 0;
        for (int i = 0; i < 100; i++)
            memcpy(text + shift + 3 * i, "文", 4);
        problem_none(&problem);
        problem_say(&problem, PROBLEM_invalid, "%s", "%s", text);
        assert_true(slice_points(slice_of(problem.detail)) > 60);
        json_decref(told(&problem));
    }
    for (int i = 0; i < 200; i++)
        problem_under_index(&problem, 12345);
    assert_in_range(strlen(problem.pointer), 150, 199);
}

static void rows_are_found(void **state)
{
    (void)state;
    for (int code = PROBLEM_none + 1; code < PROBLEMS; code++) {
        assert_int_equal(problem_of(slice_of(problem_name((enum problem_code)code))), code);
        assert_in_range(problem_status((enum problem_code)code), 400, 599);
        assert_true(slice_points(slice_of(problem_title_zh((enum problem_code)code))) > 1);
    }
    assert_int_equal(problem_of(SLICE("no_such")), PROBLEM_none);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(where_and_what),
        cmocka_unit_test(without_a_place),
        cmocka_unit_test(cut_at_a_character),
        cmocka_unit_test(rows_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
