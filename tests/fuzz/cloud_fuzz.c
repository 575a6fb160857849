/* Any bytes as an answer of WeChat or DingTalk: never past them, and nobody is let in by what names nobody.
 * SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <stdlib.h>

#include "producers/dingtalk/login.h"
#include "producers/wechat/login.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { INPUT_MOST = 1 << 14, ARENA_BLOCK = 4096, ARENA_MOST = 1 << 20 };

static struct arena *arena;

static void wechat(struct slice text)
{
    struct slice openid;
    int64_t errcode;
    bool again;
    arena_reset(arena);
    enum cloud cloud = wechat_read(text, arena, &openid, &errcode, &again);
    if (cloud == CLOUD_WELL)
        assert(!again && errcode == 0 && openid.length >= 6 && openid.length <= 128 && slice_points(openid) > 0);
    if (again)
        assert(cloud == CLOUD_LATER);
}

static void dingtalk(struct slice text)
{
    struct slice result;
    int64_t errcode;
    const struct answer_field fields[] = {{"result", &result}};
    arena_reset(arena);
    enum dingtalk_error error = dingtalk_read(text, arena, fields, 1, &errcode);
    assert((error == DINGTALK_NONE) == (errcode == 0 && error == DINGTALK_NONE));
    if (error == DINGTALK_NONE && result.at)
        assert(slice_points(result) >= 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > INPUT_MOST)
        return 0;
    if (!arena)
        arena = arena_new(ARENA_BLOCK, ARENA_MOST);
    char *exact = malloc(size + !size); /* of exactly its length, so that a read past the end is seen */
    assert(exact);
    if (size)
        memcpy(exact, data, size);
    wechat((struct slice){exact, size});
    dingtalk((struct slice){exact, size});
    free(exact);
    return 0;
}
