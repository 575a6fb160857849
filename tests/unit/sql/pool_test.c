/* The pool under a loop of poll(2): answers, order, ceilings, a server that goes and comes.  SPDX-License-Identifier: Apache-2.0 */
#include "database.h"

#include <poll.h>

#include "sql/pool.h"

static struct pollfd watched[POOL_SESSIONS];
static int64_t now;
static int answers, failures;
static int64_t last;
static char last_code[6];

static void watch(void *loop, unsigned slot, int fd, bool read, bool write)
{
    (void)loop;
    watched[slot] = (struct pollfd){fd, (short)((read ? POLLIN : 0) | (write ? POLLOUT : 0)), 0};
}

static void answer(void *context, const struct rows *rows, const struct sql_failure *failure)
{
    assert_true((rows != NULL) != (failure != NULL));
    assert_ptr_equal(context, &answers);
    answers++;
    if (failure) {
        failures++;
        memcpy(last_code, failure->code, sizeof last_code);
    } else {
        last = (int64_t)rows_count(rows);
    }
}

/* Turns the loop until `wanted` answers came or so many turns passed. */
static void turn(struct pool *pool, int wanted, int turns)
{
    for (int i = 0; i < turns && answers < wanted; i++) {
        pool_turn(pool, now);
        int count = poll(watched, POOL_SESSIONS, 10);
        for (unsigned slot = 0; count > 0 && slot < POOL_SESSIONS; slot++)
            if (watched[slot].fd >= 0 && watched[slot].revents)
                pool_ready(pool, slot, now);
        now += 10;
    }
}

static struct pool *connected(unsigned sessions, unsigned queue)
{
    struct pool_settings settings = {.uri = database_uri,
                                     .program = "pooled",
                                     .sessions = sessions,
                                     .queue = queue,
                                     .patience = 2000,
                                     .watch = watch};
    struct pool *pool = pool_new(&settings);
    for (unsigned i = 0; i < POOL_SESSIONS; i++)
        watched[i].fd = -1;
    answers = failures = 0;
    assert_false(pool_ask(pool, "timer_next", NULL, NULL, answer, &answers));
    for (int i = 0; i < 300 && !pool_connected(pool); i++)
        turn(pool, 1, 1);
    assert_true(pool_connected(pool));
    return pool;
}

static void asks_and_is_answered(void **state)
{
    (void)state;
    struct pool *pool = connected(2, 100);
    for (int i = 0; i < 50; i++)
        assert_true(pool_ask(pool, "timer_next", NULL, NULL, answer, &answers));
    turn(pool, 50, 500);
    assert_int_equal(answers, 50);
    assert_int_equal(failures, 0);
    assert_int_equal(last, 1);
    pool_free(pool);
}

static void arguments_are_copied(void **state)
{
    (void)state;
    struct pool *pool = connected(1, 10);
    for (int i = 0; i < 3; i++) {
        auto_arguments arguments = arguments_new(1000);
        value_text(argument(&arguments), SLICE("unit"));
        argument_array(&arguments, SQL_UUID, 0);
        assert_true(pool_ask(pool, "inbox_find", &arguments, NULL, answer, &answers));
    }
    turn(pool, 3, 500);
    assert_int_equal(answers, 3);
    assert_int_equal(failures, 0);
    assert_int_equal(last, 0);
    pool_free(pool);
}

static void a_full_queue_refuses(void **state)
{
    (void)state;
    struct pool *pool = connected(1, 2);
    int asked = 0;
    while (asked < 10 && pool_ask(pool, "timer_next", NULL, NULL, answer, &answers))
        asked++;
    assert_int_equal(asked, 3); /* one under way, two waiting */
    pool_free(pool);
    assert_int_equal(answers, 3); /* each got its failure */
    assert_int_equal(failures, 3);
}

static void lost_and_found(void **state)
{
    (void)state;
    struct pool *pool = connected(1, 10);
    assert_true(pool_ask(pool, "timer_next", NULL, NULL, answer, &answers));
    database_script(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'pooled'");
    assert_true(pool_ask(pool, "timer_next", NULL, NULL, answer, &answers));
    turn(pool, 2, 500);
    assert_int_equal(answers, 2); /* answered or failed, never silent */
    for (int i = 0; i < 300 && !pool_connected(pool); i++)
        turn(pool, 3, 1);
    assert_true(pool_ask(pool, "timer_next", NULL, NULL, answer, &answers));
    int before = failures;
    turn(pool, 3, 500);
    assert_int_equal(answers, 3);
    assert_int_equal(failures, before);
    pool_free(pool);
}

static void an_idle_session_that_is_lost(void **state)
{
    (void)state;
    struct pool *pool = connected(1, 10);
    database_script(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'pooled'");
    for (int i = 0; i < 300 && pool_connected(pool); i++)
        turn(pool, 1, 1);
    assert_false(pool_connected(pool));
    for (int i = 0; i < 300 && !pool_connected(pool); i++)
        turn(pool, 1, 1);
    assert_true(pool_connected(pool));
    pool_free(pool);
}

static void too_late(void **state)
{
    (void)state;
    auto_connection *connection = database_connect();
    struct pool *pool = connected(1, 10);
    assert_true(sql_script(connection, "begin; lock table flow.timer in access exclusive mode"));
    assert_true(pool_ask(pool, "timer_next", NULL, NULL, answer, &answers));
    assert_true(pool_ask(pool, "timer_next", NULL, NULL, answer, &answers));
    turn(pool, 2, 5);
    assert_int_equal(answers, 0);
    now += 2000;
    turn(pool, 2, 2);
    assert_int_equal(failures, 2);
    assert_string_equal(last_code, "57014");
    pool_free(pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(asks_and_is_answered),         cmocka_unit_test(arguments_are_copied),
        cmocka_unit_test(a_full_queue_refuses),         cmocka_unit_test(lost_and_found),
        cmocka_unit_test(an_idle_session_that_is_lost), cmocka_unit_test(too_late),
    };
    return cmocka_run_group_tests(tests, database_make_migrated, database_drop);
}
