/* The log: a line an event, any text, ceilings, levels.  SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first */
#include <cmocka.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <unistd.h>

#include "process/log.h"

static char read_back[1 << 20];

/* Runs the function with standard error going to a pipe's worth of file, and reads what it wrote. */
static size_t capture(void (*function)(void))
{
    FILE *file = tmpfile();
    int saved = dup(STDERR_FILENO);
    dup2(fileno(file), STDERR_FILENO);
    function();
    dup2(saved, STDERR_FILENO);
    close(saved);
    rewind(file);
    size_t length = fread(read_back, 1, sizeof read_back - 1, file);
    read_back[length] = 0;
    fclose(file);
    return length;
}

static void one_of_each(void)
{
    static const uint8_t id[16] = {0x3f, 0x25, 4, 0xe0};
    struct trace trace = {.trace = {1}, .span = {2}};
    LOG(listening, log_text("plain", "a \"quoted\" 文字\n"), log_number("number", -12), log_id("command", id),
        log_trace(&trace), log_slice("none", (struct slice){NULL, 0}));
    LOG(listening, log_text("broken", "\xff\xfe half \xe6\x96"));
    LOG(ended);
}

static void lines_are_json(void **state)
{
    (void)state;
    assert_true(capture(one_of_each) > 0);
    char *rest = NULL;
    json_t *line = json_loads(strtok_r(read_back, "\n", &rest), 0, NULL);
    assert_string_equal(json_string_value(json_object_get(line, "event")), "listening");
    assert_string_equal(json_string_value(json_object_get(line, "plain")), "a \"quoted\" 文字\n");
    assert_int_equal(json_integer_value(json_object_get(line, "number")), -12);
    assert_string_equal(json_string_value(json_object_get(line, "command")), "3f2504e0-0000-0000-0000-000000000000");
    assert_string_equal(json_string_value(json_object_get(line, "span")), "0200000000000000");
    json_decref(line);
    line = json_loads(strtok_r(NULL, "\n", &rest), 0, NULL);
    assert_non_null(line);
    json_decref(line);
    line = json_loads(strtok_r(NULL, "\n", &rest), 0, NULL);
    assert_string_equal(json_string_value(json_object_get(line, "event")), "ended");
    json_decref(line);
}

static void huge(void)
{
    static char text[100000];
    memset(text, 'x', sizeof text - 1);
    LOG(failed, log_text("a", text), log_text("b", text), log_text("c", text), log_text("d", text), log_text("e", text),
        log_text("f", text), log_text("g", text), log_text("h", text), log_number("last", 1));
}

static void a_line_has_an_end(void **state)
{
    (void)state;
    size_t length = capture(huge);
    assert_in_range(length, 1000, 4096);
    json_t *line = json_loads(read_back, 0, NULL);
    assert_int_equal(json_integer_value(json_object_get(line, "last")), 1);
    json_decref(line);
}

static void many(void)
{
    for (int i = 0; i < 10000; i++)
        LOG(ending, log_number("i", i));
}

static void ceilings_hold(void **state)
{
    (void)state;
    int lines = 0;
    assert_true(log_limits("info", 10));
    capture(many);
    for (char *at = read_back; (at = strchr(at, '\n')); at++)
        lines++;
    assert_in_range(lines, 10, 60);
    assert_true(log_limits("info", 50));
}

static void quiet(void)
{
    LOG(accepted);
    assert_true(log_limits("error", 50));
    LOG(listening);
    LOG(gap);
    assert_true(log_limits("info", 50));
}

static void levels_hold(void **state)
{
    (void)state;
    capture(quiet);
    assert_null(strstr(read_back, "accepted"));
    assert_null(strstr(read_back, "listening"));
    assert_non_null(strstr(read_back, "\"level\":\"alarm\""));
    assert_false(log_limits("loud", 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_json),
        cmocka_unit_test(a_line_has_an_end),
        cmocka_unit_test(ceilings_hold),
        cmocka_unit_test(levels_hold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
