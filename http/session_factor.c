/* Second factors: enrolled by their owner, asked for at the log-in.  SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <ctype.h>
#include <sys/random.h>

#include "http/hall.h"
#include "http/headers.h"
#include "http/session.h"
#include "http/session_device.h"
#include "http/session_job.h"
#include "http/session_ticket.h"
#include "http/session_totp.h"
#include "process/clock.h"
#include "process/config.h"
#include "topics/digest.h"
#include "topics/messages.h"

enum { CODES = 10, CODE_BYTES = 5, CODE_HALF = 5, CODE_TEXT = 11, SEALED_MOST = 512, DIGEST = 32 };

bool factors_read(struct front *front, struct problem *problem)
{
    struct slice list = slice_of(config->second_factor_roles), name;
    while (list.length && headers_take(&list, ',', &name)) {
        uint64_t bit = catalogue_role_bit(name);
        if (!bit)
            return problem_say(problem, PROBLEM_internal, "second_factor_roles names a role that is none: %.*s",
                               "second_factor_roles 含有不存在的角色：%.*s", (int)name.length, name.at);
        front->factor_roles |= bit;
    }
    return true;
}

static bool refuse(struct session_job *job)
{
    job->wrong = true;
    problem_say(&job->problem, PROBLEM_sign_in_failed, "Ticket or code is wrong, over or used", "凭证或验证码错误、过期或已使用");
    return true;
}

/* Opens the secret of a row of session_factor_show. */
static bool open_secret(struct session_job *job, const struct rows *rows, uint8_t ret_secret[TOTP_SECRET])
{
    struct buffer plain = buffer_new(SEALED_MOST);
    struct problem problem;
    problem_none(&problem);
    bool good = seal_show(job->front->seal, job->account, "totp", row_text(rows, 0, 0), &plain, &problem) &&
                plain.length == TOTP_SECRET;
    if (good)
        memcpy(ret_secret, plain.at, TOTP_SECRET);
    if (plain.at)
        explicit_bzero(plain.at, plain.length);
    buffer_free(&plain);
    return good;
}

static bool show_factor(struct session_job *job, struct sql_connection *connection, struct rows **ret_rows)
{
    auto_arguments arguments = arguments_new(64);
    value_id(argument(&arguments), job->account.bytes);
    return sql_run(connection, "session_factor_show", &arguments, ret_rows);
}

/* The digest of a recovery code as its owner may type it: hyphens and blanks aside, in any case. */
static void digest_code(struct slice code, uint8_t ret_digest[static DIGEST])
{
    char plain[2 * CODE_TEXT];
    size_t length = 0;
    for (size_t i = 0; i < code.length && length < sizeof plain; i++)
        if (isalnum((unsigned char)code.at[i]))
            plain[length++] = (char)toupper((unsigned char)code.at[i]);
    digest_sha256((struct slice){plain, length}, ret_digest);
}

/* Uses the code up, whichever kind it is. */
static bool use_code(struct session_job *job, struct sql_connection *connection, int64_t step, bool *ret_good)
{
    auto_arguments arguments = arguments_new(256);
    auto_rows *rows = NULL;
    uint8_t digest[DIGEST];
    value_id(argument(&arguments), job->account.bytes);
    if (step >= 0) {
        value_int8(argument(&arguments), step);
    } else {
        digest_code(buffer_slice(&job->secret), digest);
        session_add_digest(&arguments, digest);
        value_time(argument(&arguments), job->now);
    }
    if (!sql_run(connection, step >= 0 ? "session_factor_step" : "session_factor_recover", &arguments, &rows))
        return false;
    *ret_good = row_bool(rows, 0, 0);
    return true;
}

static bool write_second(struct session_job *job, struct sql_connection *connection)
{
    auto_rows *rows = NULL;
    uint8_t secret[TOTP_SECRET];
    bool good = false;
    if (!show_factor(job, connection, &rows))
        return false;
    if (rows_count(rows) == 0 || !row_bool(rows, 0, 1) || !row_bool(rows, 0, 2) || !open_secret(job, rows, secret))
        return refuse(job);
    int64_t step = totp_step(secret, buffer_slice(&job->secret), job->now);
    explicit_bzero(secret, sizeof secret);
    if (!use_code(job, connection, step, &good))
        return false;
    if (!good)
        return refuse(job);
    job->must_change = row_bool(rows, 0, 3);
    job->factor = true;
    return session_job_open(job, connection);
}

static void answer_second(struct visit *visit)
{
    const struct session_second *asked = visit->message;
    struct ticket ticket;
    int64_t wait_ms;
    if (!ticket_read(visit->front->seal, "second", asked->ticket, visit->accepted_ms, &ticket)) {
        visit_refuse_as(visit, PROBLEM_sign_in_failed, "Ticket or code is wrong, over or used", "凭证或验证码错误、过期或已使用");
        return;
    }
    struct session_job *job = session_job_new(visit);
    struct slice device = {(const char *)ticket.device.bytes, sizeof ticket.device.bytes};
    struct buffer whose = buffer_new(512);
    job->account = ticket.account;
    job->device = ticket.device;
    buffer_add_slice(&job->login, ticket.login);
    buffer_add_slice(&job->label, ticket.text);
    buffer_add_slice(&job->secret, asked->code);
    device_name(request_header(visit->request, HEADER_USER_AGENT), &job->name);
    job->write = write_second;
    job->answer = session_answer_tokens;
    buffer_add_text(&whose, "second factor of ");
    buffer_add_slice(&whose, ticket.login);
    job->guessed = guess_begin(visit->front->limit, buffer_slice(&whose), exchange_peer(visit->exchange),
                               id_is_none(ticket.device) ? (struct slice){NULL, 0} : device, clock_monotonic_us(),
                               &job->guess, &wait_ms);
    buffer_free(&whose);
    buffer_free(&ticket.plain);
    if (job->guessed) {
        session_job_take(job, visit->front->passwords);
        return;
    }
    session_job_drop(job);
    session_too_early(visit, wait_ms);
}

static bool look_enrol(struct session_job *job, struct sql_connection *connection)
{
    if (!session_job_own(job, connection, "password", "The password is another one", "密码错误"))
        return false;
    if (job->factor)
        problem_say(&job->problem, PROBLEM_conflict, "You have a second factor already", "您已绑定动态口令");
    return true;
}

/* The secret as its owner is shown it stands in job->text, the sealed one goes to PostgreSQL. */
static bool write_enrol(struct session_job *job, struct sql_connection *connection)
{
    uint8_t secret[TOTP_SECRET];
    char shown[TOTP_BASE32];
    auto_arguments arguments = arguments_new(1024);
    auto_rows *rows = NULL;
    struct buffer sealed = buffer_new(SEALED_MOST);
    ssize_t got = getrandom(secret, sizeof secret, 0);
    assert(got == sizeof secret);
    base32_put(shown, secret, sizeof secret);
    buffer_add(&job->text, shown, sizeof shown);
    seal_hide(job->front->seal, job->account, "totp", (struct slice){(const char *)secret, sizeof secret}, &sealed);
    explicit_bzero(secret, sizeof secret);
    explicit_bzero(shown, sizeof shown);
    value_id(argument(&arguments), job->account.bytes);
    value_text(argument(&arguments), buffer_slice(&sealed));
    value_time(argument(&arguments), job->now);
    buffer_free(&sealed);
    if (!sql_run(connection, "session_factor_offer", &arguments, &rows))
        return false;
    if (!row_bool(rows, 0, 0))
        problem_say(&job->problem, PROBLEM_conflict, "You have a second factor already", "您已绑定动态口令");
    return true;
}

static void tell_offer(struct session_job *job)
{
    struct buffer uri = buffer_new(1024);
    struct factor_offer offer = {.secret = buffer_slice(&job->text)};
    buffer_add_text(&uri, "otpauth://totp/Baoting:");
    buffer_add_slice(&uri, buffer_slice(&job->login)); /* a-z 0-9 . _ -: as it is */
    buffer_add_text(&uri, "?secret=");
    buffer_add_slice(&uri, offer.secret);
    buffer_add_text(&uri, "&issuer=Baoting&algorithm=SHA1&digits=6&period=30");
    offer.uri = buffer_slice(&uri);
    session_answer_record(job, factor_offer_shape(), &offer);
    explicit_bzero(uri.at, uri.length);
    buffer_free(&uri);
}

static struct session_job *own_job(struct visit *visit, struct slice secret)
{
    struct session_job *job = session_job_new(visit);
    struct buffer name = buffer_new(1024);
    (void)!accounts_show(visit->front->accounts, job->account, &job->login, &name);
    buffer_free(&name);
    buffer_add_slice(&job->secret, secret);
    return job;
}

static void answer_enrol(struct visit *visit)
{
    const struct factor_enrol *asked = visit->message;
    struct session_job *job = own_job(visit, asked->password);
    job->look = look_enrol;
    job->write = write_enrol;
    job->answer = tell_offer;
    if (session_job_guess_own(job))
        session_job_take(job, visit->front->passwords);
}

/* Ten new codes into job->text, a line each; their digests as an array argument. */
static void make_codes(struct session_job *job, struct arguments *arguments)
{
    struct buffer *array = argument_array(arguments, SQL_BYTEA, CODES);
    for (int i = 0; i < CODES; i++) {
        uint8_t bytes[2 * CODE_BYTES], digest[DIGEST];
        char text[2 * 2 * CODE_BYTES];
        ssize_t got = getrandom(bytes, sizeof bytes, 0);
        assert(got == sizeof bytes);
        base32_put(text, bytes, sizeof bytes);
        size_t begin = job->text.length;
        buffer_add(&job->text, text, CODE_HALF);
        buffer_add_byte(&job->text, '-');
        buffer_add(&job->text, text + CODE_HALF, CODE_HALF);
        digest_code((struct slice){job->text.at + begin, CODE_TEXT}, digest);
        value_bytes(array, (struct slice){(const char *)digest, DIGEST});
    }
}

static bool write_confirm(struct session_job *job, struct sql_connection *connection)
{
    auto_arguments arguments = arguments_new(2048);
    auto_rows *shown = NULL, *rows = NULL;
    uint8_t secret[TOTP_SECRET];
    if (!show_factor(job, connection, &shown))
        return false;
    if (rows_count(shown) == 0 || row_bool(shown, 0, 1) || !open_secret(job, shown, secret)) {
        problem_say(&job->problem, PROBLEM_conflict, "No second factor waits for its first code", "没有待确认的动态口令");
        return true;
    }
    int64_t step = totp_step(secret, buffer_slice(&job->secret), job->now);
    explicit_bzero(secret, sizeof secret);
    if (step < 0) {
        job->wrong = true;
        problem_say(&job->problem, PROBLEM_invalid, "Not the code of now", "验证码错误或已过期");
        problem_under(&job->problem, SLICE("code"));
        return true;
    }
    value_id(argument(&arguments), job->account.bytes);
    value_int8(argument(&arguments), step);
    make_codes(job, &arguments);
    value_time(argument(&arguments), job->now);
    if (!sql_run(connection, "session_factor_confirm", &arguments, &rows))
        return false;
    if (!row_bool(rows, 0, 0))
        problem_say(&job->problem, PROBLEM_conflict, "No second factor waits for its first code", "没有待确认的动态口令");
    return true;
}

static void tell_codes(struct session_job *job)
{
    struct slice codes[CODES];
    struct recovery_codes told = {.codes = {codes, CODES}};
    for (size_t i = 0; i < CODES; i++)
        codes[i] = (struct slice){job->text.at + i * CODE_TEXT, CODE_TEXT};
    session_answer_record(job, recovery_codes_shape(), &told);
}

static void answer_confirm(struct visit *visit)
{
    const struct factor_confirm *asked = visit->message;
    struct session_job *job = own_job(visit, asked->code);
    job->write = write_confirm;
    job->answer = tell_codes;
    if (session_job_guess_own(job))
        session_job_take(job, visit->front->passwords);
}

void factors_offer(struct front *front)
{
    front_offer_answer(front, DECLARED(session_second), answer_second);
    front_offer_answer(front, DECLARED(factor_enrol), answer_enrol);
    front_offer_answer(front, DECLARED(factor_confirm), answer_confirm);
}
