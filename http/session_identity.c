/* Who somebody is elsewhere: log-in by WeChat and DingTalk, and the binding of such an identity to a person.  SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "http/hall.h"
#include "http/session.h"
#include "http/session_device.h"
#include "http/session_job.h"
#include "http/session_ticket.h"
#include "process/clock.h"
#include "process/config.h"
#include "process/memory.h"
#include "producers/dingtalk/login.h"
#include "producers/wechat/login.h"
#include "topics/messages.h"

enum { SUBJECT = 16, SUBJECT_MOST = 512, SEALED_MOST = 1024, SECOND = 1000 };

struct cloud_apps {
    struct cloud_app mini, official, ding;
    struct dingtalk *dingtalk;
};

bool identities_open(struct front *front, struct problem *problem)
{
    struct cloud_apps *apps = front->cloud_apps = memory_new(sizeof *apps);
    bool good = cloud_app_read(config->wechat_url, config->wechat_mini_app, config->wechat_mini_secret, &apps->mini,
                               problem) &&
                cloud_app_read(config->wechat_url, config->wechat_official_app, config->wechat_official_secret,
                               &apps->official, problem) &&
                cloud_app_read(config->dingtalk_url, config->dingtalk_app, config->dingtalk_secret, &apps->ding, problem);
    if (good)
        apps->dingtalk = dingtalk_new(&apps->ding);
    return good;
}

void identities_close(struct front *front)
{
    if (!front->cloud_apps)
        return;
    dingtalk_free(front->cloud_apps->dingtalk);
    explicit_bzero(front->cloud_apps, sizeof *front->cloud_apps);
    free(front->cloud_apps);
    front->cloud_apps = NULL;
}

static const struct cloud_app *app_of(const struct cloud_apps *apps, enum identity_provider provider)
{
    return provider == IDENTITY_WECHAT_MINI       ? &apps->mini
           : provider == IDENTITY_WECHAT_OFFICIAL ? &apps->official
                                                  : &apps->ding;
}

static enum cloud ask_cloud(struct session_job *job, struct buffer *ret_subject)
{
    const struct cloud_apps *apps = job->front->cloud_apps;
    struct slice code = buffer_slice(&job->secret);
    switch (job->provider) {
    case IDENTITY_WECHAT_MINI:
        return wechat_mini(&apps->mini, code, ret_subject);
    case IDENTITY_WECHAT_OFFICIAL:
        return wechat_official(&apps->official, code, ret_subject);
    default:
        return dingtalk_user(apps->dingtalk, code, ret_subject);
    }
}

/* By what the binding is found: provider, application and the id there. */
static void index_of(const struct front *front, enum identity_provider provider, struct slice subject,
                     uint8_t ret_index[static SUBJECT])
{
    struct buffer whole = buffer_new(SUBJECT_MOST);
    buffer_add_format(&whole, "%d:%s:", (int)provider, app_of(front->cloud_apps, provider)->id);
    buffer_add_slice(&whole, subject);
    seal_index(front->seal, "identity", buffer_slice(&whole), ret_index);
    buffer_free(&whole);
}

static bool say_why_not(struct session_job *job, enum cloud cloud)
{
    job->wrong = cloud == CLOUD_CODE || cloud == CLOUD_PERSON;
    switch (cloud) {
    case CLOUD_CODE:
        return problem_say(&job->problem, PROBLEM_sign_in_failed, "The code is wrong, over or used: fetch a new one",
                           "登录码无效、过期或已使用，请重新获取");
    case CLOUD_PERSON:
        return problem_say(&job->problem, PROBLEM_forbidden, "The outside service does not vouch for this person",
                           "外部平台未确认该用户身份");
    case CLOUD_LATER:
        return problem_say(&job->problem, PROBLEM_cloud_away,
                           "The outside service does not answer now: fetch a new code and try again",
                           "外部平台暂无响应，请重新获取登录码后再试");
    default:
        return problem_say(&job->problem, PROBLEM_cloud_away,
                           "The outside service refuses our application; its operator has been told",
                           "外部平台拒绝了本应用，已通知运维人员");
    }
}

/* Nobody here is known by it: a ticket that holds it, for whoever logs in with a password next. */
static void give_ticket(struct session_job *job, struct slice subject)
{
    struct buffer text = buffer_new(SUBJECT_MOST);
    buffer_add_byte(&text, (char)job->provider);
    buffer_add_slice(&text, subject);
    struct ticket ticket = {.login = SLICE(""), .text = buffer_slice(&text),
                            .expires_ms = job->now + config->ticket_seconds * SECOND};
    ticket_make(job->front->seal, "bind", &ticket, &job->text);
    buffer_free(&text);
    job->challenge = buffer_slice(&job->text);
    problem_say(&job->problem, PROBLEM_unbound, "Log in with the password, then POST the ticket to /v1/identities",
                "请用密码登录后将 ticket 提交至 /v1/identities");
}

static bool find_person(struct session_job *job, struct sql_connection *connection, struct slice subject)
{
    uint8_t index[SUBJECT];
    auto_arguments arguments = arguments_new(256);
    auto_rows *rows = NULL;
    index_of(job->front, job->provider, subject, index);
    value_int2(argument(&arguments), (int16_t)job->provider);
    value_bytes(argument(&arguments), (struct slice){(const char *)index, SUBJECT});
    if (!sql_run(connection, "session_identity_find", &arguments, &rows))
        return false;
    if (rows_count(rows) == 0) {
        give_ticket(job, subject);
        return true;
    }
    if (!row_bool(rows, 0, 2)) {
        problem_say(&job->problem, PROBLEM_sign_in_failed, "The account is not active", "账号已停用");
        return true;
    }
    memcpy(job->account.bytes, row_id(rows, 0, 0), sizeof job->account.bytes);
    buffer_add_slice(&job->login, row_text(rows, 0, 1));
    (void)!device_known(job->front->seal, buffer_slice(&job->other), buffer_slice(&job->login), &job->device);
    job->must_change = row_bool(rows, 0, 3);
    job->factor = row_bool(rows, 0, 4);
    session_job_challenge(job);
    return true;
}

static bool look_identity(struct session_job *job, struct sql_connection *connection)
{
    struct buffer subject = buffer_new(SUBJECT_MOST);
    enum cloud cloud = ask_cloud(job, &subject);
    bool asked = true;
    if (cloud == CLOUD_WELL)
        asked = find_person(job, connection, buffer_slice(&subject));
    else
        say_why_not(job, cloud);
    buffer_free(&subject);
    return asked;
}

static void take_code(struct visit *visit, enum identity_provider provider, struct slice code, struct slice device,
                      struct slice label)
{
    struct session_job *job;
    int64_t wait_ms;
    if (!app_of(visit->front->cloud_apps, provider)->id[0]) {
        visit_refuse_as(visit, PROBLEM_not_found, "This way of logging in is not set up here", "本系统未启用该登录方式");
        return;
    }
    job = session_job_new(visit);
    job->provider = provider;
    buffer_add_slice(&job->secret, code);
    buffer_add_slice(&job->other, device);
    buffer_add_slice(&job->label, label);
    device_name(request_header(visit->request, HEADER_USER_AGENT), &job->name);
    job->look = look_identity;
    job->write = session_job_open;
    job->answer = session_answer_tokens;
    job->guessed = guess_begin(visit->front->limit, code, exchange_peer(visit->exchange), (struct slice){NULL, 0},
                               clock_monotonic_us(), &job->guess, &wait_ms);
    if (job->guessed) {
        session_job_take(job, visit->front->clouds);
        return;
    }
    session_job_drop(job);
    session_too_early(visit, wait_ms);
}

static void answer_wechat(struct visit *visit)
{
    const struct session_wechat *asked = visit->message;
    take_code(visit, asked->app == WECHAT_MINI ? IDENTITY_WECHAT_MINI : IDENTITY_WECHAT_OFFICIAL, asked->code,
              asked->has_device ? asked->device : SLICE(""), asked->has_label ? asked->label : SLICE(""));
}

static void answer_dingtalk(struct visit *visit)
{
    const struct session_dingtalk *asked = visit->message;
    take_code(visit, IDENTITY_DINGTALK, asked->code, asked->has_device ? asked->device : SLICE(""),
              asked->has_label ? asked->label : SLICE(""));
}

static bool write_bind(struct session_job *job, struct sql_connection *connection)
{
    uint8_t index[SUBJECT];
    struct id binding = id_random();
    struct buffer sealed = buffer_new(SEALED_MOST);
    auto_arguments arguments = arguments_new(2048);
    auto_rows *rows = NULL;
    index_of(job->front, job->provider, buffer_slice(&job->secret), index);
    seal_hide(job->front->seal, job->account, "identity", buffer_slice(&job->secret), &sealed);
    value_id(argument(&arguments), binding.bytes);
    value_id(argument(&arguments), job->account.bytes);
    value_int2(argument(&arguments), (int16_t)job->provider);
    value_bytes(argument(&arguments), (struct slice){(const char *)index, SUBJECT});
    value_text(argument(&arguments), buffer_slice(&sealed));
    value_time(argument(&arguments), job->now);
    buffer_free(&sealed);
    if (!sql_run(connection, "session_identity_bind", &arguments, &rows))
        return false;
    if (!row_bool(rows, 0, 0))
        problem_say(&job->problem, PROBLEM_exists, "It is bound to somebody already, or you have another one of its kind",
                    "该外部账号已绑定他人，或您已绑定同类账号");
    return true;
}

static void answer_bind(struct visit *visit)
{
    const struct identity_bind *asked = visit->message;
    struct ticket ticket;
    if (!ticket_read(visit->front->seal, "bind", asked->ticket, visit->accepted_ms, &ticket)) {
        problem_say(&visit->problem, PROBLEM_invalid, "The ticket is wrong or over: log in there once more",
                    "凭证有误或已过期，请重新发起");
        problem_under(&visit->problem, SLICE("ticket"));
        visit_refuse(visit);
        return;
    }
    struct session_job *job = session_job_new(visit);
    job->provider = ticket.text.length ? ticket.text.at[0] : 0;
    if (ticket.text.length)
        buffer_add(&job->secret, ticket.text.at + 1, ticket.text.length - 1);
    explicit_bzero(ticket.plain.at, ticket.plain.length);
    buffer_free(&ticket.plain);
    job->write = write_bind;
    job->answer = session_answer_nothing;
    session_job_take(job, visit->front->passwords);
}

static bool write_close(struct session_job *job, struct sql_connection *connection)
{
    return session_job_mine(job, connection, "session_identity_close", "There is no such binding of yours", "您没有该绑定");
}

static void answer_close(struct visit *visit)
{
    const struct identity_close *asked = visit->message;
    session_job_about(visit, asked->identity, write_close, session_answer_nothing);
}

void identities_offer(struct front *front)
{
    front_offer_answer(front, DECLARED(session_wechat), answer_wechat);
    front_offer_answer(front, DECLARED(session_dingtalk), answer_dingtalk);
    front_offer_answer(front, DECLARED(identity_bind), answer_bind);
    front_offer_answer(front, DECLARED(identity_close), answer_close);
}
