/* Encoding by the catalogue's rows, keys, hundredths.  SPDX-License-Identifier: Apache-2.0 */
#include "topics/encode.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "topics/messages.h"

#define MEMBER "01234567-89ab-4cde-8f01-23456789abcd"

static void expect(struct buffer *buffer, const char *wanted)
{
    buffer_add_byte(buffer, 0);
    assert_string_equal(buffer->at, wanted);
    buffer_empty(buffer);
}

static void hundredths(void **state)
{
    static const struct {
        int64_t number;
        const char *text;
    } rows[] = {{0, "0"}, {1, "0.01"}, {10, "0.1"}, {100, "1"}, {950, "9.5"}, {999, "9.99"}, {-5, "-0.05"}, {-150, "-1.5"},
                {10000000, "100000"}, {INT64_MAX, "92233720368547758.07"}, {INT64_MIN, "-92233720368547758.08"}};
    struct buffer buffer = buffer_new(100);
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        encode_hundredths(&buffer, rows[i].number);
        expect(&buffer, rows[i].text);
    }
    buffer_free(&buffer);
}

static struct id an_id(void)
{
    struct id id;
    assert_true(id_parse(SLICE(MEMBER), &id));
    return id;
}

static void what_may_lack(void **state)
{
    struct buffer buffer = buffer_new(4000);
    struct answer answer = {0};
    struct pair pairs[] = {{1, 2}, {2, 1}};
    int64_t chosen[] = {3, 1};
    (void)state;
    encode(&buffer, answer_shape(), &answer);
    expect(&buffer, "{}");
    answer.has_chosen = true;
    encode(&buffer, answer_shape(), &answer);
    expect(&buffer, "{\"chosen\":[]}");
    answer.chosen.at = chosen;
    answer.chosen.count = 2;
    answer.has_truth = true;
    encode(&buffer, answer_shape(), &answer);
    expect(&buffer, "{\"chosen\":[3,1],\"truth\":false}");
    answer = (struct answer){.has_pairs = true, .pairs = {pairs, 2}};
    encode(&buffer, answer_shape(), &answer);
    expect(&buffer, "{\"pairs\":[{\"left\":1,\"right\":2},{\"left\":2,\"right\":1}]}");
    struct board_place place = {.total = 0};
    encode(&buffer, board_place_shape(), &place);
    expect(&buffer, "{\"rows\":[],\"total\":0}");
    struct ranked_member me = {.rank = 1, .member = an_id(), .name = SLICE("\"\\\n\x01"), .org = an_id(), .org_name = SLICE(""), .points = -5};
    place.me = &me;
    encode(&buffer, board_place_shape(), &place);
    expect(&buffer, "{\"me\":{\"rank\":1,\"member\":\"" MEMBER "\",\"name\":\"\\\"\\\\\\n\\u0001\",\"org\":\"" MEMBER
                    "\",\"org_name\":\"\",\"points\":-0.05},\"rows\":[],\"total\":0}");
    buffer_free(&buffer);
}

static void only_what_stands_in_the_body(void **state)
{
    struct buffer buffer = buffer_new(1000);
    struct exam_release release = {.exam = an_id(), .release = RELEASE_NEVER, .reason = SLICE("更正")};
    (void)state;
    encode(&buffer, exam_release_shape(), &release);
    expect(&buffer, "{\"release\":\"never\",\"reason\":\"更正\"}");
    struct exam_start start = {.exam = an_id()};
    encode(&buffer, exam_start_shape(), &start);
    expect(&buffer, "{}");
    buffer_free(&buffer);
}

static void keys(void **state)
{
    struct buffer buffer = buffer_new(1000);
    struct board_points points = {.period = SLICE("2026Q4"), .member = an_id()};
    struct exam_question question = {.exam = an_id(), .question = 12};
    struct exam_graded graded = {.member = an_id()};
    (void)state;
    encode_key(&buffer, DECLARED(board_points), &points);
    expect(&buffer, "2026Q4/" MEMBER);
    encode_key(&buffer, DECLARED(exam_question), &question);
    expect(&buffer, MEMBER "/12");
    encode_key(&buffer, DECLARED(exam_graded), &graded);
    expect(&buffer, MEMBER);
    buffer_free(&buffer);
}

static void a_ceiling_is_kept(void **state)
{
    struct buffer buffer = buffer_new(20);
    struct exam_release release = {.exam = an_id(), .release = RELEASE_NEVER, .reason = SLICE("更正")};
    (void)state;
    encode(&buffer, exam_release_shape(), &release);
    assert_true(buffer.overflowed && buffer.length <= 20);
    buffer_free(&buffer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(hundredths), cmocka_unit_test(what_may_lack),
                                       cmocka_unit_test(only_what_stands_in_the_body), cmocka_unit_test(keys),
                                       cmocka_unit_test(a_ceiling_is_kept)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
