/* Log-in by WeChat: from a code of its client to who that is there.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "producers/cloud/answer.h"
#include "producers/cloud/app.h"

/* The mini-program's code (code2session), or the official account's (OAuth). On CLOUD_WELL the openid is appended to
 * `ret_openid`; the session's key is forgotten unread. Blocks; any thread. */
enum cloud wechat_mini(const struct cloud_app *app, struct slice code, struct buffer *ret_openid);
enum cloud wechat_official(const struct cloud_app *app, struct slice code, struct buffer *ret_openid);

/* What an answer means: CLOUD_WELL with the openid, or why not; *ret_again: the same may be asked once more. */
enum cloud wechat_read(struct slice body, struct arena *arena, struct slice *ret_openid, int64_t *ret_errcode,
                       bool *ret_again);
