/* The outbox from both sides, and timers on their way into it.  SPDX-License-Identifier: Apache-2.0 */
#include "database.h"

#include "sql/outbox.h"
#include "sql/timers.h"

static struct copy *outbox;
static struct timers *timers;

static void add(const char *key)
{
    struct outbox_row row = {"exam", slice_of(key), SLICE("packed"), SLICE("{}")};
    outbox_add(outbox, &row);
}

/* Begins a transaction that says one thing, and leaves it open. */
static struct sql_connection *begun(const char *key)
{
    struct sql_connection *connection = database_connect();
    copy_empty(outbox);
    add(key);
    assert_true(transaction_begin(connection, REPLAYABLE));
    assert_true(outbox_send(outbox, connection));
    return connection;
}

static void end(struct sql_connection *connection)
{
    assert_int_equal(transaction_commit(connection), COMMIT_DONE);
    sql_close(connection);
}

/* The keys that may be sent now, joined; marks them if asked. */
static const char *take(struct sql_connection *relay, bool mark)
{
    static char keys[200];
    bool kept[100];
    auto_rows *rows = NULL;
    *keys = 0;
    assert_true(transaction_begin(relay, DURABLE));
    assert_true(outbox_heartbeat(relay, 1000));
    assert_true(outbox_take(relay, 100, &rows));
    for (size_t row = 0; row < rows_count(rows); row++) {
        struct slice rest = row_text(rows, row, OUTBOX_PACKED);
        struct outbox_row event;
        int64_t events = 0;
        for (kept[row] = true; outbox_next(&rest, &event); events++) {
            snprintf(keys + strlen(keys), sizeof keys - strlen(keys), "%.*s", (int)event.key.length,
                     event.key.at);
            assert_true(slice_equal(event.headers, SLICE("packed")));
            assert_string_equal(event.topic, "exam");
        }
        assert_int_equal(rest.length, 0);
        assert_int_equal(events, row_number(rows, row, OUTBOX_EVENTS));
    }
    assert_true(!mark || outbox_mark(relay, rows, kept));
    assert_int_equal(transaction_commit(relay), COMMIT_DONE);
    return keys;
}

static void only_one_relay(void **state)
{
    (void)state;
    auto_connection *one = database_connect();
    struct sql_connection *other = database_connect();
    bool held = false;
    assert_true(outbox_hold(other, &held));
    assert_true(held);
    assert_true(outbox_hold(one, &held));
    assert_false(held);
    sql_close(other);
    for (int i = 0; i < 100 && !held; i++) {
        assert_true(outbox_hold(one, &held));
        usleep(10000);
    }
    assert_true(held);
}

static void notified_once_committed(void **state)
{
    (void)state;
    auto_connection *relay = database_connect();
    char channel[64];
    int64_t payload, age;
    assert_true(sql_listen(relay, "outbox"));
    assert_true(outbox_age(relay, &age));
    assert_int_equal(age, -1);
    struct sql_connection *writer = begun("a");
    assert_true(sql_wait(relay, 50));
    assert_false(sql_notification(relay, channel, &payload));
    end(writer);
    assert_true(sql_wait(relay, 5000));
    assert_true(sql_notification(relay, channel, &payload));
    assert_string_equal(channel, "outbox");
    assert_true(outbox_age(relay, &age));
    assert_in_range(age, 1, 60000);
    assert_string_equal(take(relay, true), "a");
    assert_string_equal(take(relay, true), "");
}

static void a_lower_sequence_that_comes_later_is_taken_then(void **state)
{
    (void)state;
    auto_connection *relay = database_connect();
    struct sql_connection *slow = begun("a"), *fast = begun("b");
    end(fast);
    assert_string_equal(take(relay, true), "b");
    assert_string_equal(take(relay, true), "");
    end(slow);
    assert_string_equal(take(relay, true), "a");
}

static void in_the_order_of_inserts(void **state)
{
    (void)state;
    auto_connection *relay = database_connect();
    struct sql_connection *first = begun("a"), *second = begun("b");
    end(second);
    end(first);
    end(begun("c"));
    assert_string_equal(take(relay, true), "abc");
}

static void what_was_not_kept_stays(void **state)
{
    (void)state;
    auto_connection *relay = database_connect();
    bool kept[3] = {true, false, true};
    auto_rows *rows = NULL;
    end(begun("a"));
    end(begun("b"));
    end(begun("c"));
    assert_true(outbox_take(relay, 100, &rows));
    assert_int_equal(rows_count(rows), 3);
    assert_true(outbox_mark(relay, rows, kept));
    assert_true(outbox_mark(relay, rows, kept)); /* twice is once */
    assert_string_equal(take(relay, true), "b");
}

static void a_tombstone(void **state)
{
    (void)state;
    auto_connection *relay = database_connect();
    auto_rows *rows = NULL;
    bool kept[1] = {true};
    struct outbox_row row = {"exam", {NULL, 0}, SLICE("packed"), {NULL, 0}}, event;
    copy_empty(outbox);
    outbox_add(outbox, &row);
    assert_true(outbox_send(outbox, relay));
    assert_true(outbox_take(relay, 100, &rows));
    struct slice rest = row_text(rows, 0, OUTBOX_PACKED);
    assert_true(outbox_next(&rest, &event));
    assert_null(event.value.at);
    assert_null(event.key.at);
    assert_int_equal(
        database_ask(relay, "select count(*) from flow.outbox_event where value is null and key is null"), 1);
    assert_true(outbox_mark(relay, rows, kept));
}

static void some_to_a_row(void **state)
{
    (void)state;
    auto_connection *relay = database_connect();
    char *value = memset(malloc(5000), 'v', 5000);
    char expected[121] = {0};
    copy_empty(outbox);
    for (int i = 0; i < 120; i++) {
        struct outbox_row row = {
            "exam", {&"abcde"[i % 5], 1}, SLICE("packed"), {value, i % 40 == 7 ? 5000 : 400}};
        outbox_add(outbox, &row);
        expected[i] = "abcde"[i % 5];
    }
    struct copy_mark mark = copy_mark(outbox);
    add("x");
    copy_back(outbox, mark);
    assert_int_equal(copy_count(outbox), 120);
    assert_true(outbox_send(outbox, relay));
    assert_in_range(database_ask(relay, "select count(*) from flow.outbox"), 8, 14);
    assert_int_equal(database_ask(relay, "select sum(events) from flow.outbox"), 120);
    assert_int_equal(database_ask(relay, "select count(*) from flow.outbox where length(packed) > 8000"), 0);
    assert_int_equal(
        database_ask(relay, "select sum(length(value)) from flow.outbox_event where key between 'a' and "
                            "'e' and topic = 'exam' and headers = 'packed'"),
        117 * 400 + 3 * 5000);
    assert_string_equal(take(relay, true), expected);
    free(value);
}

static void a_cycle_has_a_ceiling(void **state)
{
    (void)state;
    auto_connection *relay = database_connect();
    auto_rows *rows = NULL;
    assert_true(sql_script(relay, "insert into flow.outbox (events, packed) "
                                  "select 0, repeat('x', 1000000)::bytea from generate_series(1, 20)"));
    assert_true(outbox_take(relay, 100, &rows));
    assert_int_equal(rows_count(rows), 17);
    assert_true(sql_script(relay, "delete from flow.outbox"));
}

static void malformed_bytes_end_it(void **state)
{
    (void)state;
    struct buffer packed = buffer_new(1000);
    struct outbox_row row = {"exam", SLICE("key"), SLICE("packed"), SLICE("value")}, event;
    outbox_pack(&packed, &row);
    for (size_t length = 1; length < packed.length; length++) {
        struct slice rest = {packed.at, length};
        assert_false(outbox_next(&rest, &event));
        assert_int_equal(rest.length, length);
    }
    buffer_free(&packed);
}

static void set(const char *key, int64_t due, int32_t generation)
{
    struct timer_row row = {.kind = "attempt_due",
                            .key = (const unsigned char *)key,
                            .generation = generation,
                            .due = due,
                            .topic = "exam",
                            .message_key = slice_of(key),
                            .headers = SLICE("packed"),
                            .value = SLICE("{}")};
    timers_set(timers, &row);
}

static void sent(struct sql_connection *connection)
{
    assert_true(transaction_begin(connection, REPLAYABLE));
    assert_true(timers_send(timers, connection));
    assert_int_equal(transaction_commit(connection), COMMIT_DONE);
    timers_empty(timers);
}

static void timers_come_back(void **state)
{
    (void)state;
    auto_connection *connection = database_connect(), *relay = database_connect();
    char channel[64];
    int64_t due, moved, next;
    static const char a[17] = "a---------------", b[17] = "b---------------", c[17] = "c---------------";
    assert_true(sql_listen(relay, "timer"));
    assert_true(timers_move(relay, 100000, 10, &moved, &next));
    assert_int_equal(moved, 0);
    assert_true(next == INT64_MAX);
    set(b, 4000, 1);
    set(a, 3000, 1);
    size_t mark = timers_mark(timers);
    set(c, 1, 1);
    timers_back(timers, mark); /* refused */
    timers_cancel(timers, "attempt_due", (const unsigned char *)c);
    set(b, 2000, 2); /* the last word */
    sent(connection);
    assert_true(sql_wait(relay, 5000));
    assert_true(sql_notification(relay, channel, &due));
    assert_string_equal(channel, "timer");
    assert_int_equal(due, 2000);
    set(a, 1000, 0); /* older than what stands */
    set(c, 9000, 1);
    sent(connection);
    assert_true(timers_move(relay, 1999, 10, &moved, &next));
    assert_int_equal(moved, 0);
    assert_int_equal(next, 2000);
    assert_true(timers_move(relay, 3000, 1, &moved, &next));
    assert_int_equal(moved, 1);
    assert_int_equal(next, 3000);
    timers_cancel(timers, "attempt_due", (const unsigned char *)c);
    sent(connection);
    assert_true(timers_move(relay, 3000, 10, &moved, &next));
    assert_int_equal(moved, 1);
    assert_true(next == INT64_MAX);
    assert_string_equal(take(relay, true), "b---------------a---------------");
}

static void a_timer_in_hand_is_left(void **state)
{
    (void)state;
    auto_connection *connection = database_connect(), *relay = database_connect();
    static const char a[17] = "a---------------";
    int64_t moved, next;
    set(a, 1000, 1);
    sent(connection);
    assert_true(transaction_begin(connection, REPLAYABLE));
    set(a, 5000, 2);
    assert_true(timers_send(timers, connection));
    assert_true(timers_move(relay, 2000, 10, &moved, &next)); /* does not wait */
    assert_int_equal(moved, 0);
    assert_int_equal(transaction_commit(connection), COMMIT_DONE);
    assert_true(timers_move(relay, 2000, 10, &moved, &next));
    assert_int_equal(moved, 0);
    assert_int_equal(next, 5000);
    assert_true(timers_move(relay, 5000, 10, &moved, &next));
    assert_string_equal(take(relay, true), a);
    timers_empty(timers);
}

static int begin(void **state)
{
    outbox = outbox_new(1 << 20);
    timers = timers_new(1 << 20);
    return database_make_migrated(state);
}

static int finish(void **state)
{
    copy_free(outbox);
    timers_free(timers);
    return database_drop(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_one_relay),
        cmocka_unit_test(notified_once_committed),
        cmocka_unit_test(a_lower_sequence_that_comes_later_is_taken_then),
        cmocka_unit_test(in_the_order_of_inserts),
        cmocka_unit_test(what_was_not_kept_stays),
        cmocka_unit_test(a_tombstone),
        cmocka_unit_test(some_to_a_row),
        cmocka_unit_test(a_cycle_has_a_ceiling),
        cmocka_unit_test(malformed_bytes_end_it),
        cmocka_unit_test(timers_come_back),
        cmocka_unit_test(a_timer_in_hand_is_left),
    };
    return cmocka_run_group_tests(tests, begin, finish);
}
