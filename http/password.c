/* Passwords: argon2id in a few threads.  SPDX-License-Identifier: Apache-2.0 */
#include "http/password.h"

#include <argon2.h>
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/random.h>

#include "process/clock.h"
#include "process/config.h"
#include "process/life.h"
#include "process/log.h"
#include "process/memory.h"
#include "process/metrics.h"
#include "sql/connection.h"

enum { SALT = 16, HASH = 32, PHC_MOST = 256 };

struct passwords_session {
    struct passwords *passwords;
    struct sql_connection *connection;
    pthread_t thread;
};

struct passwords {
    pthread_mutex_t lock;
    pthread_cond_t come;
    struct password_job *first, **last;
    size_t waiting, most;
    const char *database;
    bool ending;
    unsigned count;
    struct passwords_session sessions[];
};

struct sql_connection *passwords_connection(struct passwords_session *session)
{
    struct sql_failure failure;
    if (session->connection && sql_alive(session->connection))
        return session->connection;
    sql_close(session->connection);
    session->connection = NULL;
    if (!sql_open(session->passwords->database, "front-session", &session->connection, &failure)) {
        session->connection = NULL;
        LOG(database_lost, log_text("detail", failure.text));
    }
    return session->connection;
}

static struct password_job *next_job(struct passwords *passwords)
{
    struct password_job *job = NULL;
    pthread_mutex_lock(&passwords->lock);
    while (!passwords->first && !passwords->ending)
        pthread_cond_wait(&passwords->come, &passwords->lock);
    if (!passwords->ending) {
        job = passwords->first;
        passwords->first = job->next;
        if (!passwords->first)
            passwords->last = &passwords->first;
        passwords->waiting--;
    }
    pthread_mutex_unlock(&passwords->lock);
    return job;
}

static void *run(void *argument)
{
    struct passwords_session *session = argument;
    struct password_job *job;
    life_thread("password");
    while ((job = next_job(session->passwords)) != NULL) {
        metric_add(METRIC_passwords_waiting, -1);
        job->work(job, session);
        metric_observe(METRIC_password_latency, clock_monotonic_us() - job->queued_us);
        if (!loop_post(job->loop, job->done, job))
            job->lost(job);
    }
    sql_close(session->connection);
    return NULL;
}

struct passwords *passwords_new(unsigned threads, size_t waiting, const char *database)
{
    struct passwords *passwords = memory_new(sizeof *passwords + threads * sizeof *passwords->sessions);
    pthread_mutex_init(&passwords->lock, NULL);
    pthread_cond_init(&passwords->come, NULL);
    passwords->last = &passwords->first;
    passwords->most = waiting;
    passwords->database = database;
    passwords->count = threads;
    for (unsigned i = 0; i < threads; i++) {
        passwords->sessions[i].passwords = passwords;
        if (pthread_create(&passwords->sessions[i].thread, NULL, run, &passwords->sessions[i]) != 0)
            abort();
    }
    return passwords;
}

void passwords_free(struct passwords *passwords)
{
    if (!passwords)
        return;
    pthread_mutex_lock(&passwords->lock);
    passwords->ending = true;
    pthread_cond_broadcast(&passwords->come);
    pthread_mutex_unlock(&passwords->lock);
    for (unsigned i = 0; i < passwords->count; i++)
        pthread_join(passwords->sessions[i].thread, NULL);
    for (struct password_job *job = passwords->first, *next; job; job = next) {
        next = job->next;
        job->lost(job);
    }
    pthread_mutex_destroy(&passwords->lock);
    pthread_cond_destroy(&passwords->come);
    free(passwords);
}

bool passwords_take(struct passwords *passwords, struct password_job *job)
{
    pthread_mutex_lock(&passwords->lock);
    bool room = passwords->waiting < passwords->most && !passwords->ending;
    if (room) {
        job->next = NULL;
        job->queued_us = clock_monotonic_us();
        *passwords->last = job;
        passwords->last = &job->next;
        passwords->waiting++;
        metric_add(METRIC_passwords_waiting, 1);
        pthread_cond_signal(&passwords->come);
    }
    pthread_mutex_unlock(&passwords->lock);
    return room;
}

void password_hash(struct slice password, struct buffer *phc)
{
    char salt[SALT], text[PHC_MOST];
    ssize_t got = getrandom(salt, sizeof salt, 0);
    assert(got == sizeof salt);
    int code = argon2id_hash_encoded((uint32_t)config->argon2_passes, (uint32_t)config->argon2_memory_kib, 1,
                                     password.at, password.length, salt, sizeof salt, HASH, text, sizeof text);
    assert(code == ARGON2_OK); /* the settings' ranges are argon2's; only memory can be wanting */
    buffer_add_text(phc, text);
}

bool password_is(struct slice password, struct slice phc)
{
    char text[PHC_MOST];
    if (phc.length >= sizeof text)
        return false;
    memcpy(text, phc.at, phc.length);
    text[phc.length] = 0;
    return argon2id_verify(text, password.at, password.length) == ARGON2_OK;
}
