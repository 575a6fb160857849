/* The heads of the audit trail's chains.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/security/heads.h"

#include <stdio.h>

#include "process/arena.h"
#include "process/clock.h"
#include "process/config.h"
#include "process/hex.h"
#include "process/life.h"
#include "topics/decode.h"
#include "topics/messages.h"
#include "topics/view.h"

enum { PATIENCE_US = 60 * 1000000, LOOK_MS = 10, ARENA_BYTES = 65536 };

struct heads {
    struct trail_head *at;
    size_t count;
    bool failed;
    struct arena *arena;
};

static void keep(struct heads *heads, const struct audit_head *head, const uint8_t hash[TRAIL_HASH])
{
    size_t i = 0;
    while (i < heads->count && !slice_equal(slice_of(heads->at[i].chain), head->chain))
        i++;
    heads->failed |= i == TRAIL_CHAINS_MOST;
    if (heads->failed || (i < heads->count && heads->at[i].number >= head->number))
        return;
    if (i == heads->count)
        heads->count++;
    heads->at[i] = (struct trail_head){.number = head->number};
    snprintf(heads->at[i].chain, TRAIL_CHAIN, "%.*s", (int)head->chain.length, head->chain.at);
    memcpy(heads->at[i].hash, hash, TRAIL_HASH);
}

static void apply(void *opaque, const struct record *record)
{
    struct heads *heads = opaque;
    struct audit_head head;
    struct problem problem;
    uint8_t hash[TRAIL_HASH];
    problem_none(&problem);
    arena_reset(heads->arena);
    if (decode(DECLARED(audit_head), &(struct decode_source){.body = record->value}, DECODE_LENIENT,
               (int)config->json_depth, heads->arena, NULL, &head, &problem) &&
        head.hash.length == 2 * TRAIL_HASH && hex_read(head.hash.at, TRAIL_HASH, true, hash))
        keep(heads, &head, hash);
    else
        heads->failed = true;
}

bool heads_read(struct trail_head ret_heads[static TRAIL_CHAINS_MOST], size_t *ret_count)
{
    struct heads heads = {.at = ret_heads, .arena = arena_new(1024, ARENA_BYTES)};
    const struct view_topic topic = {catalogue_topics[TOPIC_audit].name, 0, apply, &heads};
    struct problem problem;
    struct view *view;
    problem_none(&problem);
    if (!view_new("audit", &topic, 1, NULL, NULL, &view, &problem)) {
        arena_free(heads.arena);
        return false;
    }
    int64_t until = clock_monotonic_us() + PATIENCE_US;
    while (!view_caught_up(view) && clock_monotonic_us() < until)
        (void)life_sleep(LOOK_MS);
    bool whole = view_caught_up(view);
    view_free(view);
    arena_free(heads.arena);
    *ret_count = heads.count;
    return whole && !heads.failed;
}
