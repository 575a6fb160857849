/* Timers, gathered for a batch and written at once; and their return.  SPDX-License-Identifier: Apache-2.0 */
#include "sql/timers.h"

#include <stdio.h>
#include <stdlib.h>

#include "process/memory.h"
#include "sql/handle.h"
#include "sql/outbox.h"

struct timer_action {
    const char *kind;
    unsigned char key[16];
    bool cancel;
    int32_t generation;
    int64_t due;
    size_t start, length; /* of its packed event in the gatherer's bytes */
};

struct timers {
    struct timer_action *actions;
    size_t count, room, most;
    struct buffer bytes;
};

struct timers *timers_new(size_t ceiling)
{
    struct timers *timers = memory_new(sizeof *timers);
    timers->bytes = buffer_new(ceiling);
    timers->most = ceiling / sizeof *timers->actions + 1;
    return timers;
}

void timers_free(struct timers *timers)
{
    if (!timers)
        return;
    buffer_free(&timers->bytes);
    free(timers->actions);
    free(timers);
}

/* The next action, or NULL past the ceiling. */
static struct timer_action *next(struct timers *timers, const char *kind, const unsigned char *key)
{
    if (timers->count == timers->most)
        timers->bytes.overflowed = true;
    if (timers->bytes.overflowed)
        return NULL;
    if (timers->count == timers->room) {
        timers->room = timers->room ? timers->room * 2 : 64;
        timers->actions = memory_resize(timers->actions, timers->room * sizeof *timers->actions);
    }
    struct timer_action *action = &timers->actions[timers->count++];
    *action = (struct timer_action){.kind = kind};
    memcpy(action->key, key, sizeof action->key);
    return action;
}

void timers_set(struct timers *timers, const struct timer_row *row)
{
    struct timer_action *action = next(timers, row->kind, row->key);
    struct outbox_row event = {row->topic, row->message_key, row->headers, row->value};
    if (!action)
        return;
    action->generation = row->generation;
    action->due = row->due;
    action->start = timers->bytes.length;
    outbox_pack(&timers->bytes, &event);
    action->length = timers->bytes.length - action->start;
}

void timers_cancel(struct timers *timers, const char *kind, const unsigned char *key)
{
    struct timer_action *action = next(timers, kind, key);
    if (action)
        action->cancel = true;
}

size_t timers_mark(const struct timers *timers)
{
    return timers->count;
}

void timers_back(struct timers *timers, size_t mark)
{
    for (size_t i = timers->count; i-- > mark;)
        if (!timers->actions[i].cancel)
            timers->bytes.length = timers->actions[i].start;
    timers->count = mark;
    timers->bytes.overflowed = false;
}

void timers_empty(struct timers *timers)
{
    timers->count = 0;
    buffer_empty(&timers->bytes);
}

static int same(const struct timer_action *a, const struct timer_action *b)
{
    int order = memcmp(a->key, b->key, sizeof a->key);
    return order ? order : strcmp(a->kind, b->kind);
}

/* By timer; among actions about one timer, in the order they came. */
static int in_order(const void *a, const void *b)
{
    int order = same(*(struct timer_action *const *)a, *(struct timer_action *const *)b);
    if (order)
        return order;
    return *(struct timer_action *const *)a < *(struct timer_action *const *)b ? -1 : 1;
}

static struct slice packed(const struct timers *timers, const struct timer_action *action)
{
    return (struct slice){timers->bytes.at + action->start, action->length};
}

/* Adds an array of one field of each action chosen. */
#define TIMER_ARRAY(type, add, field)                                  \
    do {                                                               \
        struct buffer *array = argument_array(arguments, type, count); \
        for (size_t i = 0; i < count; i++)                             \
            add(array, field);                                         \
    } while (0)

static void timer_arguments(struct arguments *arguments, const struct timers *timers,
                            struct timer_action **chosen, size_t count, bool cancel)
{
    TIMER_ARRAY(SQL_UUID, value_id, chosen[i]->key);
    TIMER_ARRAY(SQL_TEXT, value_text, slice_of(chosen[i]->kind));
    if (cancel)
        return;
    TIMER_ARRAY(SQL_INT4, value_int4, chosen[i]->generation);
    TIMER_ARRAY(SQL_TIMESTAMPTZ, value_time, chosen[i]->due);
    TIMER_ARRAY(SQL_BYTEA, value_bytes, packed(timers, chosen[i]));
}

/* Puts the actions that count, sets or cancels, into `ret_chosen` in the order of timers; returns how
 * many. */
static size_t choose(const struct timers *timers, bool cancel, struct timer_action **ret_chosen)
{
    size_t all = timers->count, count = 0;
    for (size_t i = 0; i < all; i++)
        ret_chosen[i] = &timers->actions[i];
    qsort(ret_chosen, all, sizeof *ret_chosen, in_order);
    for (size_t i = 0; i < all; i++) {
        bool outdone = i + 1 < all && same(ret_chosen[i], ret_chosen[i + 1]) == 0;
        if (!outdone && ret_chosen[i]->cancel == cancel)
            ret_chosen[count++] = ret_chosen[i];
    }
    return count;
}

/* Runs the statement over the actions chosen. */
static bool run(struct timers *timers, struct sql_connection *connection, struct timer_action **chosen,
                size_t count, bool cancel)
{
    auto_arguments arguments = arguments_new(timers->bytes.length + count * 256 + 1024);
    if (count == 0)
        return true;
    timer_arguments(&arguments, timers, chosen, count, cancel);
    return sql_run(connection, cancel ? "timer_cancel" : "timer_set", &arguments, NULL);
}

/* Tells the relay the earliest of the due times set. */
static bool notify(struct sql_connection *connection, struct timer_action **chosen, size_t count)
{
    int64_t earliest = INT64_MAX;
    auto_arguments arguments = arguments_new(64);
    if (count == 0)
        return true;
    for (size_t i = 0; i < count; i++)
        if (chosen[i]->due < earliest)
            earliest = chosen[i]->due;
    value_int8(argument(&arguments), earliest);
    return sql_run(connection, "timer_notify", &arguments, NULL);
}

bool timers_send(struct timers *timers, struct sql_connection *connection)
{
    if (timers->bytes.overflowed)
        return handle_fail(connection,
                           (struct sql_failure){SQL_POISON, "BT002", "flow.timer: past the ceiling"});
    if (timers->count == 0)
        return true;
    struct timer_action **chosen = memory_new_many(timers->count, sizeof(struct timer_action *));
    size_t count = choose(timers, /* cancel= */ true, chosen);
    bool well = run(timers, connection, chosen, count, true);
    count = choose(timers, /* cancel= */ false, chosen);
    well = well && run(timers, connection, chosen, count, false) && notify(connection, chosen, count);
    free(chosen);
    return well;
}

bool timers_move(struct sql_connection *connection, int64_t now, int32_t limit, int64_t *ret_moved,
                 int64_t *ret_next)
{
    auto_arguments arguments = arguments_new(64);
    auto_rows *moved = NULL;
    auto_rows *next_due = NULL;
    value_time(argument(&arguments), now);
    value_int8(argument(&arguments), limit);
    if (!sql_run(connection, "timer_move", &arguments, &moved) ||
        !sql_run(connection, "timer_next", NULL, &next_due))
        return false;
    *ret_moved = row_number(moved, 0, 0);
    *ret_next = row_null(next_due, 0, 0) ? INT64_MAX : row_time(next_due, 0, 0);
    return true;
}
