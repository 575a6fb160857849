/* Log-in inside DingTalk (免登): from a code of its client to who that is there.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "producers/cloud/answer.h"
#include "producers/cloud/app.h"

/* An application with its access token: fetched once for all threads, kept until shortly before its end. */
struct dingtalk;

struct dingtalk *dingtalk_new(const struct cloud_app *app) __attribute__((returns_nonnull));
void dingtalk_free(struct dingtalk *dingtalk);

/* On CLOUD_WELL the person's userid is appended to `ret_userid`. Blocks; any thread. */
enum cloud dingtalk_user(struct dingtalk *dingtalk, struct slice code, struct buffer *ret_userid);

/* What an error means to whoever asked. */
enum dingtalk_error {
    DINGTALK_NONE,
    DINGTALK_TOKEN,     /* the access token: a new one, once */
    DINGTALK_TRANSIENT, /* again, after a pause */
    DINGTALK_THROTTLED, /* too many: a wait of a second, or longer */
    DINGTALK_CODE,      /* the code is wrong, over or used */
    DINGTALK_PERMANENT, /* settings, rights, quota */
};

/* Reads an answer of the old interface: success is a JSON object with errcode 0. `fields` are its members wanted besides. */
enum dingtalk_error dingtalk_read(struct slice body, struct arena *arena, const struct answer_field *fields, size_t count,
                                  int64_t *ret_errcode);
