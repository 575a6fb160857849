/* Sessions: log-in, refresh and log-out.  SPDX-License-Identifier: Apache-2.0 */
#include "http/session.h"

#include "http/hall.h"
#include "http/session_device.h"
#include "http/session_job.h"
#include "process/clock.h"
#include "process/config.h"
#include "topics/digest.h"
#include "topics/messages.h"

enum { SECOND = 1000 };

/* A hash at the configured cost that no password has, for names that nobody has: made once. */
static struct buffer nobody;

static bool refuse(struct session_job *job)
{
    job->wrong = true;
    problem_say(&job->problem, PROBLEM_sign_in_failed, "Log-in, password or refresh token is wrong",
                "账号、密码或刷新凭证错误");
    return true;
}

/* The same statement is asked and the same hash computed whether the name is known or not. */
static bool look_password(struct session_job *job, struct sql_connection *connection)
{
    auto_arguments arguments = arguments_new(1024);
    auto_rows *rows = NULL;
    value_text(argument(&arguments), buffer_slice(&job->login));
    if (!sql_run(connection, "session_find", &arguments, &rows))
        return false;
    bool known = rows_count(rows) == 1;
    bool same = password_is(buffer_slice(&job->secret), known ? row_text(rows, 0, 1) : buffer_slice(&nobody));
    if (!known || !same || !row_bool(rows, 0, 2))
        return refuse(job);
    memcpy(job->account.bytes, row_id(rows, 0, 0), sizeof job->account.bytes);
    job->must_change = row_bool(rows, 0, 3);
    job->factor = row_bool(rows, 0, 4);
    session_job_challenge(job);
    return true;
}

static bool write_refresh(struct session_job *job, struct sql_connection *connection)
{
    uint8_t old[32], new[32];
    auto_arguments arguments = arguments_new(1024);
    auto_rows *rows = NULL;
    digest_sha256(buffer_slice(&job->secret), old);
    session_secret(job->refresh, new);
    session_add_digest(&arguments, old);
    session_add_digest(&arguments, new);
    value_time(argument(&arguments), job->now);
    value_time(argument(&arguments), job->now + config->refresh_token_seconds * SECOND);
    if (!sql_run(connection, "session_rotate", &arguments, &rows))
        return false;
    if (rows_count(rows) == 0)
        return refuse(job);
    memcpy(job->account.bytes, row_id(rows, 0, 0), sizeof job->account.bytes);
    memcpy(job->session.bytes, row_id(rows, 0, 1), sizeof job->session.bytes);
    if (row_bool(rows, 0, 2)) { /* spent before: somebody has a copy */
        session_job_ended(job, rows, 1);
        return refuse(job);
    }
    job->must_change = row_bool(rows, 0, 3);
    job->factor = row_bool(rows, 0, 4);
    session_job_sign(job);
    return true;
}

static bool write_close(struct session_job *job, struct sql_connection *connection)
{
    uint8_t digest[32];
    auto_arguments arguments = arguments_new(256);
    auto_rows *rows = NULL;
    digest_sha256(buffer_slice(&job->secret), digest);
    session_add_digest(&arguments, digest);
    value_time(argument(&arguments), job->now);
    if (!sql_run(connection, "session_close", &arguments, &rows))
        return false;
    session_job_ended(job, rows, 0);
    return true;
}

static bool write_close_all(struct session_job *job, struct sql_connection *connection)
{
    return session_job_end_all(job, connection, (struct id){0});
}

static void answer_open(struct visit *visit)
{
    const struct session_open *asked = visit->message;
    struct session_job *job = session_job_new(visit);
    struct slice device = {NULL, 0};
    int64_t wait_ms;
    if (asked->has_device && device_known(visit->front->seal, asked->device, asked->login, &job->device))
        device = asked->device;
    buffer_add_slice(&job->login, asked->login);
    buffer_add_slice(&job->secret, asked->password);
    device_name(request_header(visit->request, HEADER_USER_AGENT), &job->name);
    if (asked->has_label)
        buffer_add_slice(&job->label, asked->label);
    job->look = look_password;
    job->write = session_job_open;
    job->answer = session_answer_tokens;
    job->guessed = guess_begin(visit->front->limit, asked->login, exchange_peer(visit->exchange), device,
                               clock_monotonic_us(), &job->guess, &wait_ms);
    if (job->guessed) {
        session_job_take(job, visit->front->passwords);
        return;
    }
    session_job_drop(job);
    session_too_early(visit, wait_ms);
}

static void take_token(struct visit *visit, struct slice token,
                       bool (*write)(struct session_job *job, struct sql_connection *connection),
                       void (*answer)(struct session_job *job))
{
    struct session_job *job = session_job_new(visit);
    buffer_add_slice(&job->secret, token);
    job->write = write;
    job->answer = answer;
    session_job_take(job, visit->front->passwords);
}

static void answer_refresh(struct visit *visit)
{
    const struct session_refresh *asked = visit->message;
    take_token(visit, asked->refresh_token, write_refresh, session_answer_tokens);
}

/* An unknown token is answered as a known one: nobody learns by it which are good. */
static void answer_close(struct visit *visit)
{
    const struct session_close *asked = visit->message;
    take_token(visit, asked->refresh_token, write_close, session_answer_nothing);
}

static void answer_close_all(struct visit *visit)
{
    take_token(visit, SLICE(""), write_close_all, session_answer_nothing);
}

void sessions_offer(struct front *front)
{
    if (!nobody.ceiling) {
        nobody = buffer_new(512);
        password_hash(SLICE("nobody has this password"), &nobody);
    }
    front_offer_answer(front, DECLARED(session_open), answer_open);
    front_offer_answer(front, DECLARED(session_refresh), answer_refresh);
    front_offer_answer(front, DECLARED(session_close), answer_close);
    front_offer_answer(front, DECLARED(session_close_all), answer_close_all);
    devices_offer(front);
    credentials_offer(front);
    factors_offer(front);
    identities_offer(front);
    clients_offer(front);
}
