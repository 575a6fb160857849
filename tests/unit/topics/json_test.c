/* The JSON reader: cases from files, exact numbers, texts, the first fault wins.  SPDX-License-Identifier: Apache-2.0 */
#include "topics/json.h"

#include "case_files.h"

static bool read_all(struct slice text, int depth, struct arena *arena, struct problem *problem)
{
    struct json json;
    problem_none(problem);
    return json_begin(&json, text, depth, arena, problem) && json_skip(&json, NULL) && json_end(&json);
}

static void check_case(const char *name)
{
    struct slice text = case_file("json", name, "text"), verdict = case_file("json", name, "verdict");
    struct slice wanted = case_line(verdict), exact = {malloc(text.length + 1), text.length};
    struct arena *arena = arena_new(4096, 1 << 20);
    struct problem problem;
    assert_non_null(text.at);
    assert_non_null(verdict.at);
    memcpy((char *)(uintptr_t)exact.at, text.at, text.length); /* nothing is mapped behind its last byte */
    bool good = read_all(exact, JSON_DEPTH_MOST, arena, &problem);
    bool same = good ? slice_equal(wanted, SLICE("accepted"))
                     : strncmp(problem.detail, wanted.at, wanted.length) == 0 && problem.code == PROBLEM_malformed;
    if (!same)
        fail_msg("%s: wanted %.*s, got %s", name, (int)wanted.length, wanted.at, good ? "accepted" : problem.detail);
    arena_free(arena);
    case_free(exact);
    case_free(text);
    case_free(verdict);
}

static void cases(void **state)
{
    (void)state;
    assert_true(case_each("json", check_case) >= 120);
}

static struct json begin(const char *text, struct arena *arena, struct problem *problem)
{
    struct json json;
    problem_none(problem);
    assert_true(json_begin(&json, slice_of(text), 8, arena, problem));
    return json;
}

static void whole_numbers(void **state)
{
    static const struct {
        const char *text;
        bool good;
        int64_t number;
    } rows[] = {
        {"0", true, 0}, {"-0", true, 0}, {" 7", true, 7}, {"-7", true, -7},
        {"999999999999999999", true, 999999999999999999}, {"-999999999999999999", true, -999999999999999999},
        {"1000000000000000000", false, 0}, {"9223372036854775808", false, 0}, {"1.0", false, 0}, {"1e2", false, 0},
        {"1E2", false, 0}, {"0.5", false, 0}, {"01", false, 0}, {"+1", false, 0}, {"--1", false, 0}, {"", false, 0},
    };
    struct arena *arena = arena_new(512, 4096);
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct problem problem;
        struct json json = begin(rows[i].text, arena, &problem);
        int64_t number = -77;
        assert_int_equal(json_number(&json, &number), rows[i].good);
        assert_int_equal(number, rows[i].good ? rows[i].number : -77); /* untouched on failure */
        assert_int_equal(problem.code == PROBLEM_none, rows[i].good);
        char listed[32]; /* the same before a bracket, where the short way is taken */
        snprintf(listed, sizeof listed, "%s]", rows[i].text);
        json = begin(listed, arena, &problem);
        number = -77;
        assert_int_equal(json_number(&json, &number), rows[i].good);
        assert_int_equal(number, rows[i].good ? rows[i].number : -77);
        assert_true(!rows[i].good || json_peek(&json) == ']');
    }
    arena_free(arena);
}

static void names_that_stand_as_expected(void **state)
{
    static const struct {
        const char *text;
        bool first, passes;
    } rows[] = {
        {"\"seq\":1", true, true},   {",\"seq\":1", false, true}, {",\"seq\":1", true, false}, {"\"seq\":1", false, false},
        {" \"seq\":1", true, false}, {"\"seq\" :1", true, false}, {"\"sex\":1", true, false},  {"\"seqs\":1", true, false},
        {"\"seq\"", true, false},    {"\"se", true, false},       {"", true, false},           {"\"s\\u0065q\":1", true, false},
    };
    struct arena *arena = arena_new(512, 4096);
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct problem problem;
        size_t length = strlen(rows[i].text);
        char *exact = memcpy(malloc(length + 1), rows[i].text, length);
        struct json json;
        problem_none(&problem);
        assert_true(json_begin(&json, (struct slice){exact, length}, 8, arena, &problem));
        assert_int_equal(json_object_passes(&json, rows[i].first, SLICE("seq")), rows[i].passes);
        assert_int_equal(json.at - exact, rows[i].passes ? (ptrdiff_t)length - 1 : 0);
        free(exact);
    }
    arena_free(arena);
}

static void hundredths(void **state)
{
    static const struct {
        const char *text;
        bool good;
        int64_t number;
    } rows[] = {
        {"9.5", true, 950}, {"9.50", true, 950}, {"9.500", true, 950}, {"9", true, 900}, {"-0.01", true, -1},
        {"-0", true, 0}, {"0.29", true, 29}, {"1.15", true, 115}, {"999999999999999.99", true, 99999999999999999},
        {"9.501", false, 0}, {"0.001", false, 0}, {"1e2", false, 0}, {"9999999999999999", false, 0}, {".5", false, 0},
        {"5.", false, 0}, {"1.0e0", false, 0},
    };
    struct arena *arena = arena_new(512, 4096);
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct problem problem;
        struct json json = begin(rows[i].text, arena, &problem);
        int64_t number = -77;
        assert_int_equal(json_hundredths(&json, &number), rows[i].good);
        assert_int_equal(number, rows[i].good ? rows[i].number : -77);
    }
    arena_free(arena);
}

static void texts(void **state)
{
    static const struct {
        const char *text, *wanted; /* NULL: refused */
    } rows[] = {
        {"\"a\"", "a"}, {"\"\"", ""}, {"\"\\u515a\\u7ae0\"", "党章"}, {"\"\\uD842\\uDFB7\"", "𠮷"}, {"\"\\u00e9\\u0041\"", "éA"},
        {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t"}, {"\"党\\n章\"", "党\n章"}, {"\"\\\\u0000\"", "\\u0000"},
        {"\"\\u0000\"", NULL}, {"\"\\ud800\"", NULL}, {"\"\\udc00\\ud800\"", NULL}, {"\"a", NULL}, {"\"a\\", NULL}, {"a", NULL}, {"", NULL},
    };
    struct arena *arena = arena_new(512, 8192);
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct problem problem;
        struct slice text = SLICE("untouched");
        struct json json = begin(rows[i].text, arena, &problem);
        assert_int_equal(json_text(&json, &text), rows[i].wanted != NULL);
        assert_true(slice_equal(text, slice_of(rows[i].wanted ? rows[i].wanted : "untouched")));
    }
    arena_free(arena);
}

static void a_text_without_escapes_is_not_copied(void **state)
{
    static const char source[] = " \"abc\"";
    struct arena *arena = arena_new(64, 64);
    struct problem problem;
    struct slice text;
    struct json json = begin(source, arena, &problem);
    (void)state;
    assert_true(json_text(&json, &text));
    assert_ptr_equal(text.at, source + 2);
    arena_free(arena);
}

static void an_arena_too_small_is_said(void **state)
{
    char source[3000];
    struct arena *arena = arena_new(64, 256);
    struct problem problem;
    struct slice text;
    memset(source, 'x', sizeof source);
    memcpy(source, "\"\\n", 3);
    memcpy(source + sizeof source - 2, "\"", 2);
    struct json json = begin(source, arena, &problem);
    (void)state;
    assert_false(json_text(&json, &text));
    assert_int_equal(problem.code, PROBLEM_too_large);
    arena_free(arena);
}

static void pulled_in_place(void **state)
{
    struct arena *arena = arena_new(512, 8192);
    struct problem problem;
    struct json json = begin("{\"a\":[1,2],\"b\":true , \"c\":{\"d\":null}}", arena, &problem);
    struct slice name = {NULL, 0}, raw = {NULL, 0};
    bool more = false, truth = false;
    int64_t number = 0, sum = 0;
    (void)state;
    assert_true(json_enter(&json, '{') && json_object_next(&json, true, &name, &more) && more);
    assert_true(slice_equal(name, SLICE("a")) && json_enter(&json, '['));
    for (bool first = true; json_array_next(&json, first, &more) && more; first = false) {
        assert_true(json_number(&json, &number));
        sum += number;
    }
    assert_int_equal(sum, 3);
    assert_true(json_object_next(&json, false, &name, &more) && more && json_truth(&json, &truth) && truth);
    assert_true(json_object_next(&json, false, &name, &more) && more && json_skip(&json, &raw));
    assert_true(slice_equal(raw, SLICE("{\"d\":null}")));
    assert_true(json_object_next(&json, false, &name, &more) && !more && json_end(&json));
    assert_int_equal(json.depth, 0);
    arena_free(arena);
}

static void depth_is_the_callers(void **state)
{
    struct arena *arena = arena_new(512, 8192);
    struct problem problem;
    (void)state;
    assert_true(read_all(SLICE("[[[[]]]]"), 4, arena, &problem));
    assert_false(read_all(SLICE("[[[[]]]]"), 3, arena, &problem));
    assert_string_equal(problem.detail, "Nested too deep at byte 3");
    assert_string_equal(problem.detail_zh, "嵌套过深，第 3 字节");
    assert_true(read_all(SLICE("[{\"a\":[]},[],{}]"), 3, arena, &problem)); /* counted down again */
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cases),
        cmocka_unit_test(whole_numbers),
        cmocka_unit_test(names_that_stand_as_expected),
        cmocka_unit_test(hundredths),
        cmocka_unit_test(texts),
        cmocka_unit_test(a_text_without_escapes_is_not_copied),
        cmocka_unit_test(an_arena_too_small_is_said),
        cmocka_unit_test(pulled_in_place),
        cmocka_unit_test(depth_is_the_callers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
