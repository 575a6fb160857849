/* The life of a process: signals, sleep, readiness.  SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first */
#include <cmocka.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "process/clock.h"
#include "process/config.h"
#include "process/life.h"

static void *end_soon(void *nothing)
{
    usleep(100000);
    kill(getpid(), SIGTERM);
    return nothing;
}

static void a_signal_asks_for_the_end(void **state)
{
    (void)state;
    pthread_t thread;
    struct rlimit limit;
    struct buffer why = buffer_new(1000);
    setenv("BAOTING_KAFKA_BROKERS", "x", 1);
    setenv("BAOTING_LOG_LEVEL", "alarm", 1);
    config_load(CONFIG_CATALOGUE);
    life_begin("test");
    getrlimit(RLIMIT_CORE, &limit);
    assert_int_equal(limit.rlim_cur, 0);
    assert_true(life_ready(NULL));
    struct life_part *view = life_part("view"), *kafka = life_part("kafka");
    assert_ptr_equal(view, life_part("view"));
    life_part_set(view, true);
    assert_false(life_ready(&why));
    assert_true(slice_equal(buffer_slice(&why), SLICE("[\"kafka\"]")));
    life_part_set(kafka, true);
    assert_true(life_ready(NULL));
    assert_false(life_ending());
    assert_false(life_sleep(20));
    pthread_create(&thread, NULL, end_soon, NULL);
    int64_t before = clock_monotonic_us();
    assert_true(life_sleep(30000));
    assert_in_range(clock_monotonic_us() - before, 50000, 20000000);
    pthread_join(thread, NULL);
    struct pollfd end_asked = {.fd = life_fd(), .events = POLLIN};
    assert_int_equal(poll(&end_asked, 1, 0), 1);
    assert_true(life_ending());
    assert_false(life_ready(NULL));
    assert_int_equal(life_code(), LIFE_WELL);
    life_end(LIFE_STOPPED_BY_GAP);
    life_end(LIFE_FAILED);
    assert_int_equal(life_code(), LIFE_STOPPED_BY_GAP);
    buffer_free(&why);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_signal_asks_for_the_end)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
