/* Log-in by WeChat.  SPDX-License-Identifier: Apache-2.0 */
#include "producers/wechat/login.h"

#include "process/log.h"
#include "producers/cloud/fetch.h"

enum { TRIES = 3, URL_MOST = 4096, BODY_MOST = 65536, ARENA_BLOCK = 4096, ARENA_MOST = 1 << 18 };

static enum cloud meaning(int64_t errcode, bool *ret_again)
{
    *ret_again = errcode == -1; /* busy */
    switch (errcode) {
    case 40029: /* no such code */
    case 40163: /* used before */
    case 42003: /* over */
        return CLOUD_CODE;
    case 40226: /* a person whom WeChat blocks */
        return CLOUD_PERSON;
    case -1:
    case 45009:
    case 45011: /* too often */
        return CLOUD_LATER;
    default:
        return CLOUD_MISSET;
    }
}

/* Success is an errcode that is absent or 0, and the openid; what is no JSON object is no answer of theirs. */
enum cloud wechat_read(struct slice body, struct arena *arena, struct slice *ret_openid, int64_t *ret_errcode,
                       bool *ret_again)
{
    struct slice errcode, snapshot;
    const struct answer_field fields[] = {{"errcode", &errcode}, {"openid", ret_openid}, {"is_snapshotuser", &snapshot}};
    *ret_again = true;
    *ret_errcode = 0;
    if (!answer_read(body, arena, fields, sizeof fields / sizeof *fields))
        return CLOUD_LATER;
    *ret_errcode = answer_number(errcode, 0);
    *ret_again = false;
    if (*ret_errcode)
        return meaning(*ret_errcode, ret_again);
    if (answer_number(snapshot, 0) != 0) /* a virtual person who only looks at a page */
        return CLOUD_PERSON;
    return ret_openid->length >= 6 && ret_openid->length <= 128 ? CLOUD_WELL : CLOUD_LATER;
}

static enum cloud try_once(const struct buffer *url, struct buffer *ret_openid, bool *ret_again)
{
    struct buffer body = buffer_new(BODY_MOST);
    struct arena *arena = arena_new(ARENA_BLOCK, ARENA_MOST);
    struct slice openid = {NULL, 0};
    int64_t errcode = 0;
    int status = 0;
    enum cloud cloud = CLOUD_LATER;
    enum fetched fetched = fetch(url, (struct slice){NULL, 0}, &status, &body);
    *ret_again = true;
    if (fetched == FETCHED && status < 500)
        cloud = wechat_read(buffer_slice(&body), arena, &openid, &errcode, ret_again);
    if (cloud == CLOUD_WELL)
        buffer_add_slice(ret_openid, openid);
    else if (cloud == CLOUD_MISSET)
        LOG(cloud_misset, log_text("service", "wechat"), log_number("code", errcode));
    else if (cloud == CLOUD_LATER)
        LOG(cloud_trouble, log_text("service", "wechat"), log_number("code", errcode), log_number("status", status));
    if (body.at)
        explicit_bzero(body.at, body.length);
    buffer_free(&body);
    arena_free(arena);
    return cloud;
}

static enum cloud ask(const struct cloud_app *app, const char *path, const char *code_name, struct slice code,
                      struct buffer *ret_openid)
{
    struct buffer url = buffer_new(URL_MOST);
    enum cloud cloud = CLOUD_LATER;
    bool again = true;
    buffer_add_text(&url, app->base);
    buffer_add_text(&url, path);
    fetch_parameter(&url, "appid", slice_of(app->id));
    fetch_parameter(&url, "secret", slice_of(app->secret));
    fetch_parameter(&url, code_name, code);
    fetch_parameter(&url, "grant_type", SLICE("authorization_code"));
    for (int tries = 0; tries < TRIES && again; tries++) {
        if (tries)
            fetch_pause(tries);
        cloud = try_once(&url, ret_openid, &again);
    }
    explicit_bzero(url.at, url.length);
    buffer_free(&url);
    return cloud;
}

enum cloud wechat_mini(const struct cloud_app *app, struct slice code, struct buffer *ret_openid)
{
    return ask(app, "/sns/jscode2session?", "js_code", code, ret_openid);
}

enum cloud wechat_official(const struct cloud_app *app, struct slice code, struct buffer *ret_openid)
{
    return ask(app, "/sns/oauth2/access_token?", "code", code, ret_openid);
}
