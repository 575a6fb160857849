/* What WeChat and DingTalk may answer, and what it means for whoever waits.  SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "producers/cloud/fetch.h"
#include "producers/dingtalk/login.h"
#include "producers/wechat/login.h"

static struct arena *arena;

static void wechat(void **state)
{
    static const struct {
        const char *text;
        enum cloud cloud;
        bool again;
    } rows[] = {
        {"{\"session_key\":\"x\",\"openid\":\"o123456\"}", CLOUD_WELL, false},
        {" {\"errmsg\":\"ok\",\"openid\":\"o123456\",\"errcode\":0,\"more\":{\"a\":[1]}} ", CLOUD_WELL, false},
        {"{\"openid\":\"o123456\",\"errcode\":\"0\"}", CLOUD_WELL, false},
        {"{\"openid\":\"o123456\",\"errcode\":null}", CLOUD_WELL, false},
        {"{\"openid\":\"o123456\",\"is_snapshotuser\":1}", CLOUD_PERSON, false},
        {"{\"openid\":\"o123456\",\"is_snapshotuser\":\"1\"}", CLOUD_PERSON, false},
        {"{\"openid\":\"o123456\",\"is_snapshotuser\":0}", CLOUD_WELL, false},
        {"{\"openid\":\"o1\"}", CLOUD_LATER, false},
        {"{}", CLOUD_LATER, false},
        {"{\"errcode\":40029,\"openid\":\"o123456\"}", CLOUD_CODE, false},
        {"{\"errcode\":\"40029\"}", CLOUD_CODE, false},
        {"{\"errcode\":40163}", CLOUD_CODE, false},
        {"{\"errcode\":-1}", CLOUD_LATER, true},
        {"{\"errcode\":45011}", CLOUD_LATER, false},
        {"{\"errcode\":40226}", CLOUD_PERSON, false},
        {"{\"errcode\":40125}", CLOUD_MISSET, false},
        {"{\"errcode\":true,\"openid\":\"o123456\"}", CLOUD_MISSET, false},
        {"{\"errcode\":0,\"errcode\":40029,\"openid\":\"o123456\"}", CLOUD_LATER, true},
        {"{\"openid\":\"o123456\"}x", CLOUD_LATER, true},
        {"{\"openid\":\"o123", CLOUD_LATER, true},
        {"<html></html>", CLOUD_LATER, true},
        {"", CLOUD_LATER, true},
        {"null", CLOUD_LATER, true},
        {"[\"openid\"]", CLOUD_LATER, true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct slice openid;
        int64_t errcode;
        bool again;
        arena_reset(arena);
        assert_int_equal(wechat_read(slice_of(rows[i].text), arena, &openid, &errcode, &again), rows[i].cloud);
        assert_int_equal(again, rows[i].again);
        if (rows[i].cloud == CLOUD_WELL)
            assert_true(slice_equal(openid, SLICE("o123456")));
    }
}

static void dingtalk(void **state)
{
    static const struct {
        const char *text;
        enum dingtalk_error error;
    } rows[] = {
        {"{\"errcode\":0,\"result\":{\"userid\":\"z\"}}", DINGTALK_NONE},
        {"{\"errcode\":\"0\"}", DINGTALK_NONE},
        {"{\"errcode\":88,\"sub_code\":\"40014\"}", DINGTALK_TOKEN},
        {"{\"errcode\":88,\"sub_code\":40014}", DINGTALK_TOKEN},
        {"{\"errcode\":42001}", DINGTALK_TOKEN},
        {"{\"errcode\":88,\"sub_code\":\"90018\"}", DINGTALK_THROTTLED},
        {"{\"errcode\":90002}", DINGTALK_THROTTLED},
        {"{\"status\":1111,\"wait\":5,\"punish\":\"deny\"}", DINGTALK_THROTTLED},
        {"<html>", DINGTALK_THROTTLED},
        {"{\"errcode\":-1}", DINGTALK_TRANSIENT},
        {"{\"errcode\":88,\"sub_code\":\"\"}", DINGTALK_TRANSIENT},
        {"{\"errcode\":88}", DINGTALK_TRANSIENT},
        {"{\"result\":{\"userid\":\"z\"}}", DINGTALK_TRANSIENT},
        {"{\"errcode\":40078}", DINGTALK_CODE},
        {"{\"errcode\":40089}", DINGTALK_PERMANENT},
        {"{\"errcode\":40096}", DINGTALK_PERMANENT},
        {"{\"errcode\":60011}", DINGTALK_PERMANENT},
        {"{\"errcode\":90020}", DINGTALK_PERMANENT},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t errcode;
        arena_reset(arena);
        assert_int_equal(dingtalk_read(slice_of(rows[i].text), arena, NULL, 0, &errcode), rows[i].error);
    }
}

static void parameters_are_escaped(void **state)
{
    struct buffer url = buffer_new(1000);
    (void)state;
    buffer_add_text(&url, "https://example.org/x?");
    fetch_parameter(&url, "a", SLICE("az-._~09AZ"));
    fetch_parameter(&url, "b", SLICE("& =?#/%\r\n\0é"));
    assert_true(slice_equal(buffer_slice(&url), SLICE("https://example.org/x?a=az-._~09AZ&b=%26%20%3D%3F%23%2F%25%0D%0A%00%C3%A9")));
    buffer_free(&url);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(wechat), cmocka_unit_test(dingtalk),
                                       cmocka_unit_test(parameters_are_escaped)};
    arena = arena_new(4096, 1 << 18);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(arena);
    return failed;
}
