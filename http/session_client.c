/* Integration clients: programs of others, with keys instead of a person.  SPDX-License-Identifier: Apache-2.0 */
#include "http/account_client.h"
#include "http/hall.h"
#include "http/headers.h"
#include "http/session.h"
#include "http/session_job.h"
#include "topics/encode.h"
#include "topics/messages.h"

enum { ARGUMENTS = 16384, VALUE_MOST = 32768, LOGIN_DIGITS = 12 };

/* "btk_" and 64 hex digits into job->text; the digest of the whole. */
static void make_key(struct session_job *job, uint8_t ret_digest[static 32])
{
    char secret[SECRET_TEXT + 1];
    session_secret(secret, ret_digest);
    buffer_empty(&job->text);
    buffer_add_text(&job->text, CLIENT_KEY_PREFIX);
    buffer_add(&job->text, secret, SECRET_TEXT);
    explicit_bzero(secret, sizeof secret);
    digest_sha256(buffer_slice(&job->text), ret_digest);
}

/* Says what the client is now, to all fronts. */
static bool say_client(struct session_job *job, struct sql_connection *connection)
{
    auto_arguments arguments = arguments_new(64);
    auto_rows *rows = NULL;
    value_id(argument(&arguments), job->device.bytes);
    return sql_run(connection, "session_client_state", &arguments, &rows) &&
           session_job_say(job, connection, clients_record(), job->device, row_text(rows, 0, 0));
}

/* Says the account without a person: job->login is the name, job->session the organisation. */
static bool say_account(struct session_job *job, struct sql_connection *connection, struct slice login)
{
    struct buffer sealed = buffer_new(VALUE_MOST), value = buffer_new(VALUE_MOST);
    struct grant grant = {.role = SLICE("integration_client"), .organisation = job->session};
    seal_hide(job->front->seal, job->device, "name", buffer_slice(&job->login), &sealed);
    struct account state = {.account = job->device, .version = 1, .login = login, .name = buffer_slice(&sealed),
                            .active = true, .sessions_from = job->now, .grants = {&grant, 1}};
    encode(&value, account_shape(), &state);
    bool said = session_job_say(job, connection, DECLARED(account), job->device, buffer_slice(&value));
    buffer_free(&sealed);
    buffer_free(&value);
    return said;
}

/* The scopes stand in job->other, a line each. */
static void add_scopes(const struct session_job *job, struct arguments *arguments)
{
    struct slice lines = buffer_slice(&job->other), line;
    size_t count = 0;
    for (size_t i = 0; i < lines.length; i++)
        count += lines.at[i] == '\n';
    struct buffer *array = argument_array(arguments, SQL_TEXT, count);
    while (count-- && headers_take(&lines, '\n', &line))
        value_text(array, line);
}

static bool write_open(struct session_job *job, struct sql_connection *connection)
{
    uint8_t digest[32];
    char login[ID_TEXT + 8] = "client.", id[ID_TEXT];
    auto_arguments arguments = arguments_new(ARGUMENTS);
    id_text(job->device, id);
    memcpy(login + 7, id + ID_TEXT - 1 - LOGIN_DIGITS, LOGIN_DIGITS + 1);
    make_key(job, digest);
    value_id(argument(&arguments), job->device.bytes);
    value_text(argument(&arguments), slice_of(login));
    value_text(argument(&arguments), buffer_slice(&job->login));
    value_id(argument(&arguments), job->session.bytes);
    add_scopes(job, &arguments);
    value_time(argument(&arguments), job->expires_ms);
    session_add_digest(&arguments, digest);
    value_id(argument(&arguments), job->account.bytes);
    value_time(argument(&arguments), job->now);
    return sql_run(connection, "session_client_open", &arguments, NULL) && say_account(job, connection, slice_of(login)) &&
           say_client(job, connection);
}

static bool no_client(struct session_job *job)
{
    problem_say(&job->problem, PROBLEM_not_found, "There is no such client, or it is over", "没有该客户端，或其已失效");
    return true;
}

static bool write_rotate(struct session_job *job, struct sql_connection *connection)
{
    uint8_t digest[32];
    auto_arguments arguments = arguments_new(256);
    auto_rows *rows = NULL;
    make_key(job, digest);
    value_id(argument(&arguments), job->device.bytes);
    session_add_digest(&arguments, digest);
    value_time(argument(&arguments), job->now);
    if (!sql_run(connection, "session_client_rotate", &arguments, &rows))
        return false;
    return row_bool(rows, 0, 0) ? say_client(job, connection) : no_client(job);
}

static bool write_close(struct session_job *job, struct sql_connection *connection)
{
    auto_arguments arguments = arguments_new(256);
    auto_rows *rows = NULL;
    value_id(argument(&arguments), job->device.bytes);
    value_time(argument(&arguments), job->now);
    if (!sql_run(connection, "session_client_close", &arguments, &rows))
        return false;
    return row_bool(rows, 0, 0) ? say_client(job, connection) : no_client(job);
}

/* The key is told when the views would let it in. */
static bool key_held(const struct session_job *job)
{
    return clients_hold(job->front->clients, buffer_slice(&job->text)) &&
           accounts_hold(job->front->accounts, job->device, job->now);
}

static void tell_key(struct session_job *job)
{
    struct client_key told = {.client = job->device, .key = buffer_slice(&job->text)};
    session_answer_record(job, client_key_shape(), &told);
}

static void answer_key(struct session_job *job)
{
    session_answer_when(job, key_held, tell_key);
}

/* Closed is told when the view refuses it. */
static bool closing_held(const struct session_job *job)
{
    return !clients_open(job->front->clients, job->device);
}

static void answer_closed(struct session_job *job)
{
    session_answer_when(job, closing_held, session_answer_nothing);
}

static bool scopes_are(struct visit *visit, const struct client_open *asked)
{
    for (size_t i = 0; i < asked->scopes.count; i++)
        if (!catalogue_scope_is(asked->scopes.at[i])) {
            problem_say(&visit->problem, PROBLEM_invalid, "Not a scope that a key may have", "没有可授予密钥的该范围");
            problem_under_index(&visit->problem, i);
            return problem_under(&visit->problem, SLICE("scopes"));
        }
    if (asked->expires_at > visit->accepted_ms)
        return true;
    problem_say(&visit->problem, PROBLEM_invalid, "It would be over already", "到期时间已过");
    return problem_under(&visit->problem, SLICE("expires_at"));
}

static void answer_open(struct visit *visit)
{
    const struct client_open *asked = visit->message;
    if (!scopes_are(visit, asked)) {
        visit_refuse(visit);
        return;
    }
    struct session_job *job = session_job_new(visit);
    job->device = id_random();
    job->session = asked->organisation;
    job->expires_ms = asked->expires_at;
    buffer_add_slice(&job->login, asked->name);
    for (size_t i = 0; i < asked->scopes.count; i++) {
        buffer_add_slice(&job->other, asked->scopes.at[i]);
        buffer_add_byte(&job->other, '\n');
    }
    job->write = write_open;
    job->answer = answer_key;
    session_job_take(job, visit->front->passwords);
}

static void answer_rotate(struct visit *visit)
{
    const struct client_rotate *asked = visit->message;
    session_job_about(visit, asked->client, write_rotate, answer_key);
}

static void answer_close(struct visit *visit)
{
    const struct client_close *asked = visit->message;
    session_job_about(visit, asked->client, write_close, answer_closed);
}

void clients_offer(struct front *front)
{
    front_offer_answer(front, DECLARED(client_open), answer_open);
    front_offer_answer(front, DECLARED(client_rotate), answer_rotate);
    front_offer_answer(front, DECLARED(client_close), answer_close);
}
