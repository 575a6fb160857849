/* What sessions ask of PostgreSQL: work of a visit in a password thread, in one durable transaction, then its answer.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "http/limit.h"
#include "http/password.h"
#include "http/token.h"
#include "http/visit.h"
#include "sql/transaction.h"

enum { SECRET_BYTES = 32, SECRET_TEXT = 2 * SECRET_BYTES };

/* What a job is about; what it needs of the request is copied into it, since it may outlive its loop. */
struct session_job {
    struct password_job job;
    struct visit *visit;        /* for the loop only */
    struct front *front;
    const char *name_asked;     /* of what was asked */
    /* In the thread, first, without a transaction: looks and judges. NULL: nothing to judge. */
    bool (*look)(struct session_job *job, struct sql_connection *connection);
    /* Then, unless job->problem was set, in a durable transaction. NULL: nothing to write. False of either: PostgreSQL
     * failed. */
    bool (*write)(struct session_job *job, struct sql_connection *connection);
    /* In the loop, where all went well. */
    void (*answer)(struct session_job *job);
    int64_t now;
    struct buffer login, secret, other; /* what was sent */
    struct buffer text;                 /* what the work made to be told */
    struct buffer name, label;          /* the device's */
    int provider;                       /* enum identity_provider, of an outside identity */
    struct id account, session, device; /* device: none where it is not known */
    bool guessed;                       /* `guess` was begun: */
    struct guess guess;
    bool wrong;                         /* what was guessed was */
    bool must_change, factor;
    int64_t expires_ms;
    enum token_kind kind;               /* of the access token */
    struct buffer ended;                /* ids of the sessions that the work ended */
    struct problem problem;             /* why it was refused; what was written stays */
    struct slice challenge;             /* a text to be told beside the problem; in `text` */
    char refresh[SECRET_TEXT + 1];
    struct buffer access;
    bool away;
    bool (*held)(const struct session_job *job); /* what is awaited before the answer, */
    void (*tell)(struct session_job *job);
    struct loop_timer timer;            /* while a view is behind */
    int64_t view_until;                 /* loop_now() at which waiting ends */
};

/* A job of the visit, with nothing in it but who asks and when. */
struct session_job *session_job_new(struct visit *visit) __attribute__((returns_nonnull));

/* Gives up a job that was not handed over. */
void session_job_drop(struct session_job *job);

/* Hands it to a thread of the pool; from then on it is not the caller's. */
void session_job_take(struct session_job *job, struct passwords *pool);

/* A new secret of 256 bits as hexadecimal text, and its SHA-256. */
void session_secret(char ret_text[static SECRET_TEXT + 1], uint8_t ret_digest[static 32]);

/* Adds a SHA-256 as an argument. */
void session_add_digest(struct arguments *arguments, const uint8_t digest[static 32]);

/* In `write`: opens a session of job->account on its device, and signs its tokens; and keeps for the answer the sessions
 * that the rows of a statement name. */
MUST bool session_job_open(struct session_job *job, struct sql_connection *connection);
void session_job_ended(struct session_job *job, const struct rows *rows, size_t column);

/* In `write`: all sessions of job->account end, or, where `device` is not none, those of that device. */
MUST bool session_job_end_all(struct session_job *job, struct sql_connection *connection, struct id device);

/* In `look`, once a first proof was right: where the account has a second factor, the job is refused with a ticket for the
 * second half. */
void session_job_challenge(struct session_job *job);

/* In `look`: whether job->secret is the password of job->account; where it is not, job->problem says so at the body's field.
 * And, in job->factor, whether the account has a second factor. */
MUST bool session_job_own(struct session_job *job, struct sql_connection *connection, const char *field,
                          const char *wrong, const char *wrong_zh);

/* In `write`: runs a statement about a thing of job->account, job->device, that tells whether it did something; where it did
 * not, job->problem says that there is no such thing. */
MUST bool session_job_mine(struct session_job *job, struct sql_connection *connection, const char *statement,
                           const char *none, const char *none_zh);

/* Makes and hands over a job about one thing, which is job->device. */
void session_job_about(struct visit *visit, struct id thing,
                       bool (*write)(struct session_job *job, struct sql_connection *connection),
                       void (*answer)(struct session_job *job));

/* The same guess as at a password that its owner, signed in, is asked for once more. False: refused, and the job dropped. */
MUST bool session_job_guess_own(struct session_job *job);

/* Signs job->access for the session. */
void session_job_sign(struct session_job *job);

/* In `write`: says a state record about the thing `key`, to all fronts. */
MUST bool session_job_say(struct session_job *job, struct sql_connection *connection, const struct declaration *declaration,
                          struct id key, struct slice value);

/* Answers: with tokens, once the view would let them in; with a record that nobody is shown twice; with nothing. */
void session_answer_tokens(struct session_job *job);
void session_answer_record(struct session_job *job, const struct shape *shape, const void *record);
void session_answer_nothing(struct session_job *job);

/* Calls `tell` as soon as `held` says so: views follow PostgreSQL by a moment. Too late: 503. */
void session_answer_when(struct session_job *job, bool (*held)(const struct session_job *job),
                         void (*tell)(struct session_job *job));

/* Refuses an attempt that came too early: 429 with Retry-After. */
void session_too_early(struct visit *visit, int64_t wait_ms);
