/* Jobs of sessions in the password threads.  SPDX-License-Identifier: Apache-2.0 */
#include "http/session_job.h"

#include <assert.h>
#include <stdlib.h>
#include <sys/random.h>

#include "http/account_ended.h"
#include "http/hall.h"
#include "http/said.h"
#include "http/session_device.h"
#include "http/session_ticket.h"
#include "process/clock.h"
#include "process/config.h"
#include "process/hex.h"
#include "process/log.h"
#include "process/memory.h"
#include "topics/digest.h"
#include "topics/encode.h"
#include "topics/messages.h"

enum { SECOND = 1000, TOKEN_BYTES = 2048, TEXT_BYTES = 65536, ID_BYTES = sizeof(struct id), VIEW_LOOK_MS = 20 };
enum { SAYING = 400, ENDED_MOST = 100000 };

struct session_job *session_job_new(struct visit *visit)
{
    struct session_job *job = memory_new(sizeof *job);
    job->job.loop = visit->hall->loop;
    job->visit = visit;
    job->front = visit->front;
    job->name_asked = visit->declaration->name;
    job->now = visit->accepted_ms;
    job->account = visit->caller.account;
    job->login = buffer_new(512);
    job->secret = buffer_new(1024);
    job->other = buffer_new(4096);
    job->text = buffer_new(TEXT_BYTES);
    job->name = buffer_new(256);
    job->label = buffer_new(256);
    job->access = buffer_new(TOKEN_BYTES);
    job->ended = buffer_new(ENDED_MOST * ID_BYTES);
    problem_none(&job->problem);
    return job;
}

static void wipe(struct buffer *buffer)
{
    if (buffer->at)
        explicit_bzero(buffer->at, buffer->length);
    buffer_free(buffer);
}

void session_job_drop(struct session_job *job)
{
    wipe(&job->secret);
    wipe(&job->other);
    wipe(&job->text);
    explicit_bzero(job->refresh, sizeof job->refresh);
    buffer_free(&job->login);
    buffer_free(&job->name);
    buffer_free(&job->label);
    buffer_free(&job->access);
    buffer_free(&job->ended);
    free(job);
}

static void job_lost(struct password_job *job)
{
    session_job_drop((struct session_job *)job);
}

void session_secret(char ret_text[static SECRET_TEXT + 1], uint8_t ret_digest[static 32])
{
    uint8_t bytes[SECRET_BYTES];
    ssize_t got = getrandom(bytes, sizeof bytes, 0);
    assert(got == sizeof bytes);
    *hex_put(ret_text, bytes, sizeof bytes) = 0;
    digest_sha256((struct slice){ret_text, SECRET_TEXT}, ret_digest);
}

void session_add_digest(struct arguments *arguments, const uint8_t digest[static 32])
{
    value_bytes(argument(arguments), (struct slice){(const char *)digest, 32});
}

/* What the session is good for: whose password must be changed, or who must have a second factor and has none, does that
 * first. */
static enum token_kind kind_of(const struct session_job *job)
{
    uint64_t roles = 0;
    if (job->must_change)
        return TOKEN_CHANGE;
    if (!job->factor && job->front->factor_roles &&
        accounts_roles(job->front->accounts, job->account, job->now, job->now, &roles) && (roles & job->front->factor_roles))
        return TOKEN_ENROL;
    return TOKEN_ACCESS;
}

void session_job_challenge(struct session_job *job)
{
    if (!job->factor)
        return;
    struct ticket ticket = {.account = job->account, .device = job->device, .login = buffer_slice(&job->login),
                            .text = buffer_slice(&job->label), .expires_ms = job->now + config->ticket_seconds * SECOND};
    buffer_empty(&job->text);
    ticket_make(job->front->seal, "second", &ticket, &job->text);
    job->challenge = buffer_slice(&job->text);
    problem_say(&job->problem, PROBLEM_second_factor, "Send the ticket with a code of your authenticator",
                "请提交 ticket 与动态口令验证码");
}

bool session_job_guess_own(struct session_job *job)
{
    struct visit *visit = job->visit;
    int64_t wait_ms;
    job->guessed = guess_begin(visit->front->limit, buffer_slice(&job->login), SLICE(""), SLICE("signed in"),
                               clock_monotonic_us(), &job->guess, &wait_ms);
    if (job->guessed)
        return true;
    session_job_drop(job);
    session_too_early(visit, wait_ms);
    return false;
}

void session_job_sign(struct session_job *job)
{
    struct token token = {.account = job->account, .session = job->session, .issued_ms = job->now,
                          .expires_ms = job->now + config->access_token_seconds * SECOND};
    token.kind = job->kind = kind_of(job);
    token_sign(job->front->token_keys, &token, &job->access);
}

static struct slice optional(const struct buffer *text)
{
    return text->length ? buffer_slice(text) : (struct slice){NULL, 0};
}

bool session_job_open(struct session_job *job, struct sql_connection *connection)
{
    uint8_t digest[32];
    struct id spare = id_random();
    auto_arguments arguments = arguments_new(2048);
    auto_rows *rows = NULL;
    session_secret(job->refresh, digest);
    job->session = id_random();
    value_id(argument(&arguments), job->account.bytes);
    value_id(argument(&arguments), job->session.bytes);
    session_add_digest(&arguments, digest);
    value_time(argument(&arguments), job->now);
    value_time(argument(&arguments), job->now + config->refresh_token_seconds * SECOND);
    value_id(argument(&arguments), id_is_none(job->device) ? NULL : job->device.bytes);
    value_id(argument(&arguments), spare.bytes);
    value_text(argument(&arguments), buffer_slice(&job->name));
    value_text(argument(&arguments), optional(&job->label));
    if (!sql_run(connection, "session_open", &arguments, &rows))
        return false;
    memcpy(job->device.bytes, row_id(rows, 0, 0), sizeof job->device.bytes);
    session_job_sign(job);
    return true;
}

void session_job_ended(struct session_job *job, const struct rows *rows, size_t column)
{
    for (size_t i = 0; i < rows_count(rows); i++)
        buffer_add(&job->ended, row_id(rows, i, column), ID_BYTES);
}

bool session_job_end_all(struct session_job *job, struct sql_connection *connection, struct id device)
{
    auto_arguments arguments = arguments_new(256);
    auto_rows *rows = NULL;
    value_id(argument(&arguments), job->account.bytes);
    value_id(argument(&arguments), id_is_none(device) ? NULL : device.bytes);
    value_time(argument(&arguments), job->now);
    value_time(argument(&arguments), job->now - config->access_token_seconds * SECOND);
    if (!sql_run(connection, "session_close_all", &arguments, &rows))
        return false;
    session_job_ended(job, rows, 0);
    return true;
}

static struct id ended_at(const struct session_job *job, size_t place)
{
    struct id session;
    memcpy(session.bytes, job->ended.at + place * ID_BYTES, ID_BYTES);
    return session;
}

static size_t ended_count(const struct session_job *job)
{
    return job->ended.length / ID_BYTES;
}

/* What ended is told to all fronts. */
static bool say_ended(struct session_job *job, struct sql_connection *connection)
{
    size_t count = ended_count(job);
    for (size_t from = 0; from < count; from += SAYING) {
        size_t end = count - from < SAYING ? count : from + SAYING;
        struct buffer packed = buffer_new(SAYING * 2048);
        auto_arguments arguments = arguments_new(SAYING * 2048 + 64);
        for (size_t i = from; i < end; i++)
            ended_pack(&packed, ended_at(job, i), job->account, job->now);
        value_int4(argument(&arguments), (int32_t)(end - from));
        value_bytes(argument(&arguments), buffer_slice(&packed));
        bool said = sql_run(connection, "session_say", &arguments, NULL);
        buffer_free(&packed);
        if (!said)
            return false;
    }
    return true;
}

bool session_job_say(struct session_job *job, struct sql_connection *connection, const struct declaration *declaration,
                     struct id key, struct slice value)
{
    struct buffer packed = buffer_new(TEXT_BYTES);
    auto_arguments arguments = arguments_new(TEXT_BYTES + 64);
    said_pack(&packed, declaration, key, job->account, job->now, value);
    value_int4(argument(&arguments), 1);
    value_bytes(argument(&arguments), buffer_slice(&packed));
    bool said = sql_run(connection, "session_say", &arguments, NULL);
    buffer_free(&packed);
    return said;
}

static bool work(struct session_job *job, struct sql_connection *connection)
{
    if (job->look && !job->look(job, connection))
        return false;
    if (!job->write || job->problem.code != PROBLEM_none)
        return true;
    return transaction_begin(connection, DURABLE) && job->write(job, connection) && say_ended(job, connection) &&
           transaction_commit(connection) == COMMIT_DONE;
}

static void run(struct password_job *base, struct passwords_session *session)
{
    struct session_job *job = (struct session_job *)base;
    struct sql_connection *connection = passwords_connection(session);
    job->away = true;
    if (!connection)
        return;
    job->away = !work(job, connection);
    if (job->away) {
        LOG(database_trouble, log_text("statement", job->name_asked),
            log_text("detail", sql_failure(connection)->text));
        transaction_rollback(connection);
    }
}

static void judge(const struct session_job *job)
{
    if (!job->guessed)
        return;
    if (job->away)
        guess_undone(&job->guess);
    else if (job->problem.code == PROBLEM_none)
        guess_right(&job->guess);
    else if (job->wrong)
        guess_wrong(job->front->limit, &job->guess, clock_monotonic_us());
    else
        guess_undone(&job->guess);
}

static void count(const char *result)
{
    series_add(metric_series(METRIC_sign_ins, result), 1);
}

static void refuse(struct session_job *job)
{
    struct visit *visit = job->visit;
    count(job->challenge.at ? "challenged" : "refused");
    if (job->problem.code == PROBLEM_sign_in_failed)
        LOG(sign_in_refused, log_slice("address", exchange_peer(visit->exchange)));
    visit->problem = job->problem;
    if (job->challenge.at)
        visit_refuse_with(visit, "ticket", job->challenge);
    else
        visit_refuse(visit);
    session_job_drop(job);
}

static void done(struct loop *loop, void *argument)
{
    struct session_job *job = argument;
    (void)loop;
    judge(job);
    if (job->away) {
        count("away");
        visit_refuse_as(job->visit, PROBLEM_database_away, "Sessions need the database", "登录与会话需要数据库");
        session_job_drop(job);
        return;
    }
    for (size_t i = 0; i < ended_count(job); i++)
        ended_add(job->front->ended, ended_at(job, i), job->now);
    job->view_until = loop_now() + config->account_wait_ms;
    if (job->problem.code == PROBLEM_none)
        job->answer(job);
    else
        refuse(job);
}

void session_job_take(struct session_job *job, struct passwords *pool)
{
    struct visit *visit = job->visit;
    job->job.work = run;
    job->job.done = done;
    job->job.lost = job_lost;
    if (passwords_take(pool, &job->job))
        return;
    if (job->guessed)
        guess_undone(&job->guess);
    session_job_drop(job);
    visit_refuse_as(visit, PROBLEM_busy, "Too many log-ins wait", "等待登录的人数过多");
}

void session_job_about(struct visit *visit, struct id thing,
                       bool (*write)(struct session_job *job, struct sql_connection *connection),
                       void (*answer)(struct session_job *job))
{
    struct session_job *job = session_job_new(visit);
    job->device = thing;
    job->write = write;
    job->answer = answer;
    session_job_take(job, visit->front->passwords);
}

bool session_job_own(struct session_job *job, struct sql_connection *connection, const char *field, const char *wrong,
                     const char *wrong_zh)
{
    auto_arguments arguments = arguments_new(64);
    auto_rows *rows = NULL;
    value_id(argument(&arguments), job->account.bytes);
    if (!sql_run(connection, "session_own", &arguments, &rows))
        return false;
    job->wrong = rows_count(rows) == 0 || !password_is(buffer_slice(&job->secret), row_text(rows, 0, 0));
    job->factor = !job->wrong && row_bool(rows, 0, 1);
    if (job->wrong) {
        problem_say(&job->problem, PROBLEM_invalid, "%1$s%2$.0s", "%1$.0s%2$s", wrong, wrong_zh);
        problem_under(&job->problem, slice_of(field));
    }
    return true;
}

bool session_job_mine(struct session_job *job, struct sql_connection *connection, const char *statement, const char *none,
                      const char *none_zh)
{
    auto_arguments arguments = arguments_new(256);
    auto_rows *rows = NULL;
    value_id(argument(&arguments), job->account.bytes);
    value_id(argument(&arguments), job->device.bytes);
    value_time(argument(&arguments), job->now);
    if (!sql_run(connection, statement, &arguments, &rows))
        return false;
    if (!row_bool(rows, 0, 0))
        problem_say(&job->problem, PROBLEM_not_found, "%1$s%2$.0s", "%1$.0s%2$s", none, none_zh);
    return true;
}

static void tell_tokens(struct session_job *job)
{
    struct visit *visit = job->visit;
    char device[DEVICE_TEXT + 1];
    struct session_tokens tokens = {.access_token = buffer_slice(&job->access), .token_type = SLICE("Bearer"),
                                    .expires_in = config->access_token_seconds,
                                    .refresh_token = {job->refresh, SECRET_TEXT},
                                    .has_duty = job->kind != TOKEN_ACCESS,
                                    .duty = job->kind == TOKEN_ENROL ? DUTY_ENROL_FACTOR : DUTY_CHANGE_PASSWORD};
    tokens.has_device = job->login.length && !id_is_none(job->device);
    if (tokens.has_device) {
        device_secret(job->front->seal, job->device, buffer_slice(&job->login), device);
        tokens.device = (struct slice){device, DEVICE_TEXT};
    }
    buffer_empty(&visit->hall->body);
    encode(&visit->hall->body, session_tokens_shape(), &tokens);
    LOG(signed_in, log_id("account", job->account.bytes));
    count("well");
    visit_answer(visit, visit->declaration->status, buffer_slice(&visit->hall->body));
    session_job_drop(job);
}

static void look_again(struct loop *loop, struct loop_timer *timer);

static void await_view(struct session_job *job)
{
    bool held = job->held(job);
    if (!held && loop_now() < job->view_until) {
        loop_timer_set(job->job.loop, &job->timer, VIEW_LOOK_MS, look_again);
    } else if (held) {
        job->tell(job);
    } else {
        count("unseen");
        visit_refuse_as(job->visit, PROBLEM_starting, "The account is not in the view yet", "账号数据尚未同步");
        session_job_drop(job);
    }
}

static void look_again(struct loop *loop, struct loop_timer *timer)
{
    (void)loop;
    await_view((struct session_job *)((char *)timer - offsetof(struct session_job, timer)));
}

void session_answer_when(struct session_job *job, bool (*held)(const struct session_job *job),
                         void (*tell)(struct session_job *job))
{
    job->held = held;
    job->tell = tell;
    await_view(job);
}

static bool account_held(const struct session_job *job)
{
    return accounts_hold(job->front->accounts, job->account, job->now);
}

/* Whoever is given tokens is let in. */
void session_answer_tokens(struct session_job *job)
{
    session_answer_when(job, account_held, tell_tokens);
}

void session_answer_record(struct session_job *job, const struct shape *shape, const void *record)
{
    struct visit *visit = job->visit;
    struct buffer *body = &visit->hall->body;
    buffer_empty(body);
    encode(body, shape, record);
    visit_answer(visit, visit->declaration->status, buffer_slice(body)); /* the visit is over */
    explicit_bzero(body->at, body->length);
    buffer_empty(body);
    session_job_drop(job);
}

void session_answer_nothing(struct session_job *job)
{
    visit_answer_nothing(job->visit, job->visit->declaration->status);
    session_job_drop(job);
}

void session_too_early(struct visit *visit, int64_t wait_ms)
{
    char text[24];
    struct buffer seconds = buffer_new(sizeof text);
    buffer_add_number(&seconds, (wait_ms + SECOND - 1) / SECOND);
    response_header(&visit->hall->headers, "Retry-After", buffer_slice(&seconds));
    buffer_free(&seconds);
    count("too_many");
    visit_refuse_as(visit, PROBLEM_too_many, "Too many failed tries: the next may be made after a while",
                    "失败次数过多，请稍后再试");
}
