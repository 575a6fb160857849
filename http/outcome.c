/* The view of outcomes.  SPDX-License-Identifier: Apache-2.0 */
#include "http/outcome.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/random.h>

#include "http/account.h"
#include "process/clock.h"
#include "process/config.h"
#include "process/log.h"
#include "process/memory.h"
#include "process/metrics.h"
#include "topics/decode.h"
#include "topics/json.h"
#include "topics/messages.h"

enum { LISTENERS_MOST = 256, NEWS_MOST = 4096, LATE_MOST = 1024, ARENA_CEILING = 1 << 22, HOUR = 3600000 };

/* One outcome: in its bucket's chain, and in the line from the oldest to the newest. */
struct kept {
    struct kept *next, *newer;
    struct id command, account;
    struct digest digest;
    int64_t decided_at, account_version; /* 0: it changed none */
    uint32_t length;
    int16_t status;
    bool applied;
    char text[]; /* the result, or the problem */
};

/* A command whose outcome is held back until the account is known so. */
struct late {
    struct id command, account;
    int64_t account_version;
};

struct outcomes {
    pthread_rwlock_t lock;
    struct accounts *accounts; /* NULL: nothing is held back */
    struct kept **buckets, *oldest, *newest;
    size_t mask, count, bytes, bytes_most;
    int64_t age_most;
    uint64_t salt;
    struct arena *arena;
    struct series *held, *held_bytes;
    struct {
        const _Atomic uint32_t *asks;
        void *listener;
        bool (*tell)(struct outcome_news *news);
    } listeners[LISTENERS_MOST];
    size_t listener_count, news_count, late_count;
    struct id news[NEWS_MOST];
    struct late late[LATE_MOST];
};

struct outcomes *outcomes_new(int64_t hours, size_t bytes)
{
    struct outcomes *outcomes = memory_new(sizeof *outcomes);
    pthread_rwlock_init(&outcomes->lock, NULL);
    if (getrandom(&outcomes->salt, sizeof outcomes->salt, 0) != sizeof outcomes->salt)
        abort();
    outcomes->mask = 0x3fff;
    outcomes->buckets = memory_new_many(outcomes->mask + 1, sizeof *outcomes->buckets);
    outcomes->bytes_most = bytes;
    outcomes->age_most = hours * HOUR;
    outcomes->arena = arena_new(8192, ARENA_CEILING);
    outcomes->held = metric_series(METRIC_view_records, "outcome");
    outcomes->held_bytes = metric_series(METRIC_view_bytes, "outcome");
    return outcomes;
}

void outcomes_follow(struct outcomes *outcomes, struct accounts *accounts)
{
    outcomes->accounts = accounts;
}

void outcomes_free(struct outcomes *outcomes)
{
    if (!outcomes)
        return;
    for (struct kept *kept = outcomes->oldest, *newer; kept; kept = newer) {
        newer = kept->newer;
        free(kept);
    }
    free(outcomes->buckets);
    arena_free(outcomes->arena);
    pthread_rwlock_destroy(&outcomes->lock);
    free(outcomes);
}

void outcomes_listen(struct outcomes *outcomes, const _Atomic uint32_t *asks, void *listener,
                     bool (*tell)(struct outcome_news *news))
{
    if (outcomes->listener_count == LISTENERS_MOST)
        abort();
    size_t at = outcomes->listener_count++;
    outcomes->listeners[at].asks = asks;
    outcomes->listeners[at].listener = listener;
    outcomes->listeners[at].tell = tell;
}

int outcome_status(struct slice problem)
{
    struct json json;
    struct problem fault;
    struct slice name;
    int64_t status = 0;
    bool more = true;
    problem_none(&fault);
    struct arena *arena = arena_new(1024, 65536);
    if (json_begin(&json, problem, JSON_DEPTH_MOST, arena, &fault) && json_enter(&json, '{'))
        for (bool first = true; json_object_next(&json, first, &name, &more) && more; first = false)
            if (slice_equal(name, SLICE("status")) ? !json_number(&json, &status) : !json_skip(&json, NULL))
                break;
    arena_free(arena);
    return status >= 400 && status <= 599 ? (int)status : 500;
}

static struct kept **place_of(const struct outcomes *outcomes, struct id command)
{
    struct kept **place = &outcomes->buckets[id_hash(command, outcomes->salt) & outcomes->mask];
    while (*place && !id_equal((*place)->command, command))
        place = &(*place)->next;
    return place;
}

static void drop_oldest(struct outcomes *outcomes)
{
    struct kept *kept = outcomes->oldest, **place = place_of(outcomes, kept->command);
    *place = kept->next;
    outcomes->oldest = kept->newer;
    if (!outcomes->oldest)
        outcomes->newest = NULL;
    outcomes->count--;
    outcomes->bytes -= sizeof *kept + kept->length;
    free(kept);
}

static void grow(struct outcomes *outcomes)
{
    free(outcomes->buckets);
    outcomes->mask = outcomes->mask * 2 + 1;
    outcomes->buckets = memory_new_many(outcomes->mask + 1, sizeof *outcomes->buckets);
    for (struct kept *kept = outcomes->oldest; kept; kept = kept->newer) {
        struct kept **bucket = &outcomes->buckets[id_hash(kept->command, outcomes->salt) & outcomes->mask];
        kept->next = *bucket;
        *bucket = kept;
    }
}

/* The first outcome counts; a worker says it again when the command comes again. The lock is held. */
static bool keep(struct outcomes *outcomes, struct kept *kept)
{
    struct kept **place = place_of(outcomes, kept->command);
    if (*place)
        return false;
    *place = kept;
    if (outcomes->newest)
        outcomes->newest->newer = kept;
    else
        outcomes->oldest = kept;
    outcomes->newest = kept;
    outcomes->count++;
    outcomes->bytes += sizeof *kept + kept->length;
    int64_t before = clock_now() - outcomes->age_most;
    while (outcomes->oldest != kept &&
           (outcomes->bytes > outcomes->bytes_most || outcomes->oldest->decided_at < before))
        drop_oldest(outcomes);
    if (outcomes->count > outcomes->mask)
        grow(outcomes);
    return true;
}

static bool reached(const struct outcomes *outcomes, struct id account, int64_t version)
{
    return !version || !outcomes->accounts || accounts_reached(outcomes->accounts, account, version);
}

/* Where too many are held back, whoever waits for another is answered when his time is over. */
static void add_news(struct outcomes *outcomes, const struct late *late)
{
    if (reached(outcomes, late->account, late->account_version))
        outcomes->news[outcomes->news_count++] = late->command;
    else if (outcomes->late_count < LATE_MOST)
        outcomes->late[outcomes->late_count++] = *late;
    if (outcomes->news_count == NEWS_MOST)
        outcomes_rested(outcomes);
}

void outcomes_apply(void *opaque, const struct record *record)
{
    struct outcomes *outcomes = opaque;
    struct outcome outcome;
    struct problem problem;
    struct digest digest;
    problem_none(&problem);
    if (!record->value.at)
        return;
    arena_reset(outcomes->arena);
    if (!decode(DECLARED(outcome), &(struct decode_source){.body = record->value}, DECODE_LENIENT,
                JSON_DEPTH_MOST, outcomes->arena, NULL, &outcome, &problem) ||
        !digest_parse(outcome.digest, &digest)) {
        LOG(record_refused, log_text("topic", record->topic), log_number("offset", record->offset),
            log_text("detail", problem.code ? problem.detail : "the digest is malformed"));
        return;
    }
    bool applied = outcome.status == COMMAND_APPLIED;
    struct slice text = applied ? outcome.has_result ? outcome.result : (struct slice){NULL, 0}
                                : outcome.has_problem ? outcome.problem : SLICE("{}");
    struct kept *kept = memory_new(sizeof *kept + text.length);
    *kept = (struct kept){.command = outcome.command, .digest = digest, .decided_at = outcome.decided_at,
                          .account = outcome.account,
                          .account_version = outcome.has_account_version ? outcome.account_version : 0,
                          .length = (uint32_t)text.length, .applied = applied,
                          .status = (int16_t)(applied ? 200 : outcome_status(text))};
    if (text.length)
        memcpy(kept->text, text.at, text.length);
    pthread_rwlock_wrlock(&outcomes->lock);
    bool new = keep(outcomes, kept);
    pthread_rwlock_unlock(&outcomes->lock);
    if (!new)
        free(kept);
    add_news(outcomes, &(struct late){outcome.command, outcome.account,
                                      outcome.has_account_version ? outcome.account_version : 0});
}

/* What was held back and need be no more becomes news. */
static void release(struct outcomes *outcomes)
{
    size_t left = 0;
    for (size_t i = 0; i < outcomes->late_count; i++) {
        struct late late = outcomes->late[i];
        if (outcomes->news_count == NEWS_MOST || !reached(outcomes, late.account, late.account_version))
            outcomes->late[left++] = late;
        else
            outcomes->news[outcomes->news_count++] = late.command;
    }
    outcomes->late_count = left;
}

void outcomes_rested(struct outcomes *outcomes)
{
    release(outcomes);
    if (!outcomes->news_count)
        return;
    for (size_t i = 0; i < outcomes->listener_count; i++) {
        if (!atomic_load(outcomes->listeners[i].asks))
            continue;
        size_t size = outcomes->news_count * sizeof *outcomes->news;
        struct outcome_news *news = memory_new(sizeof *news + size);
        news->listener = outcomes->listeners[i].listener;
        news->count = outcomes->news_count;
        memcpy(news->ids, outcomes->news, size);
        if (!outcomes->listeners[i].tell(news))
            free(news);
    }
    outcomes->news_count = 0;
    series_set(outcomes->held, (int64_t)outcomes->count);
    series_set(outcomes->held_bytes, (int64_t)outcomes->bytes);
}

bool outcomes_find(struct outcomes *outcomes, struct id command, struct arena *arena,
                   struct known_outcome *ret_outcome)
{
    pthread_rwlock_rdlock(&outcomes->lock);
    const struct kept *kept = *place_of(outcomes, command);
    ret_outcome->held_back = kept && !reached(outcomes, kept->account, kept->account_version);
    if (ret_outcome->held_back)
        kept = NULL;
    char *copy = kept && arena && kept->length ? arena_copy(arena, (struct slice){kept->text, kept->length}) : NULL;
    bool found = kept && (copy || !arena || !kept->length);
    if (found) {
        struct slice text = {copy, copy ? kept->length : 0};
        *ret_outcome = (struct known_outcome){.digest = kept->digest, .applied = kept->applied, .status = kept->status};
        *(kept->applied ? &ret_outcome->result : &ret_outcome->problem) = text;
    }
    pthread_rwlock_unlock(&outcomes->lock);
    return found;
}
