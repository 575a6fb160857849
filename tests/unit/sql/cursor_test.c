/* The claim: who stands where, who is fenced, and what a commit in doubt was.  SPDX-License-Identifier: Apache-2.0 */
#include "database.h"

#include <pthread.h>

#include "sql/cursor.h"

static const unsigned char topic_id[16] = "topic-one-------", other_id[16] = "topic-two-------";

static struct cursor at(int partition, int64_t offset, int64_t next)
{
    return (struct cursor){.cluster_id = "cluster",
                           .topic_id = topic_id,
                           .topic = "exam",
                           .partition = partition,
                           .offset = offset,
                           .next = next,
                           .leader_epoch = 3};
}

static bool claim(struct sql_connection *connection, const struct cursor *cursors, size_t count)
{
    return transaction_begin(connection, REPLAYABLE) && cursor_claim(connection, "unit", cursors, count);
}

static void no_row_then_started(void **state)
{
    (void)state;
    auto_connection *connection = database_connect();
    struct cursor cursors[2] = {at(0, 5, 0), at(1, 9, 0)};
    assert_true(cursor_read(connection, "unit", cursors, 2));
    assert_int_equal(cursors[0].offset, CURSOR_NONE);
    cursors[0].offset = 5;
    assert_true(cursor_start(connection, "unit", cursors, 1));
    cursors[0].offset = 6;
    assert_true(cursor_start(connection, "unit", cursors, 1)); /* somebody was first: left alone */
    assert_true(cursor_read(connection, "unit", cursors, 2));
    assert_int_equal(cursors[0].offset, 5);
    assert_int_equal(cursors[0].leader_epoch, -1);
    assert_int_equal(cursors[1].offset, CURSOR_NONE);
    assert_false(cursors[1].elsewhere);
}

static void another_topic_of_that_name(void **state)
{
    (void)state;
    auto_connection *connection = database_connect();
    struct cursor cursor = at(0, 0, 0);
    cursor.topic_id = other_id;
    assert_true(cursor_read(connection, "unit", &cursor, 1));
    assert_int_equal(cursor.offset, CURSOR_NONE);
    assert_true(cursor.elsewhere);
}

static void claimed_once(void **state)
{
    (void)state;
    auto_connection *connection = database_connect();
    struct cursor cursor = at(0, 5, 8);
    enum settled settled;
    assert_true(cursor_settle(connection, "unit", &cursor, 1, &settled));
    assert_int_equal(settled, SETTLED_UNDONE);
    assert_true(claim(connection, &cursor, 1));
    assert_int_equal(transaction_commit(connection), COMMIT_DONE);
    assert_true(cursor_settle(connection, "unit", &cursor, 1, &settled));
    assert_int_equal(settled, SETTLED_DONE);
    assert_false(claim(connection, &cursor, 1));
    assert_int_equal(sql_failure(connection)->verdict, SQL_FENCED);
    assert_int_equal(transaction_commit(connection), COMMIT_REFUSED);
    cursor = at(0, 6, 7);
    assert_true(cursor_settle(connection, "unit", &cursor, 1, &settled));
    assert_int_equal(settled, SETTLED_FENCED);
}

static void all_or_none(void **state)
{
    (void)state;
    auto_connection *connection = database_connect();
    struct cursor start = at(2, 0, 0), cursors[2] = {at(0, 8, 10), at(2, 1, 4)};
    assert_true(cursor_start(connection, "unit", &start, 1));
    assert_false(claim(connection, cursors, 2)); /* the second stands at 0 */
    transaction_rollback(connection);
    assert_true(cursor_read(connection, "unit", cursors, 1));
    assert_int_equal(cursors[0].offset, 8);
}

static void *zombie(void *cursor)
{
    struct sql_connection *connection = database_connect();
    bool claimed = claim(connection, cursor, 1);
    bool fenced = sql_failure(connection)->verdict == SQL_FENCED;
    sql_close(connection);
    return !claimed && fenced ? cursor : NULL;
}

static void zombie_waits_and_loses(void **state)
{
    (void)state;
    auto_connection *connection = database_connect();
    struct cursor cursor = at(0, 8, 12);
    pthread_t thread;
    void *lost = NULL;
    assert_true(claim(connection, &cursor, 1));
    assert_int_equal(pthread_create(&thread, NULL, zombie, &cursor), 0);
    usleep(200000);
    assert_int_equal(transaction_commit(connection), COMMIT_DONE);
    pthread_join(thread, &lost);
    assert_ptr_equal(lost, &cursor);
}

static void frozen_worker_is_evicted(void **state)
{
    (void)state;
    auto_connection *frozen = database_connect(), *heir = database_connect();
    struct cursor cursor = at(0, 12, 20);
    assert_true(claim(frozen, &cursor, 1));
    assert_true(sql_script(heir, "set lock_timeout = 100"));
    assert_false(claim(heir, &cursor, 1));
    assert_string_equal(sql_failure(heir)->code, "55P03");
    assert_int_equal(sql_failure(heir)->verdict, SQL_RETRY);
    transaction_rollback(heir);
    assert_true(cursor_evict(heir, "unit", &cursor, 1, 3600000)); /* not silent for so long */
    assert_false(claim(heir, &cursor, 1));
    transaction_rollback(heir);
    assert_true(cursor_evict(heir, "unit", &cursor, 1, 10));
    usleep(100000);
    assert_true(claim(heir, &cursor, 1));
    assert_int_equal(transaction_commit(heir), COMMIT_DONE);
    assert_int_equal(transaction_commit(frozen), COMMIT_IN_DOUBT);
    assert_false(sql_alive(frozen));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_row_then_started),    cmocka_unit_test(another_topic_of_that_name),
        cmocka_unit_test(claimed_once),           cmocka_unit_test(all_or_none),
        cmocka_unit_test(zombie_waits_and_loses), cmocka_unit_test(frozen_worker_is_evicted),
    };
    return cmocka_run_group_tests(tests, database_make_migrated, database_drop);
}
