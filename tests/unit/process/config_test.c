/* The settings: standards, ranges, suffixes, names nobody knows.  SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first */
#include <cmocka.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "process/config.h"
#include "process/life.h"

/* The exit code of config_load() with one more variable set, -1 if it came back. */
static int load(const char *variable, const char *value, enum config_program program)
{
    pid_t child = fork();
    int status;
    if (child == 0) {
        setenv(variable, value, 1);
        if (!getenv("SHOW_LOG"))
            close(STDERR_FILENO);
        config_load(program);
        _exit(111);
    }
    waitpid(child, &status, 0);
    return WEXITSTATUS(status) == 111 ? -1 : WEXITSTATUS(status);
}

static void standards_and_values(void **state)
{
    (void)state;
    setenv("BAOTING_KAFKA_BROKERS", "127.0.0.1:9092", 1);
    setenv("BAOTING_BODY_BYTES", "512k", 1);
    setenv("BAOTING_STREAM_FRAME_MS", "2s", 1);
    setenv("BAOTING_TEST_MODE", "true", 1);
    setenv("BAOTING_URL", "somebody else's", 1);
    config_load(CONFIG_CATALOGUE);
    assert_int_equal(config->http_port, 8080);
    assert_int_equal(config->body_bytes, 524288);
    assert_int_equal(config->stream_frame_ms, 2000);
    assert_true(config->test_mode);
    assert_string_equal(config->kafka_brokers, "127.0.0.1:9092");
    assert_string_equal(config->front_database, "");
}

static void wrong_ones_stop(void **state)
{
    (void)state;
    assert_int_equal(load("BAOTING_HTTP_PORT", "8081", CONFIG_CATALOGUE), -1);
    static const char *const wrong[][2] = {
        {"BAOTING_HTTP_PORT", "0"},           {"BAOTING_HTTP_PORT", "65536"},
        {"BAOTING_HTTP_PORT", "80x"},         {"BAOTING_HTTP_PORT", ""},
        {"BAOTING_HTTP_PORT", " 80"},         {"BAOTING_BODY_BYTES", "1T"},
        {"BAOTING_BODY_BYTES", "999999999G"}, {"BAOTING_HTTP_PORT", "1k"},
        {"BAOTING_TEST_MODE", "yes"},         {"BAOTING_NO_SUCH", "1"},
        {"BAOTING_http_port", "80"},          {"BAOTING_", "1"},
        {"BAOTING_LOG_LEVEL", "loud"},        {"BAOTING_HTTP_ADDRESS", ""},
        {"BAOTING_KAFKA_BROKERS", "\xff"},    {"BAOTING_HTTP_PORT", "99999999999999999999"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_int_equal(load(wrong[i][0], wrong[i][1], CONFIG_CATALOGUE), LIFE_CONFIG);
    /* what a program needs and has no standard for */
    assert_int_equal(load("BAOTING_LOOPS", "1", CONFIG_RELAY), LIFE_CONFIG);
    assert_int_equal(load("BAOTING_RELAY_DATABASE", "postgresql:///x", CONFIG_RELAY), -1);
}

static void the_manual_names_each(void **state)
{
    (void)state;
    struct buffer manual = buffer_new(1 << 20);
    config_print_manual(&manual);
    buffer_add_byte(&manual, 0);
    assert_false(manual.overflowed);
    assert_non_null(strstr(manual.at, "| `BAOTING_HTTP_PORT` | number | `8080` | 1 to 65535 | front | "));
    assert_non_null(strstr(manual.at, "`BAOTING_DEMO_PASSWORD`"));
    assert_non_null(strstr(manual.at, "| `BAOTING_LOG_LEVEL` | text | `info` |  | all |"));
    buffer_free(&manual);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(standards_and_values),
        cmocka_unit_test(wrong_ones_stop),
        cmocka_unit_test(the_manual_names_each),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
