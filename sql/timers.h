/* Durable timers: set and cancelled in a handler's transaction, come back as events at their time.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "sql/connection.h"

/* A timer is named by (kind, key). Its event is made when it is set: headers, key and value leave as given
 * here. */
struct timer_row {
    const char *kind;         /* the event's name */
    const unsigned char *key; /* 16 bytes: what it is about */
    int32_t generation;       /* the handler's count, in its event too; one below the stored is ignored */
    int64_t due;              /* milliseconds */
    const char *topic;
    struct slice message_key;
    struct slice headers; /* packed by topics/envelope; its ce_id a function of (kind, key, generation) */
    struct slice value;
};

/* What a batch does to timers, gathered; the last word about a (kind, key) counts. */
struct timers;

struct timers *timers_new(size_t ceiling) __attribute__((returns_nonnull));
void timers_free(struct timers *timers);

/* Sets a timer, or moves the one that is there. Slices and ids are copied; kind and topic must live on. */
void timers_set(struct timers *timers, const struct timer_row *row);

/* Takes a timer away; one that is not there (it may be on its way) is no fault. */
void timers_cancel(struct timers *timers, const char *kind, const unsigned char *key);

/* A place to go back to when a message is refused. */
size_t timers_mark(const struct timers *timers);
void timers_back(struct timers *timers, size_t mark);

/* Does it all inside the connection's transaction, in the order of keys, and tells the relay the earliest
 * due time. Fails with BT002 (SQL_POISON) past the ceiling. */
MUST bool timers_send(struct timers *timers, struct sql_connection *connection);

/* Forgets, keeps the memory. */
void timers_empty(struct timers *timers);

/* The relay's side: moves at most `limit` timers due by `now` to the outbox, in order of due time;
 * *ret_moved how many, *ret_next the due time of the first that stays (INT64_MAX: none). */
MUST bool timers_move(struct sql_connection *connection, int64_t now, int32_t limit, int64_t *ret_moved,
                      int64_t *ret_next);
