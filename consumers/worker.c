/* A worker: fetch a batch, decide it, commit effects, events and position together.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/worker.h"

#include <stdio.h>
#include <stdlib.h>

#include "consumers/decision.h"
#include "process/clock.h"
#include "process/config.h"
#include "process/life.h"
#include "process/log.h"
#include "process/memory.h"
#include "process/metrics.h"
#include "sql/cursor.h"
#include "sql/heartbeat.h"
#include "sql/transaction.h"
#include "topics/blob.h"
#include "topics/reader.h"

/* Repeats are rare: the inbox is asked only in so many batches after one was met. In the others a repeat breaks the
 * unique key of the inbox, or that of its own effects, and its batch is taken once more, with asking. */
#define LOOKS 64

/* What became of a run of records. */
enum turn { TURN_DONE, TURN_AGAIN, TURN_SMALLER, TURN_FENCED, TURN_STOP };

struct worker {
    struct decider decider;
    struct sql_connection *connection;
    struct reader *reader;
    struct seal *seal;
    struct item *items;
    struct cursor *cursors;
    size_t cursor_room;
    const struct batch *batch;
    size_t tries, looks; /* batches yet to come in which the inbox is asked for repeats beforehand */
    struct life_part *database, *kafka;
    char process[64]; /* as the list of processes names it */
};

/* Connects if need be; false while PostgreSQL is away. */
static bool connected(struct worker *worker)
{
    struct sql_failure failure;
    if (worker->connection && sql_alive(worker->connection))
        return true;
    sql_close(worker->connection);
    worker->connection = NULL;
    if (!sql_open(config->worker_database, worker->decider.plan->name, &worker->connection, &failure)) {
        LOG(database_lost, log_text("code", failure.code), log_text("detail", failure.text));
        life_part_set(worker->database, false);
        return false;
    }
    LOG(database_back);
    life_part_set(worker->database, true);
    return true;
}

static struct cursor *cursors_of(struct worker *worker, const struct position *positions, size_t count)
{
    if (count > worker->cursor_room) {
        worker->cursors = memory_resize(worker->cursors, count * sizeof *worker->cursors);
        worker->cursor_room = count;
    }
    for (size_t i = 0; i < count; i++)
        worker->cursors[i] = (struct cursor){
            .cluster_id = reader_cluster_id(worker->reader),
            .topic_id = positions[i].topic_id.bytes,
            .topic = positions[i].topic,
            .partition = positions[i].partition,
            .offset = positions[i].first,
            .leader_epoch = -1,
        };
    return worker->cursors;
}

/* Sets the stored positions; a partition without one gets its row at the log's first offset. */
static bool stored_positions(struct worker *worker, struct position *positions, size_t count)
{
    const char *name = worker->decider.plan->name;
    struct cursor *cursors = cursors_of(worker, positions, count);
    size_t lacking = 0;
    if (!cursor_read(worker->connection, name, cursors, count))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (cursors[i].elsewhere) {
            LOG(gap, log_text("topic", positions[i].topic), log_text("detail", "the topic or cluster is another one"));
            life_end(LIFE_STOPPED_BY_GAP);
            return false;
        }
        if (cursors[i].offset == CURSOR_NONE) {
            cursors[i].offset = positions[i].first;
            lacking++;
        }
        positions[i].offset = cursors[i].offset;
        positions[i].leader_epoch = cursors[i].leader_epoch;
    }
    return lacking == 0 || cursor_start(worker->connection, name, cursors, count);
}

static bool on_assigned(void *opaque, struct position *positions, size_t count)
{
    struct worker *worker = opaque;
    return connected(worker) && stored_positions(worker, positions, count);
}

static void on_revoked(void *opaque, const struct position *positions, size_t count, bool lost)
{
    (void)opaque, (void)positions;
    LOG(revoked, log_number("partitions", (int64_t)count), log_number("lost", lost));
}

/* The positions that records [first, first + count) of the batch move, into worker->cursors; how many. */
static size_t claims_of(struct worker *worker, size_t first, size_t count)
{
    const struct batch *batch = worker->batch;
    size_t claims = 0;
    for (size_t i = 0; i < batch->part_count; i++) {
        const struct batch_part *part = &batch->parts[i];
        size_t begin = first > part->first ? first : part->first;
        size_t end = first + count < part->first + part->count ? first + count : part->first + part->count;
        if (begin >= end)
            continue;
        struct cursor *cursor = &worker->cursors[claims++];
        const struct record *last = &batch->records[end - 1];
        *cursor = (struct cursor){
            .cluster_id = reader_cluster_id(worker->reader),
            .topic_id = part->from.topic_id.bytes,
            .topic = part->from.topic,
            .partition = part->from.partition,
            .offset = begin == part->first ? part->from.offset : batch->records[begin - 1].offset + 1,
            .next = end == part->first + part->count ? part->next : last->offset + 1,
            .leader_epoch = last->leader_epoch,
        };
    }
    return claims;
}

/* What to do about the failure that the connection holds; the transaction is rolled back. */
static enum turn failed(struct worker *worker, size_t claims, bool poison)
{
    struct sql_failure failure = *sql_failure(worker->connection);
    transaction_rollback(worker->connection);
    if (poison || failure.verdict == SQL_POISON || failure.verdict == SQL_NONE)
        return TURN_SMALLER;
    if (failure.verdict == SQL_FENCED)
        return TURN_FENCED;
    LOG(batch_failed, log_text("code", failure.code), log_text("detail", failure.text));
    metric_add(METRIC_retries, 1);
    if (failure.verdict == SQL_FATAL && sql_alive(worker->connection)) {
        life_end(LIFE_FAILED);
        return TURN_STOP;
    }
    if (strcmp(failure.code, "55P03") == 0 && sql_alive(worker->connection) &&
        !cursor_evict(worker->connection, worker->decider.plan->name, worker->cursors, claims, config->kafka_session_ms))
        LOG(database_trouble, log_text("detail", sql_failure(worker->connection)->text));
    return TURN_AGAIN;
}

/* The answer to a commit was lost: the positions tell. */
static enum turn settle(struct worker *worker, size_t claims)
{
    enum settled settled;
    while (!life_ending()) {
        if (connected(worker) &&
            cursor_settle(worker->connection, worker->decider.plan->name, worker->cursors, claims, &settled))
            return settled == SETTLED_DONE ? TURN_DONE : settled == SETTLED_UNDONE ? TURN_AGAIN : TURN_FENCED;
        life_sleep(config->retry_ms);
    }
    return TURN_STOP;
}

static enum turn finish(struct worker *worker, size_t claims)
{
    int64_t before = clock_monotonic_us();
    enum commit commit = transaction_commit(worker->connection);
    metric_observe(METRIC_commit_latency, clock_monotonic_us() - before);
    if (commit == COMMIT_DONE)
        return TURN_DONE;
    return commit == COMMIT_IN_DOUBT ? settle(worker, claims) : failed(worker, claims, false);
}

/* Parks the record under decision in a transaction of its own, which moves the position; without a reason barely. */
static enum turn park_so(struct worker *worker, size_t at, const char *reason)
{
    struct gathering *gathering = worker->decider.gathering;
    struct item *item = &worker->items[0];
    size_t claims = claims_of(worker, at, 1);
    gathering_clear(gathering);
    worker->decider.plan->desk->clear(worker->decider.desk, false);
    if (!transaction_begin(worker->connection, REPLAYABLE) ||
        !cursor_claim(worker->connection, worker->decider.plan->name, worker->cursors, claims))
        return failed(worker, claims, false);
    if (reason)
        gathering_park(gathering, item->record, item->envelope.type.at ? &item->envelope : NULL, slice_of(reason));
    else
        gathering_park_bare(gathering, item->record);
    if (!gathering_send(gathering, worker->connection))
        return failed(worker, claims, false);
    return finish(worker, claims);
}

/* A single record that cannot be decided ends parked, whatever it holds. If even a row with nothing of its own is
 * refused, the table is to blame: the program stops, it does not turn in a circle. */
static enum turn park(struct worker *worker, size_t at, const char *reason)
{
    enum turn turn = park_so(worker, at, reason);
    if (turn == TURN_SMALLER)
        turn = park_so(worker, at, NULL);
    if (turn != TURN_SMALLER)
        return turn;
    LOG(failed, log_text("detail", "flow.parked takes no row at all"));
    life_end(LIFE_FAILED);
    return TURN_STOP;
}

/* One transaction for records [first, first + count). */
static enum turn take(struct worker *worker, size_t first, size_t count)
{
    struct decider *decider = &worker->decider;
    bool poison = false;
    if (!connected(worker))
        return TURN_AGAIN;
    size_t claims = claims_of(worker, first, count);
    decider->look = worker->looks > 0;
    decision_read(decider, &worker->batch->records[first], count, worker->items);
    if (transaction_begin(worker->connection, REPLAYABLE) &&
        cursor_claim(worker->connection, decider->plan->name, worker->cursors, claims) &&
        decision_make(decider, worker->items, count, worker->connection, &poison))
        return finish(worker, claims);
    struct sql_failure failure = *sql_failure(worker->connection);
    enum turn turn = failed(worker, claims, poison);
    if (turn == TURN_SMALLER && count == 1 && decider->look)
        return park(worker, first, poison ? "needs more memory than a message may" : failure.text);
    return turn;
}

static void note_done(struct worker *worker, size_t count, int64_t began)
{
    int64_t now = clock_now();
    for (size_t i = 0; i < count; i++)
        if (worker->items[i].work.message && worker->items[i].work.message->kind == A_COMMAND)
            metric_observe(METRIC_accepted_to_applied, (now - worker->items[i].work.accepted) * 1000);
    metric_observe(METRIC_batch_latency, clock_monotonic_us() - began);
    worker->tries = 0;
}

/* After a failure that may pass: wait, keep the place in the group, begin the batch again. */
static void wait_and_rewind(struct worker *worker)
{
    const struct batch *nothing;
    int64_t pause = config->retry_ms << (worker->tries < 6 ? worker->tries : 6);
    worker->tries++;
    reader_pause(worker->reader);
    reader_batch(worker->reader, pause < 2000 ? pause : 2000, &nothing);
    reader_resume(worker->reader);
}

/* Takes the batch in as few transactions as go: the whole, or, to find a message that PostgreSQL refuses, ever smaller
 * pieces. False: the batch is to be read again. */
static bool take_batch(struct worker *worker)
{
    const struct desk *desk = worker->decider.plan->desk;
    size_t first = 0, size = worker->batch->count;
    while (first < worker->batch->count) {
        size_t count = worker->batch->count - first < size ? worker->batch->count - first : size;
        int64_t began = clock_monotonic_us();
        enum turn turn = take(worker, first, count);
        desk->clear(worker->decider.desk, turn == TURN_DONE);
        gathering_clear(worker->decider.gathering);
        if (turn == TURN_DONE)
            note_done(worker, count, began);
        arena_reset(worker->decider.arena);
        if (turn == TURN_DONE) {
            first += count;
            size = size < 1024 ? size * 2 : size;
            worker->looks -= worker->looks > 0;
        } else if (turn == TURN_SMALLER && !worker->decider.look) {
            worker->looks = LOOKS;
        } else if (turn == TURN_SMALLER) {
            size = count > 1 ? count / 2 : 1;
        } else {
            if (turn == TURN_FENCED) {
                metric_add(METRIC_fenced, 1);
                LOG(fenced, log_text("worker", worker->decider.plan->name));
            }
            return false;
        }
    }
    return true;
}

static bool reader_made(struct worker *worker)
{
    struct reader_hooks hooks = {on_assigned, on_revoked, worker};
    const struct worker_plan *plan = worker->decider.plan;
    struct problem problem;
    problem_none(&problem);
    if (worker->reader)
        return true;
    if (reader_new(plan->name, plan->topics, plan->topic_count, &hooks, &worker->reader, &problem))
        return true;
    LOG(kafka_trouble, log_text("detail", problem.detail));
    life_sleep(config->retry_ms * 10);
    return false;
}

/* The heartbeat, with the ends of the logs as the reader knows them. One that fails is left out. */
static void beat(struct worker *worker)
{
    const char *name = worker->decider.plan->name;
    struct position positions[CURSOR_MOST];
    if (!connected(worker))
        return;
    size_t count = worker->reader ? reader_sight(worker->reader, positions, CURSOR_MOST) : 0;
    struct cursor *cursors = cursors_of(worker, positions, count);
    for (size_t i = 0; i < count; i++)
        cursors[i].next = positions[i].end;
    if (transaction_begin(worker->connection, REPLAYABLE) &&
        heartbeat_say(worker->connection, metric_sum(METRIC_consumed)) &&
        (count == 0 || cursor_sight(worker->connection, name, cursors, count, clock_now())) &&
        transaction_commit(worker->connection) == COMMIT_DONE)
        return;
    LOG(database_trouble, log_text("detail", sql_failure(worker->connection)->text));
    transaction_rollback(worker->connection);
}

static void one_turn(struct worker *worker)
{
    switch (reader_batch(worker->reader, 500, &worker->batch)) {
    case READER_BATCH:
        life_part_set(worker->kafka, true);
        if (worker->batch->part_count > worker->cursor_room) {
            worker->cursors = memory_resize(worker->cursors, worker->batch->part_count * sizeof *worker->cursors);
            worker->cursor_room = worker->batch->part_count;
        }
        if (!take_batch(worker)) {
            reader_rewind(worker->reader);
            wait_and_rewind(worker);
        }
        break;
    case READER_NOTHING:
        life_part_set(worker->kafka, reader_cluster_id(worker->reader)[0] != 0);
        break;
    case READER_GAP:
        life_end(LIFE_STOPPED_BY_GAP);
        break;
    case READER_BROKEN:
        reader_free(worker->reader);
        worker->reader = NULL;
        break;
    }
}

void worker_run(const struct worker_plan *plan)
{
    struct worker worker = {.decider.plan = plan, .database = life_part("postgresql"), .kafka = life_part("kafka")};
    struct blobs *blobs;
    struct problem problem;
    problem_none(&problem);
    if (!seal_new(config->seal_key, &worker.seal, &problem) ||
        !blobs_new(config->blob_folder, worker.seal, &blobs, &problem)) {
        LOG(failed, log_text("detail", problem.detail));
        life_end(LIFE_CONFIG);
        return;
    }
    snprintf(worker.process, sizeof worker.process, "worker-%s", plan->name);
    worker.items = memory_new_many((size_t)config->batch_messages, sizeof *worker.items);
    worker.decider.gathering = gathering_new(plan->name, worker.seal, (size_t)config->batch_arena_bytes);
    worker.decider.arena = arena_new(1 << 20, (size_t)config->batch_arena_bytes);
    arena_keep(worker.decider.arena, (size_t)config->batch_arena_bytes / 2);
    worker.decider.desk = plan->desk->open();
    worker.decider.blobs = blobs;
    worker.decider.file = buffer_new((size_t)config->upload_bytes + 1);
    heartbeat_begin(worker.process);
    while (!life_ending()) {
        if (heartbeat_due())
            beat(&worker);
        if (reader_made(&worker))
            one_turn(&worker);
    }
    if (worker.reader)
        reader_free(worker.reader);
    plan->desk->close(worker.decider.desk);
    sql_close(worker.connection);
    gathering_free(worker.decider.gathering);
    arena_free(worker.decider.arena);
    buffer_free(&worker.decider.file);
    blobs_free(blobs);
    seal_free(worker.seal);
    free(worker.items);
    free(worker.cursors);
}
