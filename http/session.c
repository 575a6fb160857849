/* Sessions: log-in, refresh, and who a request's token speaks for.  SPDX-License-Identifier: Apache-2.0 */
#include "http/session.h"

#include <assert.h>
#include <stdlib.h>
#include <sys/random.h>

#include "http/hall.h"
#include "http/headers.h"
#include "http/limit.h"
#include "http/password.h"
#include "http/token.h"
#include "process/clock.h"
#include "process/config.h"
#include "process/hex.h"
#include "process/log.h"
#include "process/memory.h"
#include "sql/transaction.h"
#include "topics/decode.h"
#include "topics/digest.h"
#include "topics/encode.h"
#include "topics/messages.h"
#include "topics/view.h"

enum { SECOND = 1000, SECRET_BYTES = 32, SECRET_TEXT = 2 * SECRET_BYTES, FAILURES_MOST = 50, TOKEN_BYTES = 2048 };
enum { VIEW_LOOK_MS = 20 };

/* A hash at the configured cost that no password has, for names that nobody has: made once. */
static struct buffer nobody;

enum ended { ENDED_WELL, ENDED_REFUSED, ENDED_TOO_MANY, ENDED_AWAY, ENDED_UNSEEN };

/* A log-in, refresh or log-out in a password thread; what it needs is copied into it. */
struct sign_in {
    struct password_job job;
    struct visit *visit;
    const struct token_keys *keys;
    int64_t now;
    struct loop_timer timer; /* while the view is behind */
    int64_t view_until;      /* loop_now() at which waiting ends */
    struct buffer login, secret;  /* the password, or the refresh token */
    enum ended ended;
    struct id account, session;
    char refresh[SECRET_TEXT + 1];
    struct buffer access;
};

static void new_refresh(struct sign_in *sign_in, uint8_t ret_digest[32])
{
    uint8_t bytes[SECRET_BYTES];
    ssize_t got = getrandom(bytes, sizeof bytes, 0);
    assert(got == sizeof bytes);
    hex_put(sign_in->refresh, bytes, sizeof bytes);
    digest_sha256((struct slice){sign_in->refresh, SECRET_TEXT}, ret_digest);
}

static void add_digest(struct arguments *arguments, const uint8_t digest[32])
{
    value_bytes(argument(arguments), (struct slice){(const char *)digest, 32});
}

/* Runs one statement in a durable transaction; the rows are the caller's. */
static bool run(struct sql_connection *connection, const char *name, const struct arguments *arguments,
                struct rows **ret_rows)
{
    struct rows *rows = NULL;
    bool good = transaction_begin(connection, DURABLE) && sql_run(connection, name, arguments, &rows) &&
                transaction_commit(connection) == COMMIT_DONE;
    if (good) {
        *ret_rows = rows;
        return true;
    }
    LOG(database_trouble, log_text("statement", name), log_text("detail", sql_failure(connection)->text));
    transaction_rollback(connection);
    rows_free(rows);
    return false;
}

static bool store_session(struct sign_in *sign_in, struct sql_connection *connection)
{
    uint8_t digest[32];
    auto_arguments arguments = arguments_new(1024);
    auto_rows *rows = NULL;
    new_refresh(sign_in, digest);
    sign_in->session = id_random();
    value_id(argument(&arguments), sign_in->account.bytes);
    value_id(argument(&arguments), sign_in->session.bytes);
    add_digest(&arguments, digest);
    value_time(argument(&arguments), sign_in->now);
    value_time(argument(&arguments), sign_in->now + config->refresh_token_seconds * SECOND);
    return run(connection, "session_open", &arguments, &rows);
}

static bool store_failure(struct sign_in *sign_in, bool known, struct sql_connection *connection)
{
    auto_arguments arguments = arguments_new(256);
    auto_rows *rows = NULL;
    value_id(argument(&arguments), known ? sign_in->account.bytes : NULL);
    value_time(argument(&arguments), sign_in->now);
    return run(connection, "session_failed", &arguments, &rows);
}

static void sign(struct sign_in *sign_in)
{
    struct token token = {.account = sign_in->account, .session = sign_in->session, .issued_ms = sign_in->now,
                          .expires_ms = sign_in->now + config->access_token_seconds * SECOND};
    token_sign(sign_in->keys, &token, &sign_in->access);
}

/* The same statements and the same hash are computed whether the name is known or not. */
static enum ended check_password(struct sign_in *sign_in, struct sql_connection *connection)
{
    auto_arguments arguments = arguments_new(1024);
    auto_rows *rows = NULL;
    value_text(argument(&arguments), buffer_slice(&sign_in->login));
    value_time(argument(&arguments), sign_in->now);
    if (!connection || !sql_run(connection, "session_find", &arguments, &rows))
        return ENDED_AWAY;
    bool known = rows_count(rows) == 1;
    bool same = password_is(buffer_slice(&sign_in->secret), known ? row_text(rows, 0, 1) : buffer_slice(&nobody));
    if (known)
        memcpy(sign_in->account.bytes, row_id(rows, 0, 0), sizeof sign_in->account.bytes);
    if (known && row_number(rows, 0, 3) >= FAILURES_MOST)
        return ENDED_TOO_MANY;
    if (!known || !same || !row_bool(rows, 0, 2))
        return store_failure(sign_in, known, connection) ? ENDED_REFUSED : ENDED_AWAY;
    if (!store_session(sign_in, connection))
        return ENDED_AWAY;
    sign(sign_in);
    return ENDED_WELL;
}

static void open_session(struct password_job *job, struct passwords_session *session)
{
    struct sign_in *sign_in = (struct sign_in *)job;
    sign_in->ended = check_password(sign_in, passwords_connection(session));
}

static enum ended spend(struct sign_in *sign_in, struct sql_connection *connection)
{
    uint8_t old[32], new[32];
    auto_arguments arguments = arguments_new(1024);
    auto_rows *rows = NULL;
    digest_sha256(buffer_slice(&sign_in->secret), old);
    new_refresh(sign_in, new);
    add_digest(&arguments, old);
    add_digest(&arguments, new);
    value_time(argument(&arguments), sign_in->now);
    value_time(argument(&arguments), sign_in->now + config->refresh_token_seconds * SECOND);
    if (!connection || !run(connection, "session_rotate", &arguments, &rows))
        return ENDED_AWAY;
    if (rows_count(rows) == 0)
        return ENDED_REFUSED;
    memcpy(sign_in->account.bytes, row_id(rows, 0, 0), sizeof sign_in->account.bytes);
    memcpy(sign_in->session.bytes, row_id(rows, 0, 1), sizeof sign_in->session.bytes);
    sign(sign_in);
    return ENDED_WELL;
}

static void refresh_session(struct password_job *job, struct passwords_session *session)
{
    struct sign_in *sign_in = (struct sign_in *)job;
    sign_in->ended = spend(sign_in, passwords_connection(session));
}

/* An unknown token is answered as a known one: nobody learns by it which are good. */
static void close_session(struct password_job *job, struct passwords_session *session)
{
    struct sign_in *sign_in = (struct sign_in *)job;
    struct sql_connection *connection = passwords_connection(session);
    uint8_t digest[32];
    auto_arguments arguments = arguments_new(256);
    auto_rows *rows = NULL;
    digest_sha256(buffer_slice(&sign_in->secret), digest);
    add_digest(&arguments, digest);
    value_time(argument(&arguments), sign_in->now);
    sign_in->ended = connection && run(connection, "session_close", &arguments, &rows) ? ENDED_WELL : ENDED_AWAY;
}

static void sign_in_free(struct sign_in *sign_in)
{
    if (sign_in->secret.at)
        explicit_bzero(sign_in->secret.at, sign_in->secret.length);
    explicit_bzero(sign_in->refresh, sizeof sign_in->refresh);
    buffer_free(&sign_in->login);
    buffer_free(&sign_in->secret);
    buffer_free(&sign_in->access);
    free(sign_in);
}

static void sign_in_lost(struct password_job *job)
{
    sign_in_free((struct sign_in *)job);
}

static void answer_tokens(struct sign_in *sign_in)
{
    struct visit *visit = sign_in->visit;
    struct session_tokens tokens = {.access_token = buffer_slice(&sign_in->access), .token_type = SLICE("Bearer"),
                                    .expires_in = config->access_token_seconds,
                                    .refresh_token = {sign_in->refresh, SECRET_TEXT}};
    buffer_empty(&visit->hall->body);
    encode(&visit->hall->body, session_tokens_shape(), &tokens);
    LOG(signed_in, log_id("account", sign_in->account.bytes));
    visit_answer(visit, visit->declaration->status, buffer_slice(&visit->hall->body));
}

static void answer_sign_in(struct sign_in *sign_in)
{
    static const char *const results[] = {"well", "refused", "too_many", "away", "unseen"};
    struct visit *visit = sign_in->visit;
    series_add(metric_series(METRIC_sign_ins, results[sign_in->ended]), 1);
    switch (sign_in->ended) {
    case ENDED_WELL:
        answer_tokens(sign_in);
        break;
    case ENDED_REFUSED:
        limit_failed(visit->front->limit, buffer_slice(&sign_in->login), exchange_peer(visit->exchange),
                     clock_monotonic_us());
        LOG(sign_in_refused, log_slice("address", exchange_peer(visit->exchange)));
        visit_refuse_as(visit, PROBLEM_sign_in_failed, "Log-in, password or refresh token is wrong",
                        "账号、密码或刷新凭证错误");
        break;
    case ENDED_TOO_MANY:
        response_header(&visit->hall->headers, "Retry-After", SLICE("900"));
        visit_refuse_as(visit, PROBLEM_too_many, "Too many failed log-ins", "登录失败次数过多");
        break;
    case ENDED_AWAY:
        visit_refuse_as(visit, PROBLEM_database_away, "Log-in needs the database", "登录需要数据库");
        break;
    case ENDED_UNSEEN:
        visit_refuse_as(visit, PROBLEM_starting, "The account is not in the view yet", "账号数据尚未同步");
        break;
    }
    sign_in_free(sign_in);
}

static void look_again(struct loop *loop, struct loop_timer *timer);

/* The tokens are given when the view holds the account, which follows PostgreSQL by a moment: whoever has them is let in. */
static void await_view(struct sign_in *sign_in)
{
    bool held = accounts_hold(sign_in->visit->front->accounts, sign_in->account, sign_in->now);
    if (!held && loop_now() < sign_in->view_until) {
        loop_timer_set(sign_in->job.loop, &sign_in->timer, VIEW_LOOK_MS, look_again);
        return;
    }
    sign_in->ended = held ? ENDED_WELL : ENDED_UNSEEN;
    answer_sign_in(sign_in);
}

static void look_again(struct loop *loop, struct loop_timer *timer)
{
    (void)loop;
    await_view((struct sign_in *)((char *)timer - offsetof(struct sign_in, timer)));
}

static void answered(struct loop *loop, void *argument)
{
    struct sign_in *sign_in = argument;
    (void)loop;
    sign_in->view_until = loop_now() + config->account_wait_ms;
    if (sign_in->ended == ENDED_WELL)
        await_view(sign_in);
    else
        answer_sign_in(sign_in);
}

static void closed(struct loop *loop, void *argument)
{
    struct sign_in *sign_in = argument;
    struct visit *visit = sign_in->visit;
    (void)loop;
    if (sign_in->ended == ENDED_WELL) {
        visit_answer_nothing(visit, visit->declaration->status);
        sign_in_free(sign_in);
    } else {
        answer_sign_in(sign_in);
    }
}

static void take_up(struct visit *visit, struct slice login, struct slice secret,
                    void (*work)(struct password_job *job, struct passwords_session *session),
                    void (*done)(struct loop *loop, void *argument))
{
    struct sign_in *sign_in = memory_new(sizeof *sign_in);
    sign_in->job.loop = visit->hall->loop;
    sign_in->job.lost = sign_in_lost;
    sign_in->job.work = work;
    sign_in->job.done = done;
    sign_in->visit = visit;
    sign_in->keys = visit->front->token_keys;
    sign_in->now = visit->accepted_ms;
    sign_in->login = buffer_new(512);
    sign_in->secret = buffer_new(1024);
    sign_in->access = buffer_new(TOKEN_BYTES);
    buffer_add_slice(&sign_in->login, login);
    buffer_add_slice(&sign_in->secret, secret);
    if (passwords_take(visit->front->passwords, &sign_in->job))
        return;
    sign_in_free(sign_in);
    visit_refuse_as(visit, PROBLEM_busy, "Too many log-ins wait", "等待登录的人数过多");
}

static void later(struct visit *visit, int64_t wait_ms)
{
    char text[24];
    struct buffer seconds = buffer_new(sizeof text);
    buffer_add_number(&seconds, (wait_ms + SECOND - 1) / SECOND);
    response_header(&visit->hall->headers, "Retry-After", buffer_slice(&seconds));
    buffer_free(&seconds);
}

static void answer_open(struct visit *visit)
{
    const struct session_open *asked = visit->message;
    int64_t wait_ms;
    if (limit_allows(visit->front->limit, asked->login, exchange_peer(visit->exchange), clock_monotonic_us(), &wait_ms)) {
        take_up(visit, asked->login, asked->password, open_session, answered);
        return;
    }
    later(visit, wait_ms);
    visit_refuse_as(visit, PROBLEM_too_many, "Too many failed log-ins", "登录失败次数过多");
}

static void answer_refresh(struct visit *visit)
{
    const struct session_refresh *asked = visit->message;
    take_up(visit, SLICE(""), asked->refresh_token, refresh_session, answered);
}

static void answer_close(struct visit *visit)
{
    const struct session_close *asked = visit->message;
    take_up(visit, SLICE(""), asked->refresh_token, close_session, closed);
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
}

static bool refused(struct visit *visit)
{
    return problem_say(&visit->problem, PROBLEM_unauthenticated, "The token is missing, wrong or over",
                       "凭证缺失、有误或已过期");
}

/* An attempt's token lets in to what names an attempt; permit_message() sees to it that it is this one. */
static bool within_attempt(struct visit *visit, const struct token *token)
{
    const struct shape *shape = visit->declaration->shape();
    bool names = false;
    for (size_t i = 0; i < shape->count; i++)
        names = names || (shape->fields[i].refers == REFERS_attempt && shape->fields[i].need == REQUIRED);
    visit->attempt = token->session;
    visit->bound = true;
    return (names && visit->declaration->scope == OWN) ||
           problem_say(&visit->problem, PROBLEM_forbidden, "An attempt's token is good for that attempt only",
                       "答题凭证仅可用于该次答题");
}

bool session_admit(struct visit *visit)
{
    struct front *front = visit->front;
    struct pace pace = pace_of(config->requests_per_minute);
    struct slice text;
    struct token token;
    int64_t wait_ms = 0;
    if (!headers_bearer(request_header(visit->request, HEADER_AUTHORIZATION), &text))
        return refused(visit);
    if (!token_cache_verify(visit->hall->tokens, front->token_keys, text, visit->accepted_ms, &token)) {
        LOG(token_refused, log_slice("address", exchange_peer(visit->exchange)));
        return refused(visit);
    }
    if (!view_caught_up(front->view))
        return problem_say(&visit->problem, PROBLEM_starting, "The views are still being read", "正在读取数据视图");
    switch (accounts_admit(front->accounts, token.account, token.issued_ms, visit->accepted_ms, &pace, visit->arena,
                           &visit->caller, &wait_ms)) {
    case ADMITTED:
        return !token.for_attempt || within_attempt(visit, &token);
    case ADMITTED_LATER:
        later(visit, wait_ms);
        return problem_say(&visit->problem, PROBLEM_too_many, "Too many requests of this account", "该账号请求过于频繁");
    case ADMITTED_UNKNOWN:
        return problem_say(&visit->problem, PROBLEM_starting, "The account is not in the view yet", "账号数据尚未同步");
    case ADMITTED_NOT:
        break;
    }
    return refused(visit);
}
