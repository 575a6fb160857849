/* Embedded statements asked from an event loop: some sessions, a bounded queue, no waiting.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "sql/connection.h"

/* Belongs to one loop's thread. The loop watches the descriptors it is told of and calls pool_ready() and
 * pool_turn(). */
struct pool;

/* Tells the loop what to watch in a session's slot: fd -1 means nothing (its old descriptor is about to be
 * closed). */
typedef void pool_watch(void *loop, unsigned slot, int fd, bool read, bool write);

/* An answer: rows (freed after the call) or a failure, never both; `context` is the asker's. */
typedef void pool_answer(void *context, const struct rows *rows, const struct sql_failure *failure);

/* Whose rows a statement may see, as the policies of the tables read it: the caller, and the tops of his subtrees as an
 * array's text, "*" for everybody's. Absent: nobody's. */
struct pool_reach {
    struct slice actor, tops;
};

struct pool_settings {
    const char *uri, *program;
    unsigned sessions; /* at most POOL_SESSIONS */
    unsigned queue;    /* questions waiting for a session */
    int64_t patience;  /* milliseconds a question may take, its wait included */
    pool_watch *watch;
    void *loop;
};
#define POOL_SESSIONS 16

/* A pool that begins to connect at its first turn. Settings are copied, the texts must outlive it. */
struct pool *pool_new(const struct pool_settings *settings) __attribute__((returns_nonnull));

/* Answers every question with a failure and closes. */
void pool_free(struct pool *pool);

/* Asks an embedded statement, in a transaction with that reach (NULL: none), all in one round trip; its values are
 * copied. False, without a call of `answer`, when the queue is full or no session is connected: the caller answers
 * 503. */
MUST bool pool_ask(struct pool *pool, const char *name, const struct arguments *arguments,
                   const struct pool_reach *reach, pool_answer *answer, void *context);

/* The slot's descriptor is readable or writable. */
void pool_ready(struct pool *pool, unsigned slot, int64_t now);

/* Time passed: connects, gives up what took too long. Returns the milliseconds until it wants another turn.
 * `now` is monotonic milliseconds. */
int64_t pool_turn(struct pool *pool, int64_t now);

/* Whether a session is connected (for /readyz). */
bool pool_connected(const struct pool *pool);
