/* What a handler has in hand while it decides one message, and what it may do.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "process/arena.h"
#include "process/problem.h"
#include "sql/connection.h"
#include "topics/envelope.h"
#include "topics/messages.h"

struct gathering; /* the batch's rows, events and timers on their way into its transaction */

/* What a handler decided. */
enum verdict {
    APPLIED,  /* its effects are gathered or written */
    REJECTED, /* refused for good; work->problem says why, and only what is to be kept of it was gathered */
    FAILED    /* PostgreSQL failed (sql_failure() says how) or memory ran out: the frame tries again or parks it */
};

/* One message under decision. Its transaction is open, its position claimed, and it is not a repeat. */
struct work {
    const char *worker;                 /* the worker's name */
    const struct declaration *message;  /* what it is */
    const struct envelope *envelope;
    struct slice body;                  /* raw, for keeping; of an upload the file */
    int64_t accepted;                   /* the time it is judged by, milliseconds */
    struct sql_connection *connection;
    struct arena *arena;                /* ends with the batch */
    void *desk;                         /* what the worker's desk_open() gave */
    struct gathering *gathering;
    uint32_t ordinal;                   /* events made of it so far */
    struct problem problem;
    struct slice result;                /* JSON of what it returns; absent: nothing */
    struct id account;                  /* an account that it changes, and the version of that; 0: none */
    int64_t account_version;
};

/* Says why the message is rejected, in both languages, and returns REJECTED. */
#define work_reject(work, code, ...) (problem_say(&(work)->problem, PROBLEM_##code, __VA_ARGS__), REJECTED)
/* The same because of a field of the command's body, which the pointer then names as the front's refusals do. */
#define work_reject_at(work, field, code, ...) \
    (problem_say(&(work)->problem, PROBLEM_##code, __VA_ARGS__),     \
     (void)problem_under(&(work)->problem, SLICE(field)), REJECTED)

/* Sets what the command returns: a struct of the record that its row names. */
void work_return(struct work *work, const void *result);

/* Says an event or a state record; it leaves with the transaction, through the outbox. Its id is a function of this
 * message and how many it said before. */
void work_say(struct work *work, const struct declaration *declaration, const void *message);

/* Sends packed bytes as they once came (a replay). */
void work_send_again(struct work *work, const char *topic, struct slice key, struct slice headers, struct slice value);

/* Sets or moves the timer (event's name, key): at `due` the event comes back. `generation` is the handler's own count. */
void work_timer_set(struct work *work, const struct declaration *event, struct id key, int generation, int64_t due,
                    const void *message);

/* Takes the timer away; one already on its way is no fault, its generation tells. */
void work_timer_cancel(struct work *work, const struct declaration *event, struct id key);

/* The id of the n-th further thing that this message makes, beside the one that has the message's own id. */
struct id work_id(const struct work *work, uint32_t n);
