/* Who a request's token, or key, speaks for.  SPDX-License-Identifier: Apache-2.0 */
#include "http/account_client.h"
#include "http/account_ended.h"
#include "http/hall.h"
#include "http/headers.h"
#include "http/session.h"
#include "http/token.h"
#include "process/config.h"
#include "process/log.h"
#include "topics/messages.h"
#include "topics/view.h"

enum { SECOND = 1000 };

static bool refused(struct visit *visit)
{
    return problem_say(&visit->problem, PROBLEM_unauthenticated, "The token is missing, wrong or over",
                       "凭证缺失、有误或已过期");
}

static bool too_many(struct visit *visit, int64_t wait_ms)
{
    struct buffer seconds = buffer_new(24);
    buffer_add_number(&seconds, (wait_ms + SECOND - 1) / SECOND);
    response_header(&visit->hall->headers, "Retry-After", buffer_slice(&seconds));
    buffer_free(&seconds);
    return problem_say(&visit->problem, PROBLEM_too_many, "Too many requests of this account", "该账号请求过于频繁");
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

/* Whether the token's kind lets in to what is asked. */
static bool good_for(struct visit *visit, const struct token *token)
{
    switch (token->kind) {
    case TOKEN_ATTEMPT:
        return within_attempt(visit, token);
    case TOKEN_CHANGE:
        return visit->declaration == DECLARED(password_change) ||
               problem_say(&visit->problem, PROBLEM_duty_first, "The first password must be changed before anything else",
                           "请先修改初始密码");
    case TOKEN_ENROL:
        return visit->declaration == DECLARED(factor_enrol) || visit->declaration == DECLARED(factor_confirm) ||
               problem_say(&visit->problem, PROBLEM_duty_first, "Your role needs a second factor: enrol it first",
                           "您的角色须先绑定动态口令");
    default:
        return true;
    }
}

/* Lets the account in, as the view knows it now. */
static bool admit(struct visit *visit, struct id account, int64_t issued_ms, int64_t per_minute)
{
    struct pace pace = pace_of(per_minute);
    int64_t wait_ms = 0;
    switch (accounts_admit(visit->front->accounts, account, issued_ms, visit->accepted_ms, &pace, visit->arena,
                           &visit->caller, &wait_ms)) {
    case ADMITTED:
        return true;
    case ADMITTED_LATER:
        return too_many(visit, wait_ms);
    case ADMITTED_UNKNOWN:
        return problem_say(&visit->problem, PROBLEM_starting, "The account is not in the view yet", "账号数据尚未同步");
    case ADMITTED_NOT:
        break;
    }
    return refused(visit);
}

static bool caught_up(struct visit *visit)
{
    return view_caught_up(visit->front->view) ||
           problem_say(&visit->problem, PROBLEM_starting, "The views are still being read", "正在读取数据视图");
}

/* A program of others, by its key. */
static bool admit_client(struct visit *visit, struct slice key)
{
    struct id client;
    bool holds = false;
    if (!caught_up(visit))
        return false;
    if (!clients_find(visit->front->clients, key, visit->accepted_ms, visit->declaration, &client, &holds))
        return refused(visit);
    if (!admit(visit, client, visit->accepted_ms, config->client_requests_per_minute))
        return false;
    visit->caller.client = true;
    visit->caller.scoped = holds;
    return true;
}

bool session_admit(struct visit *visit)
{
    struct front *front = visit->front;
    struct slice text, prefix = SLICE(CLIENT_KEY_PREFIX);
    struct token token;
    if (!headers_bearer(request_header(visit->request, HEADER_AUTHORIZATION), &text))
        return refused(visit);
    if (text.length == CLIENT_KEY_TEXT && memcmp(text.at, prefix.at, prefix.length) == 0)
        return admit_client(visit, text);
    if (!token_cache_verify(visit->hall->tokens, front->token_keys, text, visit->accepted_ms, &token)) {
        LOG(token_refused, log_slice("address", exchange_peer(visit->exchange)));
        return refused(visit);
    }
    if (!caught_up(visit))
        return false;
    if (token.kind != TOKEN_ATTEMPT && ended_has(front->ended, token.session))
        return refused(visit);
    return admit(visit, token.account, token.issued_ms, config->requests_per_minute) && good_for(visit, &token);
}
