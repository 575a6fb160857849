/* What a batch gathers for its transaction.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/gathering.h"

#include <stdlib.h>

#include "process/clock.h"
#include "process/config.h"
#include "process/log.h"
#include "process/memory.h"
#include "process/metrics.h"
#include "topics/encode.h"

#define LONGEST_REASON (size_t)1000

struct gathering *gathering_new(const char *worker, const struct seal *seal, size_t ceiling)
{
    struct gathering *gathering = memory_new(sizeof *gathering);
    size_t message = (size_t)config->message_bytes;
    *gathering = (struct gathering){
        .worker = worker,
        .seal = seal,
        .inbox = inbox_new(ceiling),
        .conflicts = inbox_conflict_new(ceiling),
        .outbox = outbox_new(ceiling),
        .parked = parked_new(ceiling),
        .timers = timers_new(ceiling),
        .outcomes = {metric_series(METRIC_outcomes, "rejected"), metric_series(METRIC_outcomes, "applied")},
        .key = buffer_new(message),
        .headers = buffer_new(message),
        .value = buffer_new(message),
    };
    return gathering;
}

void gathering_free(struct gathering *gathering)
{
    if (!gathering)
        return;
    copy_free(gathering->inbox);
    copy_free(gathering->conflicts);
    copy_free(gathering->outbox);
    copy_free(gathering->parked);
    timers_free(gathering->timers);
    buffer_free(&gathering->key);
    buffer_free(&gathering->headers);
    buffer_free(&gathering->value);
    free(gathering);
}

/* Fills the scratch buffers with a message that follows from the work's. */
static void prepare(struct work *work, const struct declaration *declaration, struct id id, int64_t at,
                    const void *message)
{
    struct gathering *gathering = work->gathering;
    buffer_empty(&gathering->key);
    buffer_empty(&gathering->headers);
    buffer_empty(&gathering->value);
    encode_key(&gathering->key, declaration, message);
    encode(&gathering->value, declaration->shape(), message);
    struct envelope envelope = {
        .id = id,
        .type = slice_of(declaration->name),
        .version = 1,
        .source = slice_of(gathering->worker),
        .accepted_ms = at,
        .cause = work->envelope->id,
        .digest = digest_of(buffer_slice(&gathering->value)),
        .trace = trace_child(&work->envelope->trace),
    };
    envelope_pack(&gathering->headers, &envelope);
    gathering->too_large |= gathering->key.overflowed || gathering->headers.overflowed || gathering->value.overflowed;
}

static void send_prepared(struct gathering *gathering, const char *topic)
{
    struct outbox_row row = {topic, buffer_slice(&gathering->key), buffer_slice(&gathering->headers),
                             buffer_slice(&gathering->value)};
    outbox_add(gathering->outbox, &row);
}

struct id work_id(const struct work *work, uint32_t n)
{
    return id_derive(work->accepted, work->envelope->id, work->worker, UINT32_C(0x80000000) + n);
}

void work_say(struct work *work, const struct declaration *declaration, const void *message)
{
    struct id id = id_derive(work->accepted, work->envelope->id, work->worker, work->ordinal++);
    prepare(work, declaration, id, work->accepted, message);
    send_prepared(work->gathering, declaration->topic->name);
}

void work_send_again(struct work *work, const char *topic, struct slice key, struct slice headers, struct slice value)
{
    struct outbox_row row = {topic, key, headers, value};
    outbox_add(work->gathering->outbox, &row);
}

void work_timer_set(struct work *work, const struct declaration *event, struct id key, int generation, int64_t due,
                    const void *message)
{
    struct gathering *gathering = work->gathering;
    prepare(work, event, id_derive(due, key, event->name, (uint32_t)generation), due, message);
    struct timer_row row = {
        .kind = event->name,
        .key = key.bytes,
        .generation = generation,
        .due = due,
        .topic = event->topic->name,
        .message_key = buffer_slice(&gathering->key),
        .headers = buffer_slice(&gathering->headers),
        .value = buffer_slice(&gathering->value),
    };
    timers_set(gathering->timers, &row);
}

void work_timer_cancel(struct work *work, const struct declaration *event, struct id key)
{
    timers_cancel(work->gathering->timers, event->name, key.bytes);
}

void work_return(struct work *work, const void *result)
{
    struct buffer buffer = buffer_new((size_t)config->message_bytes);
    encode(&buffer, work->message->result(), result);
    char *copy = buffer.overflowed ? NULL : arena_copy(work->arena, buffer_slice(&buffer));
    if (copy)
        work->result = (struct slice){copy, buffer.length};
    buffer_free(&buffer);
}

/* Says a command's outcome on its topic. */
static void say_outcome(struct work *work, bool applied, struct slice text)
{
    char digest[DIGEST_TEXT];
    digest_text(work->envelope->digest, digest);
    struct outcome outcome = {
        .command = work->envelope->id,
        .status = applied ? COMMAND_APPLIED : COMMAND_REJECTED,
        .digest = slice_of(digest),
        .decided_at = clock_now(),
        .has_result = applied && text.length > 0,
        .result = text,
        .has_problem = !applied,
        .problem = text,
        .has_account = work->account_version > 0,
        .account = work->account,
        .has_account_version = work->account_version > 0,
        .account_version = work->account_version,
    };
    work_say(work, DECLARED(outcome), &outcome);
}

void gathering_decided(struct gathering *gathering, struct work *work, enum verdict verdict)
{
    struct buffer problem = buffer_new((size_t)config->message_bytes);
    bool command = work->message->kind == A_COMMAND, applied = verdict == APPLIED;
    struct slice text = work->result;
    if (!applied) {
        problem_json(&problem, &work->problem);
        text = buffer_slice(&problem);
    }
    struct inbox_row row = {
        .message_id = work->envelope->id.bytes,
        .accepted = work->accepted,
        .digest = command ? work->envelope->digest.bytes : NULL,
        .status = (int16_t)(applied ? 200 : problem_status(work->problem.code)),
        .outcome = command || !applied ? text : (struct slice){NULL, 0},
    };
    inbox_add(gathering->inbox, gathering->worker, &row);
    if (command)
        say_outcome(work, applied, text);
    buffer_free(&problem);
    if (applied)
        LOG(applied, log_id("message", work->envelope->id.bytes), log_slice("type", work->envelope->type),
            log_trace(&work->envelope->trace));
    else
        LOG(rejected, log_id("message", work->envelope->id.bytes), log_slice("type", work->envelope->type),
            log_text("reason", problem_name(work->problem.code)), log_trace(&work->envelope->trace));
    series_add(gathering->outcomes[applied], 1);
}

void gathering_repeated(struct gathering *gathering, struct work *work, int16_t status, struct slice outcome,
                        bool same_body)
{
    if (!same_body) {
        struct inbox_row row = {.message_id = work->envelope->id.bytes, .accepted = work->accepted,
                                .digest = work->envelope->digest.bytes};
        inbox_conflict_add(gathering->conflicts, gathering->worker, &row);
        LOG(conflict, log_id("command", work->envelope->id.bytes), log_trace(&work->envelope->trace));
    } else {
        say_outcome(work, status < 300, outcome);
    }
    series_add(metric_series(METRIC_outcomes, same_body ? "repeated" : "conflict"), 1);
}

/* What of a record its row holds. */
struct kept {
    struct buffer headers, sealed, reason;
    bool whole;
};

static void kept_free(struct kept *kept)
{
    buffer_free(&kept->headers);
    buffer_free(&kept->sealed);
    buffer_free(&kept->reason);
}
#define auto_kept __attribute__((cleanup(kept_free))) struct kept

/* Packs and seals the record; one that passes a ceiling leaves its size and digest in the reason. */
static void keep(const struct gathering *gathering, const struct record *record, struct id entry, struct slice reason,
                 struct kept *kept)
{
    size_t ceiling = (size_t)config->batch_arena_bytes - LONGEST_REASON * 2;
    char digest[DIGEST_TEXT];
    *kept = (struct kept){buffer_new(ceiling), buffer_new(ceiling), buffer_new(LONGEST_REASON * 2), false};
    buffer_add_readable(&kept->reason, reason, LONGEST_REASON);
    record_pack_headers(record, &kept->headers);
    if (record->value.at && record->value.length <= SEAL_LONGEST)
        seal_hide(gathering->seal, entry, "parked", record->value, &kept->sealed);
    kept->whole = record->value.length <= SEAL_LONGEST && !kept->headers.overflowed && !kept->sealed.overflowed &&
                  record->key.length + kept->headers.length + kept->sealed.length <= ceiling;
    if (kept->whole)
        return;
    digest_text(digest_of(record->value), digest);
    buffer_add_format(&kept->reason, "; too large to be kept: %zu bytes, digest %s", record->value.length, digest);
}

static void add_parked(struct gathering *gathering, const struct record *record, const struct envelope *envelope,
                       struct id entry, struct slice reason)
{
    auto_kept kept;
    keep(gathering, record, entry, reason, &kept);
    struct parked_row row = {
        .entry = entry.bytes,
        .topic = record->topic,
        .partition = record->partition,
        .offset = record->offset,
        .message_id = envelope ? envelope->id.bytes : NULL,
        .type = envelope ? envelope->type : (struct slice){NULL, 0},
        .key = kept.whole ? record->key : (struct slice){NULL, 0},
        .headers = kept.whole ? buffer_slice(&kept.headers) : SLICE(""),
        .sealed = kept.whole && record->value.at ? buffer_slice(&kept.sealed) : (struct slice){NULL, 0},
        .size = (int32_t)record->value.length,
        .reason = buffer_slice(&kept.reason),
        .at = clock_now(),
    };
    parked_add(gathering->parked, gathering->worker, &row);
    series_add(metric_series(METRIC_dead_letters, record->topic), 1);
    LOG(parked, log_text("topic", record->topic), log_number("partition", record->partition),
        log_number("offset", record->offset), log_slice("reason", row.reason));
}

void gathering_park(struct gathering *gathering, const struct record *record, const struct envelope *envelope,
                    struct slice reason)
{
    struct buffer place = buffer_new(256);
    struct id entry;
    buffer_add_format(&place, "%s/%s/%d/%lld", gathering->worker, record->topic, record->partition,
                      (long long)record->offset);
    struct digest name = digest_of(buffer_slice(&place));
    memcpy(entry.bytes, name.bytes, sizeof entry.bytes);
    buffer_free(&place);
    add_parked(gathering, record, envelope, entry, reason);
}

void gathering_park_bare(struct gathering *gathering, const struct record *record)
{
    add_parked(gathering, record, NULL, id_random(), SLICE("It could be neither decided nor parked with its own reason"));
}

bool gathering_send(struct gathering *gathering, struct sql_connection *connection)
{
    return copy_send(gathering->inbox, connection) && copy_send(gathering->conflicts, connection) &&
           copy_send(gathering->parked, connection) && timers_send(gathering->timers, connection) &&
           outbox_send(gathering->outbox, connection);
}

void gathering_clear(struct gathering *gathering)
{
    copy_empty(gathering->inbox);
    copy_empty(gathering->conflicts);
    copy_empty(gathering->outbox);
    copy_empty(gathering->parked);
    timers_empty(gathering->timers);
    gathering->too_large = false;
}
