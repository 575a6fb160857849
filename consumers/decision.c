/* Deciding a run of records inside one open transaction.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/decision.h"

#include <stdlib.h>

#include "process/clock.h"
#include "process/config.h"
#include "process/log.h"
#include "process/memory.h"
#include "process/metrics.h"
#include "topics/decode.h"
#include "topics/route.h"

/* The envelope, the handler and the message; false where the record is to be parked. */
static bool understand(struct decider *decider, struct item *item)
{
    struct work *work = &item->work;
    struct decode_source source = {.body = item->record->value};
    if (!record_envelope(item->record, &item->envelope, &work->problem))
        return false;
    item->handler = worker_handler(decider->plan, item->envelope.type);
    if (!item->handler)
        return problem_say(&work->problem, PROBLEM_poison, "No handler for this type of message", "没有处理该类消息的程序");
    const struct declaration *declaration = item->handler->message;
    if (item->envelope.version != 1)
        return problem_say(&work->problem, PROBLEM_poison, "Version %d of the message is not known", "未知的消息版本 %d",
                           item->envelope.version);
    route_split(item->envelope.subject, &source.path, &source.query);
    item->message = arena_take(decider->arena, declaration->shape()->size);
    if (!item->message)
        return problem_say(&work->problem, PROBLEM_too_large, "The message needs too much memory", "消息占用内存过多");
    return decode(declaration, &source, DECODE_LENIENT, (int)config->json_depth, decider->arena, NULL,
                                   item->message, &work->problem);
}

void decision_read(struct decider *decider, const struct record *records, size_t count, struct item *items)
{
    for (size_t i = 0; i < count; i++) {
        struct item *item = &items[i];
        memset(item, 0, sizeof *item);
        problem_none(&item->work.problem);
        item->record = &records[i];
        item->parked = !understand(decider, item);
        item->work.worker = decider->plan->name;
        item->work.envelope = &item->envelope;
        item->work.message = item->handler ? item->handler->message : NULL;
        item->work.body = records[i].value;
        item->work.accepted = item->envelope.accepted_ms;
        item->work.arena = decider->arena;
        item->work.desk = decider->desk;
        item->work.gathering = decider->gathering;
    }
}

/* Items by id, then by place, to see two of one id in a batch. */
static int by_id(const void *left, const void *right)
{
    const struct item *a = *(struct item *const *)left, *b = *(struct item *const *)right;
    int order = id_compare(a->envelope.id, b->envelope.id);
    return order ? order : (a > b) - (a < b);
}

static void find_doubles(struct item **known, size_t count)
{
    qsort(known, count, sizeof *known, by_id);
    for (size_t i = 1; i < count; i++)
        if (id_equal(known[i]->envelope.id, known[i - 1]->envelope.id)) {
            known[i]->again = true;
            known[i]->same_body = digest_equal(known[i]->envelope.digest, known[i - 1]->envelope.digest);
        }
}

/* The first outcome of a command that came again, for whoever waits. */
static bool fetch_outcome(struct decider *decider, struct item *item, struct sql_connection *connection)
{
    auto_arguments arguments = arguments_new(256);
    auto_rows *rows = NULL;
    value_text(argument(&arguments), slice_of(decider->plan->name));
    value_id(argument(&arguments), item->envelope.id.bytes);
    if (!sql_run(connection, "inbox_outcome", &arguments, &rows))
        return false;
    if (rows_count(rows) == 1) {
        struct slice outcome = row_text(rows, 0, 1);
        item->status = (int16_t)row_number(rows, 0, 0);
        item->outcome = (struct slice){arena_copy(decider->arena, outcome), outcome.length};
    }
    return true;
}

/* Marks what this worker has had before. */
static bool find_repeats(struct decider *decider, struct item *items, size_t count, struct sql_connection *connection)
{
    struct inbox_look *looks = arena_take(decider->arena, count * sizeof *looks);
    struct item **known = arena_take(decider->arena, count * sizeof *known);
    size_t looked = 0;
    if (!looks || !known)
        return false;
    for (size_t i = 0; i < count; i++)
        if (!items[i].parked) {
            known[looked] = &items[i];
            looks[looked++].message_id = items[i].envelope.id.bytes;
        }
    if (decider->look && !inbox_find(connection, decider->plan->name, looks, looked))
        return false;
    for (size_t i = 0; i < looked; i++) {
        if (!looks[i].known)
            continue;
        known[i]->again = true;
        known[i]->status = looks[i].status;
        known[i]->same_body = memcmp(looks[i].digest, known[i]->envelope.digest.bytes, INBOX_DIGEST) == 0;
        if (known[i]->handler->message->kind == A_COMMAND && known[i]->same_body &&
            !fetch_outcome(decider, known[i], connection))
            return false;
    }
    find_doubles(known, looked);
    return true;
}

static bool decide_one(struct decider *decider, struct item *item, bool *ret_poison)
{
    struct gathering *gathering = decider->gathering;
    struct work *work = &item->work;
    if (item->parked) {
        gathering_park(gathering, item->record, item->envelope.type.at ? &item->envelope : NULL,
                       slice_of(work->problem.detail));
        return true;
    }
    if (item->again) {
        if (work->message->kind == A_COMMAND && item->status != 0)
            gathering_repeated(gathering, work, item->status, item->outcome, item->same_body);
        return true;
    }
    struct copy_mark said = copy_mark(gathering->outbox);
    size_t set = timers_mark(gathering->timers);
    enum verdict verdict = item->handler->decide(work, item->message);
    if (verdict == REJECTED) { /* nothing follows from what was refused */
        copy_back(gathering->outbox, said);
        timers_back(gathering->timers, set);
    }
    if (verdict == FAILED) {
        *ret_poison = sql_failure(work->connection)->verdict == SQL_NONE;
        return false;
    }
    gathering_decided(gathering, work, verdict);
    *ret_poison = gathering->too_large;
    return !gathering->too_large;
}

/* Whether one of several did not find memory that it may find alone. */
static bool crowded(const struct item *items, size_t count)
{
    for (size_t i = 0; count > 1 && i < count; i++)
        if (items[i].parked && items[i].work.problem.code == PROBLEM_too_large)
            return true;
    return false;
}

bool decision_make(struct decider *decider, struct item *items, size_t count, struct sql_connection *connection,
                   bool *ret_poison)
{
    const struct desk *desk = decider->plan->desk;
    *ret_poison = crowded(items, count);
    if (*ret_poison || !find_repeats(decider, items, count, connection))
        return false;
    for (size_t i = 0; i < count; i++) {
        items[i].work.connection = connection;
        if (!items[i].parked && !items[i].again && items[i].handler->want)
            items[i].handler->want(&items[i].work, items[i].message);
    }
    if (!desk->fetch(decider->desk, connection, decider->arena))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!decide_one(decider, &items[i], ret_poison))
            return false;
    return desk->send(decider->desk, connection) && gathering_send(decider->gathering, connection);
}
