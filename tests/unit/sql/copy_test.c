/* Bulk rows, inbox and parked messages.  SPDX-License-Identifier: Apache-2.0 */
#include "database.h"

#include "sql/copy.h"
#include "sql/inbox.h"
#include "sql/parked.h"

static const unsigned char id_one[16] = "message-one-----", id_two[16] = "message-two-----";
static const unsigned char digest_one[16] = "digest-one------";

static void every_type(void **state)
{
    (void)state;
    auto_connection *connection = database_connect();
    database_script(
        "create table typed (b bool, i2 int2, i4 int4, i8 int8, t text, y bytea, j jsonb, u uuid, "
        "z timestamptz, n text)");
    struct copy *copy = copy_new("typed", "b, i2, i4, i8, t, y, j, u, z, n", 10, 1 << 20);
    struct buffer *row = copy_row(copy);
    value_bool(row, true);
    value_int2(row, -2);
    value_int4(row, -4);
    value_int8(row, -8);
    value_text(row, SLICE("李"));
    value_bytes(row, SLICE("\0\1"));
    value_jsonb(row, SLICE("{\"a\": 1}"));
    value_id(row, id_one);
    value_time(row, INT64_C(1764000000123));
    value_null(row);
    assert_true(transaction_begin(connection, REPLAYABLE));
    assert_true(copy_send(copy, connection));
    assert_int_equal(transaction_commit(connection), COMMIT_DONE);
    assert_int_equal(database_ask(connection,
                                  "select count(*) from typed where b and i2 = -2 and i4 = -4 and i8 = -8 "
                                  "and t = '李' and y = '\\x0001' and j->>'a' = '1' and n is null and "
                                  "extract(epoch from z) = 1764000000.123 and "
                                  "u = '6d657373-6167-652d-6f6e-652d2d2d2d2d'"),
                     1);
    copy_free(copy);
}

static void marks_and_ceiling(void **state)
{
    (void)state;
    auto_connection *connection = database_connect();
    database_script("create table numbers (n int4 primary key)");
    struct copy *copy = copy_new("numbers", "n", 1, 1000);
    value_int4(copy_row(copy), 1);
    struct copy_mark mark = copy_mark(copy);
    for (int i = 2; i < 500; i++)
        value_int4(copy_row(copy), i);
    assert_false(copy_send(copy, connection));
    assert_string_equal(sql_failure(connection)->code, "BT002");
    assert_int_equal(sql_failure(connection)->verdict, SQL_POISON);
    copy_back(copy, mark);
    assert_int_equal(copy_count(copy), 1);
    assert_true(copy_send(copy, connection));
    assert_false(copy_send(copy, connection)); /* the key is there */
    assert_int_equal(sql_failure(connection)->verdict, SQL_POISON);
    copy_empty(copy);
    assert_true(copy_send(copy, connection));
    value_int4(copy_row(copy), 3);
    value_int4(copy_row(copy), 4);
    assert_true(copy_send(copy, connection));
    assert_int_equal(database_ask(connection, "select count(*) from numbers"), 3);
    copy_free(copy);
    copy = copy_new("numbers", "n", 2, 1000);
    value_int4(copy_row(copy), 5);
    assert_false(copy_send(copy, connection));
    assert_int_equal(sql_failure(connection)->verdict, SQL_FATAL);
    copy_free(copy);
}

static void large_rows(void **state)
{
    (void)state;
    auto_connection *connection = database_connect();
    database_script("create table large (t text)");
    struct copy *copy = copy_new("large", "t", 1, 4 << 20);
    char *text = memset(malloc(300000), 'x', 300000);
    for (int i = 0; i < 10; i++)
        value_text(copy_row(copy), (struct slice){text, 300000});
    assert_true(copy_send(copy, connection));
    assert_int_equal(database_ask(connection, "select sum(length(t)) from large"), 3000000);
    free(text);
    copy_free(copy);
}

static void a_repeat_is_known(void **state)
{
    (void)state;
    auto_connection *connection = database_connect();
    struct copy *inbox = inbox_new(1 << 20), *conflicts = inbox_conflict_new(1 << 20);
    struct inbox_look looks[2] = {{.message_id = id_two}, {.message_id = id_one}};
    struct inbox_row row = {id_one, 1000, digest_one, 200, SLICE("{}")};
    inbox_add(inbox, "unit", &row);
    inbox_conflict_add(conflicts, "unit", &row);
    assert_true(transaction_begin(connection, REPLAYABLE));
    assert_true(inbox_find(connection, "unit", looks, 2));
    assert_false(looks[0].known || looks[1].known);
    assert_true(copy_send(inbox, connection));
    assert_true(copy_send(conflicts, connection));
    assert_int_equal(transaction_commit(connection), COMMIT_DONE);
    assert_true(inbox_find(connection, "other", looks, 2));
    assert_false(looks[0].known || looks[1].known);
    assert_true(inbox_find(connection, "unit", looks, 2));
    assert_false(looks[0].known);
    assert_true(looks[1].known);
    assert_int_equal(looks[1].status, 200);
    assert_memory_equal(looks[1].digest, digest_one, 16);
    assert_false(copy_send(inbox, connection)); /* the unique key is the last guard */
    assert_string_equal(sql_failure(connection)->code, "23505");
    copy_free(inbox);
    copy_free(conflicts);
}

static void parked_and_replayed(void **state)
{
    (void)state;
    auto_connection *connection = database_connect();
    struct copy *parked = parked_new(1 << 20);
    struct parked_row row = {.entry = id_one,
                             .topic = "exam",
                             .partition = 3,
                             .offset = 42,
                             .headers = SLICE("packed"),
                             .sealed = SLICE("sealed"),
                             .size = 6,
                             .reason = SLICE("unreadable"),
                             .at = 5};
    auto_rows *rows = NULL;
    parked_add(parked, "unit", &row);
    assert_true(copy_send(parked, connection));
    assert_true(parked_find(connection, id_one, &rows));
    assert_int_equal(rows_count(rows), 1);
    assert_true(slice_equal(row_text(rows, 0, PARKED_SEALED), SLICE("sealed")));
    assert_true(row_null(rows, 0, PARKED_KEY));
    assert_true(parked_replayed(connection, id_one, 9, id_two));
    assert_int_equal(
        database_ask(connection, "select replays from flow.parked where replayed_by is not null"), 1);
    copy_free(parked);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type),          cmocka_unit_test(marks_and_ceiling),
        cmocka_unit_test(large_rows),          cmocka_unit_test(a_repeat_is_known),
        cmocka_unit_test(parked_and_replayed),
    };
    return cmocka_run_group_tests(tests, database_make_migrated, database_drop);
}
