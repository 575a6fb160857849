/* The reader against a mock cluster: positions, batches, going back, pauses, gaps, two members.  SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
/* cmocka wants the three above first */
#include <cmocka.h>

#include "mock.h"
#include "topics/reader.h"

#define PARTITIONS 4

/* What PostgreSQL is to a worker: positions, and what was done. */
struct store {
    int64_t next[PARTITIONS]; /* -1: no row */
    bool away;
    int asked, revoked;
    int64_t taken[PARTITIONS];
};

static bool assigned(void *opaque, struct position *positions, size_t count)
{
    struct store *store = opaque;
    store->asked++;
    if (store->away)
        return false;
    for (size_t i = 0; i < count; i++)
        if (store->next[positions[i].partition] >= 0)
            positions[i].offset = store->next[positions[i].partition];
    return true;
}

static void revoked(void *opaque, const struct position *positions, size_t count, bool lost)
{
    struct store *store = opaque;
    (void)positions;
    (void)count;
    (void)lost;
    store->revoked++;
}

static struct store store_new(void)
{
    return (struct store){.next = {-1, -1, -1, -1}};
}

static const char *const topics[] = {"exam"};

static struct reader *begin(struct store *store)
{
    struct reader_hooks hooks = {.assigned = assigned, .revoked = revoked, .opaque = store};
    struct problem problem;
    struct reader *reader;
    problem_none(&problem);
    assert_true(reader_new("test-group", topics, 1, &hooks, &reader, &problem));
    return reader;
}

/* Checks a batch's shape and that it begins where the store stands; then stores it. */
static size_t take(struct store *store, const struct batch *batch)
{
    size_t counted = 0;
    for (size_t i = 0; i < batch->part_count; i++) {
        const struct batch_part *part = &batch->parts[i];
        int64_t expected = store->next[part->from.partition];
        assert_int_equal(part->from.offset, expected < 0 ? part->from.first : expected);
        assert_int_equal(part->first, counted);
        assert_true(part->count > 0);
        for (size_t record = 0; record < part->count; record++) {
            assert_int_equal(batch->records[counted].partition, part->from.partition);
            assert_int_equal(batch->records[counted].offset, part->from.offset + (int64_t)record);
            assert_ptr_equal(batch->records[counted].topic, topics[0]);
            counted++;
        }
        assert_int_equal(part->next, part->from.offset + (int64_t)part->count);
        store->next[part->from.partition] = part->next;
        store->taken[part->from.partition] += (int64_t)part->count;
    }
    assert_int_equal(counted, batch->count);
    return counted;
}

/* Reads until `count` records were taken in. */
static void take_all(struct reader *reader, struct store *store, size_t count)
{
    int64_t until = clock_monotonic_us() + 30000000;
    for (size_t taken = 0; taken < count;) {
        const struct batch *batch;
        enum reader_verdict verdict = reader_batch(reader, 200, &batch);
        assert_true(clock_monotonic_us() < until);
        assert_true(verdict == READER_BATCH || verdict == READER_NOTHING);
        if (verdict == READER_BATCH)
            taken += take(store, batch);
        assert_true(taken <= count);
    }
}

static void batches_follow_the_store(void **state)
{
    (void)state;
    struct mock mock = mock_begin(1);
    mock_topic(&mock, "exam", PARTITIONS);
    mock_fill("exam", 0, 3000);
    struct store store = store_new();
    struct reader *reader = begin(&store);
    take_all(reader, &store, 3000);
    assert_true(reader_cluster_id(reader)[0] != 0);
    reader_free(reader);
    assert_int_equal(store.revoked, 1);
    mock_fill("exam", 3000, 100);
    reader = begin(&store);
    take_all(reader, &store, 100); /* where the first left off, not from the beginning */
    reader_free(reader);
    mock_end(&mock);
}

static void a_rollback_comes_again(void **state)
{
    (void)state;
    struct mock mock = mock_begin(1);
    mock_topic(&mock, "exam", PARTITIONS);
    mock_fill("exam", 0, 2000);
    mock_setting("BAOTING_BATCH_MESSAGES", "37");
    struct store store = store_new();
    struct reader *reader = begin(&store);
    size_t taken = 0, rolled_back = 0;
    for (int i = 0; taken < 2000; i++) {
        const struct batch *batch;
        struct store before = store;
        assert_true(i < 2000);
        if (reader_batch(reader, 1000, &batch) != READER_BATCH)
            continue;
        size_t count = take(&store, batch);
        if (i % 3 == 0 && rolled_back < 15) {
            store = before;
            reader_rewind(reader);
            rolled_back++;
        } else {
            taken += count;
        }
    }
    assert_int_equal(taken, 2000);
    assert_int_equal(rolled_back, 15);
    reader_free(reader);
    mock_setting("BAOTING_BATCH_MESSAGES", "1000");
    mock_end(&mock);
}

static void storage_away_waits(void **state)
{
    (void)state;
    const struct batch *batch;
    struct mock mock = mock_begin(1);
    mock_topic(&mock, "exam", PARTITIONS);
    mock_fill("exam", 0, 100);
    struct store store = store_new();
    store.away = true;
    struct reader *reader = begin(&store);
    int64_t until = clock_monotonic_us() + 30000000;
    while (store.asked < 3 && clock_monotonic_us() < until)
        assert_int_equal(reader_batch(reader, 300, &batch), READER_NOTHING);
    assert_true(store.asked >= 3);
    store.away = false;
    take_all(reader, &store, 100);
    reader_pause(reader);
    mock_fill("exam", 100, 100);
    for (int i = 0; i < 5; i++)
        assert_int_equal(reader_batch(reader, 100, &batch), READER_NOTHING);
    store.away = true;
    reader_resume(reader);
    for (int i = 0; i < 3; i++)
        assert_int_equal(reader_batch(reader, 100, &batch), READER_NOTHING);
    store.away = false;
    take_all(reader, &store, 100);
    reader_free(reader);
    mock_end(&mock);
}

static void a_gap_is_never_skipped(void **state)
{
    (void)state;
    const struct batch *batch;
    struct mock mock = mock_begin(1);
    mock_topic(&mock, "exam", PARTITIONS);
    mock_fill("exam", 0, 100);
    struct store store = store_new();
    store.next[2] = 1000;
    struct reader *reader = begin(&store);
    enum reader_verdict verdict = READER_NOTHING;
    for (int i = 0; i < 100 && verdict == READER_NOTHING; i++)
        verdict = reader_batch(reader, 200, &batch);
    assert_int_equal(verdict, READER_GAP);
    assert_int_equal(reader_batch(reader, 200, &batch), READER_GAP);
    reader_free(reader);
    mock_end(&mock);
}

static void two_members_share(void **state)
{
    (void)state;
    struct mock mock = mock_begin(1);
    mock_topic(&mock, "exam", PARTITIONS);
    mock_setting("BAOTING_KAFKA_SESSION_MS", "3000");
    struct store store = store_new();
    struct reader *readers[2] = {begin(&store), NULL};
    mock_fill("exam", 0, 500);
    take_all(readers[0], &store, 500);
    readers[1] = begin(&store);
    int64_t until = clock_monotonic_us() + 30000000;
    size_t taken[2] = {0}, sent = 500, all = 0;
    while ((!taken[0] || !taken[1]) && clock_monotonic_us() < until) {
        mock_fill("exam", (int)sent, 50);
        sent += 50;
        for (int i = 0; i < 6; i++) {
            const struct batch *batch;
            if (reader_batch(readers[i % 2], 100, &batch) == READER_BATCH)
                taken[i % 2] += take(&store, batch);
        }
        if (!store.revoked) /* before the new member is in, the first has all */
            taken[0] = 0;
    }
    assert_true(taken[0] && taken[1]);
    reader_free(readers[0]);
    until = clock_monotonic_us() + 30000000;
    for (int64_t i = 0; i < PARTITIONS; i++)
        all += (size_t)store.taken[i];
    while (all < sent && clock_monotonic_us() < until) {
        const struct batch *batch;
        if (reader_batch(readers[1], 100, &batch) == READER_BATCH)
            all += take(&store, batch);
    }
    assert_int_equal(all, sent);
    reader_free(readers[1]);
    mock_setting("BAOTING_KAFKA_SESSION_MS", "10000");
    mock_end(&mock);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(batches_follow_the_store), cmocka_unit_test(a_rollback_comes_again),
        cmocka_unit_test(storage_away_waits),       cmocka_unit_test(a_gap_is_never_skipped),
        cmocka_unit_test(two_members_share),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
