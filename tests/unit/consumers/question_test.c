/* The law of questions, where no reader can break it.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/education/question.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct slice two[] = {{"a", 1}, {"b", 1}};

static enum fault fault_of(const struct question *question)
{
    struct question_error error = {.fault = FAULT_none, .column = COLUMN_NONE};
    assert_true(question_check(question, &question_limits_catalogue, &error) == !error.fault);
    return error.fault;
}

static void texts_must_be_text(void **state)
{
    (void)state;
    struct question question = {.stem = SLICE("x"), .marks = 100, .key = {.kind = QUESTION_TRUTH}};
    assert_int_equal(fault_of(&question), FAULT_none);
    question.source = SLICE("\xff");
    assert_int_equal(fault_of(&question), FAULT_text_encoding);
    question.source = SLICE("a\x7f");
    assert_int_equal(fault_of(&question), FAULT_text_control);
    question.source = SLICE("a\tb\n");
    assert_int_equal(fault_of(&question), FAULT_none);
    question.key.kind = (enum question_kind)7;
    assert_int_equal(fault_of(&question), FAULT_kind_unknown);
}

static void a_corrected_key_may_let_two_pass(void **state)
{
    (void)state;
    struct question question = {
        .stem = SLICE("x"),
        .marks = 100,
        .options = two,
        .option_count = 2,
        .key = {.kind = QUESTION_SINGLE, .options = 2, .right = 3},
    };
    assert_int_equal(fault_of(&question), FAULT_key_one);
    assert_int_equal(question_key_fault(&question.key, &question_limits_catalogue), FAULT_none);
    question.key.right = 4;
    assert_int_equal(question_key_fault(&question.key, &question_limits_catalogue), FAULT_key_range);
    question.key.right = 0;
    assert_int_equal(question_key_fault(&question.key, &question_limits_catalogue), FAULT_key_missing);
    question.key.options = 3;
    assert_int_equal(fault_of(&question), FAULT_key_unreadable);
}

static void weights_must_agree_with_the_key(void **state)
{
    (void)state;
    int32_t weights[] = {500000, 500000};
    struct question_key key = {.kind = QUESTION_MULTIPLE, .options = 2, .right = 3, .weights = weights};
    assert_int_equal(question_key_fault(&key, &question_limits_catalogue), FAULT_none);
    weights[1] = 400000;
    assert_int_equal(question_key_fault(&key, &question_limits_catalogue), FAULT_weight_sum);
    weights[1] = -1;
    assert_int_equal(question_key_fault(&key, &question_limits_catalogue), FAULT_key_unreadable);
    weights[1] = 2000000;
    assert_int_equal(question_key_fault(&key, &question_limits_catalogue), FAULT_weight_range);
}

static void sequences_must_be_whole(void **state)
{
    (void)state;
    uint8_t order[] = {2, 1, 2};
    struct question_key key = {.kind = QUESTION_ORDER, .options = 3, .order = order};
    assert_int_equal(question_key_fault(&key, &question_limits_catalogue), FAULT_order_incomplete);
    order[2] = 3;
    assert_int_equal(question_key_fault(&key, &question_limits_catalogue), FAULT_none);
    key.kind = QUESTION_PAIRS;
    key.rights = 2;
    assert_int_equal(question_key_fault(&key, &question_limits_catalogue), FAULT_key_range);
}

static void an_entry_at_fault_is_named(void **state)
{
    (void)state;
    static const struct slice rights[] = {{"a", 1}, {"b", 1}, {"b", 1}};
    static const uint8_t order[] = {1, 2};
    struct question_error error = {0};
    struct question question = {
        .stem = SLICE("x"),
        .marks = 100,
        .options = two,
        .option_count = 2,
        .rights = rights,
        .right_count = 3,
        .key = {.kind = QUESTION_PAIRS, .options = 2, .rights = 3, .order = order},
    };
    assert_false(question_check(&question, &question_limits_catalogue, &error));
    assert_true(error.fault == FAULT_option_twice && error.of_rights && error.entry == 3);
    question.options = rights + 1;
    assert_false(question_check(&question, &question_limits_catalogue, &error));
    assert_true(error.fault == FAULT_pair_left_twice && !error.of_rights && error.entry == 2);
}

static void a_number_stands_in_its_range(void **state)
{
    (void)state;
    struct question_number number = {3, 1, 2, QUESTION_WHOLE};
    struct question_key key = {.kind = QUESTION_NUMBER, .number_count = 1, .numbers = &number};
    assert_int_equal(question_key_fault(&key, &question_limits_catalogue), FAULT_number_range);
    number.value = 2;
    assert_int_equal(question_key_fault(&key, &question_limits_catalogue), FAULT_none);
}

static void every_fault_speaks_both_languages(void **state)
{
    (void)state;
    assert_string_equal(fault_code(FAULT_none), "");
    for (int fault = 1; fault <= FAULT_strings_many; fault++) {
        enum fault one = (enum fault)fault;
        assert_true(fault_code(one)[0] && fault_english(one)[0]);
        assert_true(slice_points(slice_of(fault_chinese(one))) <
                    (int64_t)strlen(fault_chinese(one)));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_must_be_text),
        cmocka_unit_test(a_corrected_key_may_let_two_pass),
        cmocka_unit_test(weights_must_agree_with_the_key),
        cmocka_unit_test(sequences_must_be_whole),
        cmocka_unit_test(an_entry_at_fault_is_named),
        cmocka_unit_test(a_number_stands_in_its_range),
        cmocka_unit_test(every_fault_speaks_both_languages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
