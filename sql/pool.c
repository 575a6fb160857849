/* Statements asked from an event loop: slots are sessions, each with one question at a time.  SPDX-License-Identifier: Apache-2.0 */
#include "sql/pool.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "process/memory.h"
#include "sql/handle.h"

/* A question, with values of its own. */
struct question {
    size_t query; /* place in embedded_queries */
    struct arguments arguments, reach; /* the reach is set before it, where it has one */
    bool reaches;
    pool_answer *answer;
    void *context;
    int64_t until;
};

/* State is place: where a session is. */
enum slot_state {
    SLOT_AWAY,       /* no connection; again at `again` */
    SLOT_CONNECTING, /* PQconnectPoll() wants to go on */
    SLOT_IDLE,       /* waits for a question */
    SLOT_ASKING      /* waits for its answer */
};

/* What one question sends, as one transaction in libpq's pipeline: its reach and itself, each prepared at the first time. */
enum { STEPS_MOST = 4 };
#define STEP_ASKS SIZE_MAX

struct slot {
    enum slot_state state;
    PGconn *pg;
    PostgresPollingStatusType wants; /* while connecting */
    bool *prepared;
    struct question question; /* while asking */
    size_t steps[STEPS_MOST], step_count, step; /* the statement that each step prepares, or STEP_ASKS; how many came back */
    PGresult *result;         /* of its last step, or of the first that failed */
    bool failed;
    int64_t again, backoff;
    int fd; /* as the loop was told */
    bool read, write;
};

struct pool {
    struct pool_settings settings;
    struct slot slots[POOL_SESSIONS];
    struct question *queue; /* a ring */
    size_t first, waiting;
    int64_t now; /* as the loop last said */
};

#define POOL_BACKOFF_LEAST 100
#define POOL_BACKOFF_MOST 5000
#define POOL_ARGUMENTS (64 << 10)

struct pool *pool_new(const struct pool_settings *settings)
{
    assert(settings->sessions > 0 && settings->sessions <= POOL_SESSIONS && settings->queue > 0);
    struct pool *pool = memory_new(sizeof *pool);
    pool->settings = *settings;
    pool->queue = memory_new_many(settings->queue, sizeof *pool->queue);
    for (unsigned i = 0; i < settings->sessions; i++) {
        pool->slots[i].fd = -1;
        pool->slots[i].prepared = memory_new_many(embedded_queries_count + 1, sizeof(bool));
    }
    return pool;
}

/* Tells the loop what the slot waits for, if that changed. */
static void watch(struct pool *pool, struct slot *slot, bool read, bool write)
{
    int fd = read || write ? PQsocket(slot->pg) : -1;
    if (fd == slot->fd && read == slot->read && write == slot->write)
        return;
    slot->fd = fd;
    slot->read = read;
    slot->write = write;
    pool->settings.watch(pool->settings.loop, (unsigned)(slot - pool->slots), fd, read, write);
}

/* Gives the answer of a question that has left its place. */
static void finish(struct question question, const struct rows *rows, const struct sql_failure *failure)
{
    arguments_free(&question.arguments);
    arguments_free(&question.reach);
    question.answer(question.context, rows, failure);
}

static struct question take_question(struct slot *slot)
{
    struct question question = slot->question;
    slot->question = (struct question){.query = 0};
    return question;
}

/* Ends the session; its question, if any, gets the failure. Connects again after a while. */
static void leave(struct pool *pool, struct slot *slot, const struct sql_failure *failure)
{
    bool asked = slot->state == SLOT_ASKING;
    struct question question = take_question(slot);
    watch(pool, slot, false, false);
    PQclear(slot->result);
    PQfinish(slot->pg);
    slot->result = NULL;
    slot->pg = NULL;
    memset(slot->prepared, 0, embedded_queries_count);
    slot->state = SLOT_AWAY;
    slot->backoff = slot->backoff ? slot->backoff * 2 : POOL_BACKOFF_LEAST;
    if (slot->backoff > POOL_BACKOFF_MOST)
        slot->backoff = POOL_BACKOFF_MOST;
    slot->again = pool->now + slot->backoff;
    if (asked)
        finish(question, NULL, failure);
}

static void lose(struct pool *pool, struct slot *slot, const char *doing)
{
    struct sql_failure failure = handle_failure(slot->pg, NULL, doing);
    leave(pool, slot, &failure);
}

/* Sends what libpq holds; false when the session was lost. */
static bool flush(struct pool *pool, struct slot *slot)
{
    int left = PQflush(slot->pg);
    if (left < 0) {
        lose(pool, slot, "send");
        return false;
    }
    watch(pool, slot, true, left > 0);
    return true;
}

/* Sends a statement with its values, and its preparation before, where the session has not seen it yet. */
static bool send_step(struct slot *slot, size_t place, const struct arguments *arguments)
{
    const struct embedded_text *query = &embedded_queries[place];
    struct handle_values values;
    bool room = handle_values(arguments, &values); /* pool_ask() saw to it */
    assert(room);
    if (!slot->prepared[place]) {
        if (!PQsendPrepare(slot->pg, query->name, query->text, 0, NULL))
            return false;
        slot->steps[slot->step_count++] = place;
    }
    slot->steps[slot->step_count++] = STEP_ASKS;
    return PQsendQueryPrepared(slot->pg, query->name, (int)arguments->count, values.at, values.lengths, values.binary,
                               /* resultFormat= binary */ 1);
}

static void send_question(struct pool *pool, struct slot *slot)
{
    const struct question *question = &slot->question;
    slot->state = SLOT_ASKING;
    slot->step = slot->step_count = 0;
    slot->failed = false;
    bool sent = (!question->reaches || send_step(slot, embedded_query("reach_set"), &question->reach)) &&
                send_step(slot, question->query, &question->arguments) && PQpipelineSync(slot->pg);
    if (!sent)
        lose(pool, slot, embedded_queries[question->query].name);
    else
        flush(pool, slot);
}

/* Gives an idle slot the first question waiting. */
static void serve(struct pool *pool, struct slot *slot)
{
    if (slot->state != SLOT_IDLE || pool->waiting == 0)
        return;
    slot->question = pool->queue[pool->first];
    pool->first = (pool->first + 1) % pool->settings.queue;
    pool->waiting--;
    send_question(pool, slot);
}

/* A step came back: what failed first is kept, and what follows it was passed over. */
static void take_step(struct slot *slot, PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);
    bool well = status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;
    size_t prepares = slot->step < slot->step_count ? slot->steps[slot->step] : STEP_ASKS;
    if (well && prepares != STEP_ASKS)
        slot->prepared[prepares] = true;
    if (slot->failed || (well && prepares != STEP_ASKS)) {
        PQclear(result);
        return;
    }
    PQclear(slot->result);
    slot->result = result;
    slot->failed = !well;
}

/* The slot's answer is whole. */
static void answered(struct pool *pool, struct slot *slot)
{
    PGresult *result = slot->result;
    struct question question = take_question(slot);
    slot->result = NULL;
    slot->state = SLOT_IDLE;
    if (!slot->failed) {
        finish(question, (const struct rows *)result, NULL);
    } else {
        struct sql_failure failure = handle_failure(slot->pg, result, embedded_queries[question.query].name);
        finish(question, NULL, &failure);
    }
    PQclear(result);
    serve(pool, slot);
}

/* Reads what came for a question: each step's result and an end, then the whole's. */
static void receive(struct pool *pool, struct slot *slot)
{
    if (!PQconsumeInput(slot->pg)) {
        lose(pool, slot, "receive");
        return;
    }
    for (bool ended = false; slot->state == SLOT_ASKING && !PQisBusy(slot->pg);) {
        PGresult *result = PQgetResult(slot->pg);
        if (!result && ended)
            return; /* no more has come */
        ended = !result;
        if (ended) {
            slot->step++;
        } else if (PQresultStatus(result) == PGRES_PIPELINE_SYNC) {
            PQclear(result);
            answered(pool, slot);
            return;
        } else {
            take_step(slot, result);
        }
    }
}

static void connecting(struct pool *pool, struct slot *slot)
{
    slot->wants = PQconnectPoll(slot->pg);
    if (slot->wants == PGRES_POLLING_FAILED) {
        leave(pool, slot, NULL);
    } else if (slot->wants == PGRES_POLLING_OK) {
        PQsetnonblocking(slot->pg, 1);
        if (!PQenterPipelineMode(slot->pg)) {
            leave(pool, slot, NULL);
            return;
        }
        slot->state = SLOT_IDLE;
        slot->backoff = 0;
        watch(pool, slot, true, false);
        serve(pool, slot);
    } else {
        /* libpq may have gone to another socket of the same number: have the loop look anew. */
        watch(pool, slot, false, false);
        watch(pool, slot, slot->wants == PGRES_POLLING_READING, slot->wants == PGRES_POLLING_WRITING);
    }
}

static void connect_slot(struct pool *pool, struct slot *slot)
{
    char options[256];
    snprintf(options, sizeof options, HANDLE_READER_OPTIONS, pool->settings.patience);
    slot->pg = handle_start(pool->settings.uri, pool->settings.program, options);
    slot->state = SLOT_CONNECTING;
    slot->again = pool->now + pool->settings.patience;
    if (!slot->pg || PQstatus(slot->pg) == CONNECTION_BAD)
        leave(pool, slot, NULL);
    else
        watch(pool, slot, false, true);
}

void pool_ready(struct pool *pool, unsigned place, int64_t now)
{
    struct slot *slot = &pool->slots[place];
    assert(place < pool->settings.sessions);
    pool->now = now;
    switch (slot->state) {
    case SLOT_AWAY:
        return;
    case SLOT_CONNECTING:
        connecting(pool, slot);
        return;
    case SLOT_IDLE:
    case SLOT_ASKING:
        if (!slot->write || flush(pool, slot))
            receive(pool, slot);
        return;
    }
    abort();
}

/* Gives up questions that waited too long, wherever they are. */
static void expire(struct pool *pool)
{
    static const struct sql_failure late = {SQL_RETRY, "57014", "the answer took too long"};
    while (pool->waiting > 0 && pool->queue[pool->first].until <= pool->now) {
        struct question question = pool->queue[pool->first];
        pool->first = (pool->first + 1) % pool->settings.queue;
        pool->waiting--;
        finish(question, NULL, &late);
    }
    for (unsigned i = 0; i < pool->settings.sessions; i++) {
        struct slot *slot = &pool->slots[i];
        if (slot->state == SLOT_ASKING && slot->question.until <= pool->now)
            leave(pool, slot, &late);
        else if (slot->state == SLOT_CONNECTING && slot->again <= pool->now)
            leave(pool, slot, NULL);
    }
}

int64_t pool_turn(struct pool *pool, int64_t now)
{
    int64_t next = now + 1000;
    pool->now = now;
    expire(pool);
    for (unsigned i = 0; i < pool->settings.sessions; i++) {
        struct slot *slot = &pool->slots[i];
        if (slot->state == SLOT_AWAY && slot->again <= now)
            connect_slot(pool, slot);
        int64_t wants = slot->state == SLOT_IDLE     ? INT64_MAX
                        : slot->state == SLOT_ASKING ? slot->question.until
                                                     : slot->again;
        if (wants < next)
            next = wants;
    }
    if (pool->waiting > 0 && pool->queue[pool->first].until < next)
        next = pool->queue[pool->first].until;
    return next > now ? next - now : 1;
}

bool pool_connected(const struct pool *pool)
{
    for (unsigned i = 0; i < pool->settings.sessions; i++)
        if (pool->slots[i].state >= SLOT_IDLE)
            return true;
    return false;
}

static struct arguments copy_of(const struct arguments *arguments)
{
    struct arguments copy = *arguments;
    copy.bytes = buffer_new(arguments->bytes.ceiling);
    buffer_add(&copy.bytes, arguments->bytes.at, arguments->bytes.length);
    return copy;
}

bool pool_ask(struct pool *pool, const char *name, const struct arguments *arguments, const struct pool_reach *reach,
              pool_answer *answer, void *context)
{
    if (pool->waiting == pool->settings.queue || !pool_connected(pool) ||
        (arguments && arguments->bytes.overflowed))
        return false;
    struct question *question = &pool->queue[(pool->first + pool->waiting++) % pool->settings.queue];
    *question = (struct question){.query = embedded_query(name), .answer = answer, .context = context};
    question->until = pool->now + pool->settings.patience;
    question->arguments = arguments ? copy_of(arguments) : arguments_new(POOL_ARGUMENTS);
    if (reach) {
        question->reaches = true;
        question->reach = arguments_new(reach->actor.length + reach->tops.length + 64);
        value_text(argument(&question->reach), reach->actor);
        value_text(argument(&question->reach), reach->tops);
    }
    for (unsigned i = 0; i < pool->settings.sessions && pool->waiting > 0; i++)
        serve(pool, &pool->slots[i]);
    return true;
}

void pool_free(struct pool *pool)
{
    static const struct sql_failure closed = {SQL_RETRY, "57P01", "the pool was closed"};
    if (!pool)
        return;
    for (; pool->waiting > 0; pool->waiting--) {
        struct question question = pool->queue[pool->first];
        pool->first = (pool->first + 1) % pool->settings.queue;
        finish(question, NULL, &closed);
    }
    for (unsigned i = 0; i < pool->settings.sessions; i++) {
        leave(pool, &pool->slots[i], &closed);
        free(pool->slots[i].prepared);
    }
    free(pool->queue);
    free(pool);
}
