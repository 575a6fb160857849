/* Log-in inside DingTalk.  SPDX-License-Identifier: Apache-2.0 */
#include "producers/dingtalk/login.h"

#include <pthread.h>
#include <stdlib.h>

#include "process/clock.h"
#include "process/log.h"
#include "process/memory.h"
#include "producers/cloud/fetch.h"

enum { TRIES = 3, URL_MOST = 4096, BODY_MOST = 65536, ARENA_BLOCK = 4096, ARENA_MOST = 1 << 18, FIELDS_MOST = 8 };
enum { TOKEN_MOST = 1024, EARLY_S = 300, SECOND_US = 1000000 };

struct dingtalk {
    struct cloud_app app;
    pthread_mutex_t lock; /* held while a token is fetched: the others wait for it */
    char token[TOKEN_MOST + 1];
    int64_t until_us;     /* by the steady clock */
    uint64_t generation;  /* of the token */
};

struct dingtalk *dingtalk_new(const struct cloud_app *app)
{
    struct dingtalk *dingtalk = memory_new(sizeof *dingtalk);
    dingtalk->app = *app;
    pthread_mutex_init(&dingtalk->lock, NULL);
    return dingtalk;
}

void dingtalk_free(struct dingtalk *dingtalk)
{
    if (!dingtalk)
        return;
    pthread_mutex_destroy(&dingtalk->lock);
    explicit_bzero(dingtalk, sizeof *dingtalk);
    free(dingtalk);
}

static bool among(int64_t code, const int64_t *codes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (codes[i] == code)
            return true;
    return false;
}

static bool is_token_error(int64_t code)
{
    static const int64_t codes[] = {40000, 40001, 40014, 41001, 42001};
    return among(code, codes, sizeof codes / sizeof *codes);
}

static bool is_throttle(int64_t code)
{
    return (code >= 90001 && code <= 90018 && code != 90015 && code != 90016) || code == 1111;
}

/* errcode 88 wraps the true one in sub_code. */
static enum dingtalk_error meaning(int64_t errcode, struct slice sub_code)
{
    if (errcode == 0)
        return DINGTALK_NONE;
    int64_t code = errcode == 88 ? answer_number(sub_code.length ? sub_code : (struct slice){NULL, 0}, -1) : errcode;
    if (is_token_error(code))
        return DINGTALK_TOKEN;
    if (code == -1 || code == 15 || code == INT64_MIN)
        return DINGTALK_TRANSIENT;
    if (is_throttle(code))
        return DINGTALK_THROTTLED;
    return code == 40078 ? DINGTALK_CODE : DINGTALK_PERMANENT;
}

enum dingtalk_error dingtalk_read(struct slice body, struct arena *arena, const struct answer_field *fields, size_t count,
                                  int64_t *ret_errcode)
{
    struct slice errcode, sub_code, status;
    struct answer_field all[FIELDS_MOST] = {{"errcode", &errcode}, {"sub_code", &sub_code}, {"status", &status}};
    *ret_errcode = 0;
    for (size_t i = 0; i < count && i + 3 < FIELDS_MOST; i++)
        all[i + 3] = fields[i];
    if (!answer_read(body, arena, all, count + 3))
        return DINGTALK_THROTTLED; /* the page of an address that is banned for minutes */
    if (!errcode.at) {             /* the same as JSON, without an errcode */
        *ret_errcode = answer_number(status, 0);
        return *ret_errcode == 1111 ? DINGTALK_THROTTLED : DINGTALK_TRANSIENT;
    }
    *ret_errcode = answer_number(errcode, 0);
    return meaning(*ret_errcode, sub_code);
}

/* One request of the old interface. */
static enum dingtalk_error ask(const struct buffer *url, struct slice json, struct arena *arena, struct buffer *body,
                               const struct answer_field *fields, size_t count)
{
    int status = 0;
    int64_t errcode = 0;
    enum dingtalk_error error = DINGTALK_TRANSIENT;
    arena_reset(arena);
    if (fetch(url, json, &status, body) == FETCHED && status < 500)
        error = dingtalk_read(buffer_slice(body), arena, fields, count, &errcode);
    if (error == DINGTALK_PERMANENT)
        LOG(cloud_misset, log_text("service", "dingtalk"), log_number("code", errcode));
    else if (error == DINGTALK_TRANSIENT || error == DINGTALK_THROTTLED)
        LOG(cloud_trouble, log_text("service", "dingtalk"), log_number("code", errcode), log_number("status", status));
    return error;
}

/* Keeps what the service gave. The lock is held. */
static enum dingtalk_error fetch_token(struct dingtalk *dingtalk)
{
    struct buffer url = buffer_new(URL_MOST), body = buffer_new(BODY_MOST);
    struct arena *arena = arena_new(ARENA_BLOCK, ARENA_MOST);
    struct slice token, expires;
    const struct answer_field fields[] = {{"access_token", &token}, {"expires_in", &expires}};
    buffer_add_text(&url, dingtalk->app.base);
    buffer_add_text(&url, "/gettoken?");
    fetch_parameter(&url, "appkey", slice_of(dingtalk->app.id));
    fetch_parameter(&url, "appsecret", slice_of(dingtalk->app.secret));
    enum dingtalk_error error = ask(&url, (struct slice){NULL, 0}, arena, &body, fields, 2);
    int64_t seconds = error == DINGTALK_NONE ? answer_number(expires, 0) : 0;
    if (error == DINGTALK_NONE && (!token.length || token.length > TOKEN_MOST || seconds <= 0 || seconds > 86400))
        error = DINGTALK_TRANSIENT;
    if (error == DINGTALK_NONE) {
        memcpy(dingtalk->token, token.at, token.length);
        dingtalk->token[token.length] = 0;
        dingtalk->until_us = clock_monotonic_us() + (seconds > 2 * EARLY_S ? seconds - EARLY_S : seconds / 2) * SECOND_US;
        dingtalk->generation++;
    }
    explicit_bzero(url.at, url.length);
    buffer_free(&url);
    buffer_free(&body);
    arena_free(arena);
    return error == DINGTALK_TOKEN ? DINGTALK_PERMANENT : error;
}

/* The token, another one than that of generation `spoilt`. */
static enum dingtalk_error token_of(struct dingtalk *dingtalk, uint64_t spoilt, char ret_token[static TOKEN_MOST + 1],
                                    uint64_t *ret_generation)
{
    enum dingtalk_error error = DINGTALK_NONE;
    pthread_mutex_lock(&dingtalk->lock);
    if (dingtalk->generation == spoilt || clock_monotonic_us() >= dingtalk->until_us)
        error = fetch_token(dingtalk);
    memcpy(ret_token, dingtalk->token, sizeof dingtalk->token);
    *ret_generation = dingtalk->generation;
    pthread_mutex_unlock(&dingtalk->lock);
    return error;
}

/* Asks who the code is, with the token. */
static enum dingtalk_error ask_user(const struct dingtalk *dingtalk, const char *token, struct slice code,
                                    struct buffer *ret_userid)
{
    struct buffer url = buffer_new(URL_MOST), body = buffer_new(BODY_MOST), json = buffer_new(URL_MOST);
    struct arena *arena = arena_new(ARENA_BLOCK, ARENA_MOST);
    struct slice result, userid = {NULL, 0};
    const struct answer_field fields[] = {{"result", &result}}, inner[] = {{"userid", &userid}};
    buffer_add_text(&url, dingtalk->app.base);
    buffer_add_text(&url, "/topapi/v2/user/getuserinfo?");
    fetch_parameter(&url, "access_token", slice_of(token));
    buffer_add_text(&json, "{\"code\":");
    buffer_add_json(&json, code);
    buffer_add_byte(&json, '}');
    enum dingtalk_error error = ask(&url, buffer_slice(&json), arena, &body, fields, 1);
    if (error == DINGTALK_NONE) {
        bool good = result.at && answer_read(result, arena, inner, 1) && userid.length >= 1 && userid.length <= 128;
        if (good)
            buffer_add_slice(ret_userid, userid);
        else
            error = DINGTALK_TRANSIENT;
    }
    explicit_bzero(url.at, url.length);
    buffer_free(&url);
    buffer_free(&body);
    buffer_free(&json);
    arena_free(arena);
    return error;
}

static enum cloud told(enum dingtalk_error error)
{
    switch (error) {
    case DINGTALK_NONE:
        return CLOUD_WELL;
    case DINGTALK_CODE:
        return CLOUD_CODE;
    case DINGTALK_TRANSIENT:
    case DINGTALK_THROTTLED:
        return CLOUD_LATER;
    default:
        return CLOUD_MISSET;
    }
}

/* A token error: a new token once. A transient one: again after a pause. Throttled: not again while somebody waits. */
enum cloud dingtalk_user(struct dingtalk *dingtalk, struct slice code, struct buffer *ret_userid)
{
    char token[TOKEN_MOST + 1];
    uint64_t generation = 0, spoilt = 0; /* none is spoilt: the first has generation 1 */
    enum dingtalk_error error = DINGTALK_TRANSIENT;
    bool renewed = false;
    for (int tries = 0; tries < TRIES && error == DINGTALK_TRANSIENT; tries++) {
        if (tries)
            fetch_pause(tries);
        error = token_of(dingtalk, spoilt, token, &generation);
        if (error == DINGTALK_NONE)
            error = ask_user(dingtalk, token, code, ret_userid);
        if (error == DINGTALK_TOKEN && !renewed) {
            renewed = true;
            spoilt = generation;
            error = DINGTALK_TRANSIENT;
            tries--;
        }
    }
    explicit_bzero(token, sizeof token);
    return told(error);
}
