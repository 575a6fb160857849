/* Migrations, and what each role may do afterwards.  SPDX-License-Identifier: Apache-2.0 */
#include "database.h"

static int applied;

static void count(void *context, const char *name, bool was_applied)
{
    (void)context, (void)name;
    applied += was_applied;
}

static void applied_once(void **state)
{
    (void)state;
    auto_connection *connection = database_connect();
    bool current = false;
    assert_true(migrate_run(connection, count, NULL));
    assert_true(applied > 0);
    applied = 0;
    assert_true(migrate_run(connection, count, NULL));
    assert_int_equal(applied, 0);
    assert_true(migrate_check(connection, &current));
    assert_true(current);
}

static void missing_one_is_seen(void **state)
{
    (void)state;
    auto_connection *connection = database_connect();
    bool current = true;
    assert_true(sql_script(connection,
                           "create table kept as select * from flow.migration;"
                           "delete from flow.migration where name = (select max(name) from flow.migration)"));
    assert_true(migrate_check(connection, &current));
    assert_false(current);
    assert_true(
        sql_script(connection, "delete from flow.migration; insert into flow.migration select * from kept"));
}

static void changed_one_is_refused(void **state)
{
    (void)state;
    auto_connection *connection = database_connect();
    assert_true(sql_script(connection, "update flow.migration set checksum = 'x' where name like '0001%'"));
    assert_false(migrate_run(connection, count, NULL));
    assert_non_null(strstr(sql_failure(connection)->text, "0001_flow"));
    assert_true(sql_script(
        connection, "update flow.migration m set checksum = k.checksum from kept k where k.name = m.name"));
}

static void unknown_one_is_refused(void **state)
{
    (void)state;
    auto_connection *connection = database_connect();
    assert_true(sql_script(connection, "insert into flow.migration values ('9999_later', 'x')"));
    assert_false(migrate_run(connection, count, NULL));
    assert_non_null(strstr(sql_failure(connection)->text, "9999_later"));
    assert_true(sql_script(connection, "delete from flow.migration where name = '9999_later'"));
}

/* Whether a role may run the text. */
static bool may(const char *role, const char *text)
{
    auto_connection *connection = database_connect();
    char script[500];
    snprintf(script, sizeof script, "begin; set local role %s; %s", role, text);
    bool may = sql_script(connection, script);
    assert_true(may || strcmp(sql_failure(connection)->code, "42501") == 0);
    return may;
}

static void rights_are_the_rows(void **state)
{
    (void)state;
    auto_connection *connection = database_connect();
    assert_true(may("baoting_front", "select * from flow.inbox"));
    assert_false(may("baoting_front", "select sealed from flow.parked"));
    assert_false(may("baoting_front", "select * from flow.outbox"));
    assert_false(may("baoting_front", "insert into flow.outbox (events, packed) values (1, '')"));
    assert_false(may("baoting_front", "select flow.claim('w', '{}', '{}', '{}', '{}', '{}', '{}')"));
    assert_true(may("baoting_worker", "select flow.claim('w', '{}', '{}', '{}', '{}', '{}', '{}')"));
    assert_true(may("baoting_worker", "insert into flow.outbox (events, packed) values (1, '')"));
    assert_false(may("baoting_worker", "delete from flow.outbox"));
    assert_false(may("baoting_worker", "delete from flow.inbox"));
    assert_true(may("baoting_relay", "delete from flow.outbox"));
    assert_false(may("baoting_relay", "select * from flow.inbox"));
    assert_true(sql_script(connection, "grant insert on flow.inbox to baoting_front"));
    assert_true(migrate_run(connection, count, NULL));
    assert_false(may("baoting_front", "insert into flow.inbox values (gen_random_uuid(), now(), 'w', 1)"));
    assert_int_equal(database_ask(connection,
                                  "select count(*) from information_schema.role_table_grants where grantee = "
                                  "'baoting_front' and privilege_type not in ('SELECT')"),
                     0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(applied_once),           cmocka_unit_test(missing_one_is_seen),
        cmocka_unit_test(changed_one_is_refused), cmocka_unit_test(unknown_one_is_refused),
        cmocka_unit_test(rights_are_the_rows),
    };
    return cmocka_run_group_tests(tests, database_make, database_drop);
}
