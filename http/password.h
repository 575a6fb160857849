/* Passwords: argon2id in a few threads, with a bounded queue before them.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "http/loop.h"

struct sql_connection;
struct passwords;
struct passwords_session; /* one thread's session with PostgreSQL, opened when it is asked for */

/* What is done in a password thread, kept inside what it belongs to. */
struct password_job {
    struct password_job *next;
    struct loop *loop;
    int64_t queued_us;
    /* In the thread; `session` says how to reach PostgreSQL from there. */
    void (*work)(struct password_job *job, struct passwords_session *session);
    /* Then in the loop. */
    void (*done)(struct loop *loop, void *job);
    /* Instead, in any thread, where its loop or the threads are over: frees it. */
    void (*lost)(struct password_job *job);
};

/* The connection, NULL while PostgreSQL is away. */
struct sql_connection *passwords_connection(struct passwords_session *session);

/* So many threads, so many jobs waiting for them at most, and the database's URI. */
struct passwords *passwords_new(unsigned threads, size_t waiting, const char *database)
    __attribute__((returns_nonnull));

/* Ends the threads after the job at hand; jobs that wait are lost. */
void passwords_free(struct passwords *passwords);

/* Hands a job over; `done` is called in its loop. False: too many wait. */
MUST bool passwords_take(struct passwords *passwords, struct password_job *job);

/* The PHC string of the password at the configured cost, with a random salt. Appended to the buffer. */
void password_hash(struct slice password, struct buffer *phc);

/* Whether the password is the one of the PHC string; a string that is none is no match. */
MUST bool password_is(struct slice password, struct slice phc);
