/* Sessions, arguments, rows, verdicts and transactions on a real PostgreSQL.  SPDX-License-Identifier: Apache-2.0 */
#include "database.h"

#include "sql/copy.h"

static void verdicts(void **state)
{
    (void)state;
    assert_int_equal(sql_verdict_of("00000"), SQL_NONE);
    assert_int_equal(sql_verdict_of("BT001"), SQL_FENCED);
    assert_int_equal(sql_verdict_of("40P01"), SQL_RETRY);
    assert_int_equal(sql_verdict_of("57P01"), SQL_RETRY);
    assert_int_equal(sql_verdict_of("23505"), SQL_POISON);
    assert_int_equal(sql_verdict_of("22021"), SQL_POISON);
    assert_int_equal(sql_verdict_of("BT002"), SQL_POISON);
    assert_int_equal(sql_verdict_of("22P04"), SQL_FATAL);
    assert_int_equal(sql_verdict_of("42P01"), SQL_FATAL);
}

static void nobody_there(void **state)
{
    (void)state;
    struct sql_connection *connection = NULL;
    struct sql_failure failure;
    assert_false(sql_open("postgresql://nobody@127.0.0.1:1/nothing", "unit", &connection, &failure));
    assert_int_equal(failure.verdict, SQL_RETRY);
    assert_null(connection);
}

static void arrays_go_in_and_values_come_out(void **state)
{
    (void)state;
    auto_connection *connection = database_connect();
    auto_arguments arguments = arguments_new(4096);
    auto_rows *rows = NULL;
    unsigned char topic[16] = {1, 2, 3};
    value_text(argument(&arguments), SLICE("unit"));
    value_text(argument_array(&arguments, SQL_TEXT, 1), SLICE("cluster"));
    value_id(argument_array(&arguments, SQL_UUID, 1), topic);
    value_int4(argument_array(&arguments, SQL_INT4, 1), 7);
    value_text(argument_array(&arguments, SQL_TEXT, 1), SLICE("topic"));
    assert_true(sql_run(connection, "cursor_read", &arguments, &rows));
    assert_int_equal(rows_count(rows), 1);
    assert_int_equal(rows_columns(rows), 4);
    assert_string_equal(rows_name(rows, 3), "elsewhere");
    assert_int_equal(row_number(rows, 0, 0), 1);
    assert_true(row_null(rows, 0, 1));
    assert_false(row_bool(rows, 0, 3));
}

static void empty_arrays(void **state)
{
    (void)state;
    auto_connection *connection = database_connect();
    auto_arguments arguments = arguments_new(4096);
    auto_rows *rows = NULL;
    value_text(argument(&arguments), SLICE("unit"));
    argument_array(&arguments, SQL_UUID, 0);
    assert_true(sql_run(connection, "inbox_find", &arguments, &rows));
    assert_int_equal(rows_count(rows), 0);
}

static void ceiling_of_arguments(void **state)
{
    (void)state;
    auto_connection *connection = database_connect();
    auto_arguments arguments = arguments_new(8);
    value_text(argument(&arguments), SLICE("more than eight bytes"));
    argument_array(&arguments, SQL_UUID, 0);
    assert_false(sql_run(connection, "inbox_find", &arguments, NULL));
    assert_string_equal(sql_failure(connection)->code, "BT002");
}

static void first_failure_wins(void **state)
{
    (void)state;
    auto_connection *connection = database_connect();
    assert_true(transaction_begin(connection, REPLAYABLE));
    assert_false(sql_script(connection, "select 1/0"));
    assert_false(sql_script(connection, "select 1"));
    assert_string_equal(sql_failure(connection)->code, "22012");
    assert_int_equal(transaction_commit(connection), COMMIT_REFUSED);
    assert_string_equal(sql_failure(connection)->code, "22012");
    assert_true(sql_script(connection, "select 1"));
}

static void values_stay_out_of_messages(void **state)
{
    (void)state;
    auto_connection *connection = database_connect();
    assert_false(sql_script(connection, "select 'secret'::int"));
    assert_int_equal(sql_failure(connection)->verdict, SQL_POISON);
    assert_null(strstr(sql_failure(connection)->text, "secret"));
}

static void durability(void **state)
{
    (void)state;
    auto_connection *connection = database_connect();
    static const char off[] = "select (current_setting('synchronous_commit') = 'off')::int";
    assert_true(transaction_begin(connection, REPLAYABLE));
    assert_true(
        sql_script(connection, "do $$ begin assert current_setting('synchronous_commit') = 'off'; end $$"));
    assert_int_equal(transaction_commit(connection), COMMIT_DONE);
    assert_true(transaction_begin(connection, DURABLE));
    assert_true(
        sql_script(connection, "do $$ begin assert current_setting('synchronous_commit') = 'on'; end $$"));
    assert_int_equal(transaction_commit(connection), COMMIT_DONE);
    assert_int_equal(database_ask(connection, off), 0);
}

static void back_to_the_mark(void **state)
{
    (void)state;
    auto_connection *connection = database_connect();
    database_script("create table marked (n int primary key)");
    assert_true(transaction_begin(connection, REPLAYABLE));
    for (int i = 0; i < 3; i++) {
        assert_true(transaction_mark(connection));
        assert_true(sql_script(connection, i == 1 ? "insert into marked values (0)"
                                                  : "insert into marked select count(*) from marked") ==
                    (i != 1));
        if (i == 1) {
            assert_int_equal(sql_failure(connection)->verdict, SQL_POISON);
            assert_true(transaction_back(connection));
        }
    }
    assert_int_equal(transaction_commit(connection), COMMIT_DONE);
    assert_int_equal(database_ask(connection, "select count(*) from marked"), 2);
}

static void commit_in_doubt(void **state)
{
    (void)state;
    auto_connection *connection = database_connect();
    assert_true(transaction_begin(connection, REPLAYABLE));
    database_script(
        "select pg_terminate_backend(pid) from pg_stat_activity where state = 'idle in transaction' "
        "and datname = current_database()");
    assert_int_equal(transaction_commit(connection), COMMIT_IN_DOUBT);
    assert_false(sql_alive(connection));
    assert_false(sql_script(connection, "select 1"));
    assert_int_equal(sql_failure(connection)->verdict, SQL_RETRY);
}

static void notifications(void **state)
{
    (void)state;
    auto_connection *connection = database_connect();
    char channel[64];
    int64_t payload;
    assert_true(sql_listen(connection, "bell"));
    assert_true(sql_wait(connection, 1));
    assert_false(sql_notification(connection, channel, &payload));
    database_script("notify bell, '42'; notify bell");
    assert_true(sql_wait(connection, 5000));
    assert_true(sql_notification(connection, channel, &payload));
    assert_string_equal(channel, "bell");
    assert_int_equal(payload, 42);
    assert_true(sql_wait(connection, 5000));
    assert_true(sql_notification(connection, channel, &payload));
    assert_int_equal(payload, 0);
    assert_false(sql_notification(connection, channel, &payload));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verdicts),
        cmocka_unit_test(nobody_there),
        cmocka_unit_test(arrays_go_in_and_values_come_out),
        cmocka_unit_test(empty_arrays),
        cmocka_unit_test(ceiling_of_arguments),
        cmocka_unit_test(first_failure_wins),
        cmocka_unit_test(values_stay_out_of_messages),
        cmocka_unit_test(durability),
        cmocka_unit_test(back_to_the_mark),
        cmocka_unit_test(commit_in_doubt),
        cmocka_unit_test(notifications),
    };
    return cmocka_run_group_tests(tests, database_make_migrated, database_drop);
}
