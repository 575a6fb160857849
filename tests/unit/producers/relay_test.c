/* The relay on a real PostgreSQL, with a writer of the test's own in the place of Kafka.  SPDX-License-Identifier: Apache-2.0 */
#include "../sql/database.h"

#include <pthread.h>
#include <sys/mman.h>

#include "process/clock.h"
#include "process/config.h"
#include "process/life.h"
#include "producers/relay.h"
#include "sql/outbox.h"
#include "sql/timers.h"

/* What the writer was handed: the keys, joined; how it answers. */
static char said[200000];
static int writes;
static enum { KEEPS, LOSES, AWAY, TOO_LARGE_X } mood;
static int64_t turns_at_write;
static struct writer_ticket *reports;
static struct sql_connection *witness;
static struct copy *outbox;
static struct relay *relay;
static int64_t *shift;
static bool stormy;
static int storm_last[26], storm_gaps;

bool writer_write(struct writer_port *port, const struct outgoing *outgoing, struct writer_ticket *ticket,
                  struct problem *problem)
{
    (void)port;
    bool x = slice_equal(outgoing->key, SLICE("x"));
    if (writes == 0 && witness)
        turns_at_write = database_ask(witness, "select turns from flow.relay");
    if (mood == AWAY || (mood == TOO_LARGE_X && x)) {
        problem_say(problem, PROBLEM_kafka_away, "refused by the test", "测试拒绝");
        problem->retriable = !x;
        return false;
    }
    if (stormy) {
        int key = outgoing->key.at[0] - 'a', number = atoi(outgoing->value.at);
        storm_gaps += number > storm_last[key] + 1;
        storm_last[key] = number > storm_last[key] ? number : storm_last[key];
    } else {
        strncat(said, outgoing->key.at, outgoing->key.length);
    }
    writes++;
    ticket->verdict = mood == LOSES && x ? WRITER_UNKNOWN : WRITER_KEPT;
    ticket->next = reports;
    reports = ticket;
    return true;
}

struct writer_ticket *writer_port_wait(struct writer_port *port, int64_t milliseconds)
{
    struct writer_ticket *taken = reports;
    (void)port, (void)milliseconds;
    reports = NULL;
    return taken;
}

static void say(const char *keys)
{
    copy_empty(outbox);
    for (const char *key = keys; *key; key++) {
        struct outbox_row row = {"exam", {key, 1}, SLICE("packed"), SLICE("{}")};
        outbox_add(outbox, &row);
    }
    assert_true(transaction_begin(witness, REPLAYABLE));
    assert_true(outbox_send(outbox, witness));
    assert_int_equal(transaction_commit(witness), COMMIT_DONE);
}

/* Turns until nothing was to be done twice in succession. */
static void turn(void)
{
    for (int idle = 0; idle < 2;) {
        relay_rest(relay, 20);
        idle = relay_turn(relay) < 100 ? 0 : idle + 1;
    }
}

static void expect(const char *keys)
{
    said[0] = 0;
    writes = 0;
    turn();
    assert_string_equal(said, keys);
}

static int64_t left(void)
{
    return database_ask(witness, "select coalesce(sum(events), 0) from flow.outbox");
}

static void in_order_and_once(void **state)
{
    (void)state;
    expect("");
    say("abc");
    say("de");
    int64_t before = database_ask(witness, "select turns from flow.relay");
    expect("abcde");
    assert_true(turns_at_write > before); /* its own durable commit came first */
    expect("");
    assert_int_equal(left(), 0);
}

static void more_than_a_batch(void **state)
{
    (void)state;
    for (const char *key = "abcdefghijklmnopqrstuvw"; *key; key++)
        say((char[]){*key, 0});
    expect("abcdefghijklmnopqrstuvw");
    assert_int_equal(left(), 0);
}

static void what_was_not_kept_is_said_again(void **state)
{
    (void)state;
    mood = LOSES;
    say("ax");
    say("b");
    said[0] = 0;
    while (strlen(said) < 5)
        relay_rest(relay, relay_turn(relay));
    assert_memory_equal(said, "axbax", 5); /* a row goes again as a whole */
    mood = KEEPS;
    expect("ax");
    assert_int_equal(left(), 0);
}

static void kafka_away_keeps_everything(void **state)
{
    (void)state;
    mood = AWAY;
    say("abc");
    said[0] = 0;
    for (int i = 0; i < 4; i++)
        relay_rest(relay, relay_turn(relay));
    assert_string_equal(said, "");
    assert_int_equal(left(), 3);
    mood = KEEPS;
    expect("abc");
    assert_int_equal(left(), 0);
}

static void one_too_large_does_not_stop_the_others(void **state)
{
    (void)state;
    mood = TOO_LARGE_X;
    say("a");
    say("x");
    say("b");
    said[0] = 0;
    for (int i = 0; i < 6; i++)
        relay_rest(relay, relay_turn(relay));
    assert_string_equal(said, "ab");
    assert_int_equal(left(), 1);
    mood = KEEPS;
    say("c");
    expect("xc");
}

static void a_lost_session_loses_and_doubles_nothing(void **state)
{
    (void)state;
    say("abc");
    said[0] = 0;
    while (!*said)
        relay_rest(relay, relay_turn(relay)); /* kept, not yet marked */
    database_script(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'relay' and "
        "datname = current_database()");
    say("d");
    expect("d");
    assert_int_equal(left(), 0);
}

static void the_second_waits(void **state)
{
    (void)state;
    struct relay *second = relay_new(NULL);
    assert_true(relay_turn(second) > 0);
    say("a");
    said[0] = 0;
    relay_turn(second);
    assert_string_equal(said, "");
    expect("a");
    relay_free(relay); /* the first goes: the second leads */
    relay = second;
    say("b");
    turn();
    said[0] = 0;
    say("c");
    expect("c");
}

static void configure(const char *batch)
{
    char *server = strdup(getenv("BAOTING_TEST_PG"));
    setenv("BAOTING_RELAY_DATABASE", database_uri, 1);
    setenv("BAOTING_KAFKA_BROKERS", "127.0.0.1:1", 1);
    setenv("BAOTING_RELAY_BATCH", batch, 1);
    setenv("BAOTING_RETRY_MS", "5", 1);
    setenv("BAOTING_LOG_LEVEL", "alarm", 1);
    unsetenv("BAOTING_TEST_PG"); /* no setting of a program */
    config_load(CONFIG_RELAY);
    setenv("BAOTING_TEST_PG", server, 1);
    free(server);
}

static void idle_writes_nothing(void **state)
{
    (void)state;
    expect("");
    int64_t before = database_ask(witness, "select turns from flow.relay");
    for (int64_t end = clock_monotonic_us() + 1500000; clock_monotonic_us() < end;)
        relay_rest(relay, relay_turn(relay));
    assert_int_equal(database_ask(witness, "select turns from flow.relay"), before);
}

static void set_timers(int count, int64_t due, const char *kind)
{
    struct timers *timers = timers_new(64 << 20);
    for (int i = 0; i < count; i++) {
        unsigned char key[16] = {0};
        memcpy(key, &i, sizeof i);
        struct timer_row row = {.kind = kind,
                                .key = key,
                                .generation = 1,
                                .due = due,
                                .topic = "exam",
                                .message_key = SLICE("t"),
                                .headers = SLICE("packed"),
                                .value = SLICE("{}")};
        timers_set(timers, &row);
    }
    assert_true(transaction_begin(witness, REPLAYABLE));
    assert_true(timers_send(timers, witness));
    assert_int_equal(transaction_commit(witness), COMMIT_DONE);
    timers_free(timers);
}

static void timers_follow_the_turned_clock(void **state)
{
    (void)state;
    expect("");
    set_timers(1, clock_now() + 3600000, "far");
    expect("");
    *shift += 3599000;
    expect("");
    *shift += 1001;
    expect("t");
    assert_int_equal(database_ask(witness, "select count(*) from flow.timer"), 0);
    set_timers(1, clock_now() + 300, "near");
    relay_rest(relay, 0);
    expect("");
    usleep(310000);
    expect("t");
}

static void ten_thousand_at_once_among_many(void **state)
{
    (void)state;
    relay_free(relay);
    configure("2000");
    relay = relay_new(NULL);
    set_timers(100000, clock_now() + 86400000, "pending");
    set_timers(10000, clock_now() + 1800000, "due");
    expect("");
    *shift += 1800000;
    int64_t began = clock_monotonic_us();
    said[0] = 0;
    writes = 0;
    while (writes < 10000 && clock_monotonic_us() - began < 10000000)
        relay_rest(relay, relay_turn(relay));
    assert_int_equal(writes, 10000);
    assert_in_range(clock_monotonic_us() - began, 0, 2000000);
}

#define STORM_THREADS 3
#define STORM_ROUNDS 120
#define STORM_KEYS 4

/* Says numbered events of shared keys, each behind its key's row lock, and changes its mind now and then. */
static void *storm(void *seed)
{
    unsigned state = (unsigned)(uintptr_t)seed;
    struct sql_connection *connection = database_connect();
    for (int round = 0; round < STORM_ROUNDS; round++) {
        char script[400];
        snprintf(
            script, sizeof script,
            "with u as (update storm set n = n + 1 where k = %d returning k, n) "
            "insert into flow.outbox (events, packed) "
            "select 1, int2send(5::int2) || 'exam\\000'::bytea || int2send(1::int2) || chr(97 + k)::bytea || "
            "int2send(0::int2) || int4send(length(n::text)) || n::text::bytea from u; notify outbox",
            rand_r(&state) % STORM_KEYS);
        bool well = transaction_begin(connection, REPLAYABLE) && sql_script(connection, script);
        usleep((useconds_t)(rand_r(&state) % 3000));
        if (!well || rand_r(&state) % 8 == 0)
            transaction_rollback(connection);
        else
            (void)!transaction_commit(connection);
    }
    sql_close(connection);
    return NULL;
}

/* Each key's events left in order, every committed one, some twice where a session was lost. */
static void storm_is_weathered(void **state)
{
    (void)state;
    pthread_t threads[STORM_THREADS];
    expect("");
    database_script("create table storm (k int primary key, n int not null);"
                    "insert into storm select k, 0 from generate_series(0, 3) k");
    stormy = true;
    for (uintptr_t i = 0; i < STORM_THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, storm, (void *)(i + 1)), 0);
    for (int i = 0; i < 8; i++) {
        for (int64_t end = clock_monotonic_us() + 60000; clock_monotonic_us() < end;)
            relay_rest(relay, relay_turn(relay));
        database_script(
            "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'relay' and "
            "datname = current_database()");
    }
    for (int i = 0; i < STORM_THREADS; i++)
        pthread_join(threads[i], NULL);
    turn();
    stormy = false;
    for (int key = 0; key < STORM_KEYS; key++) {
        assert_int_equal(storm_last[key], database_number(witness, "select n from storm where k = %d", key));
        assert_true(storm_last[key] > 0);
    }
    assert_int_equal(storm_gaps, 0);
}

static int begin(void **state)
{
    char path[] = "clock-XXXXXX";
    database_make_migrated(state);
    configure("10");
    int file = mkstemp(path);
    if (file < 0 || ftruncate(file, sizeof *shift) != 0 || !clock_shift_by(path))
        return 1;
    shift = mmap(NULL, sizeof *shift, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    unlink(path);
    witness = database_connect();
    outbox = outbox_new(1 << 20);
    relay = relay_new(NULL);
    return shift == MAP_FAILED;
}

static int finish(void **state)
{
    relay_free(relay);
    copy_free(outbox);
    sql_close(witness);
    return database_drop(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_order_and_once),
        cmocka_unit_test(more_than_a_batch),
        cmocka_unit_test(what_was_not_kept_is_said_again),
        cmocka_unit_test(kafka_away_keeps_everything),
        cmocka_unit_test(one_too_large_does_not_stop_the_others),
        cmocka_unit_test(a_lost_session_loses_and_doubles_nothing),
        cmocka_unit_test(the_second_waits),
        cmocka_unit_test(idle_writes_nothing),
        cmocka_unit_test(timers_follow_the_turned_clock),
        cmocka_unit_test(ten_thousand_at_once_among_many),
        cmocka_unit_test(storm_is_weathered),
    };
    return cmocka_run_group_tests(tests, begin, finish);
}
