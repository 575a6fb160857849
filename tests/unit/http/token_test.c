/* Access tokens: what is signed is verified, and nothing else.  SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "http/token.h"

enum { NOW = 1800000000 };
static const int64_t now = (int64_t)NOW * 1000 + 123;

static struct token_keys *keys_of(const char *lines)
{
    char path[] = "/tmp/token_test_XXXXXX";
    int fd = mkstemp(path);
    struct token_keys *keys = NULL;
    struct problem problem;
    problem_none(&problem);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, lines, strlen(lines)), (ssize_t)strlen(lines));
    assert_int_equal(fchmod(fd, 0600), 0);
    close(fd);
    assert_true(token_keys_new(path, &keys, &problem));
    unlink(path);
    return keys;
}

#define ONE "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"
#define TWO "ff0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"

static struct token some_token(void)
{
    return (struct token){.account = id_random(), .session = id_random(), .issued_ms = now, .expires_ms = now + 900000};
}

static void signed_is_verified(void **state)
{
    struct token_keys *keys = keys_of(ONE);
    struct token token = some_token(), read;
    struct buffer text = buffer_new(2048);
    (void)state;
    token_sign(keys, &token, &text);
    assert_true(token_verify(keys, buffer_slice(&text), now, &read));
    assert_true(id_equal(read.account, token.account));
    assert_true(id_equal(read.session, token.session));
    assert_int_equal(read.issued_ms, token.issued_ms);
    assert_int_equal(read.expires_ms, token.expires_ms / 1000 * 1000);
    assert_true(token_verify(keys, buffer_slice(&text), read.expires_ms - 1, &read));
    assert_false(token_verify(keys, buffer_slice(&text), read.expires_ms, &read));
    buffer_free(&text);
    token_keys_free(keys);
}

static void an_attempts_token_is_of_its_own_kind(void **state)
{
    struct token_keys *keys = keys_of(ONE);
    struct token token = some_token(), read;
    struct buffer text = buffer_new(2048), plain = buffer_new(2048);
    (void)state;
    token.kind = TOKEN_ATTEMPT;
    token_sign(keys, &token, &text);
    assert_true(token_verify(keys, buffer_slice(&text), now, &read));
    assert_true(read.kind == TOKEN_ATTEMPT && id_equal(read.account, token.account) && id_equal(read.session, token.session));
    token.kind = TOKEN_ACCESS;
    token_sign(keys, &token, &plain);
    assert_true(token_verify(keys, buffer_slice(&plain), now, &read));
    assert_int_equal(read.kind, TOKEN_ACCESS);
    /* neither kind's head goes with the other's body, were it even signed */
    size_t head = (size_t)((char *)memchr(text.at, '.', text.length) - text.at);
    size_t body = (size_t)((char *)memchr(plain.at, '.', plain.length) - plain.at);
    struct buffer mixed = buffer_new(2048);
    buffer_add(&mixed, text.at, head);
    buffer_add(&mixed, plain.at + body, plain.length - body);
    assert_false(token_verify(keys, buffer_slice(&mixed), now, &read));
    buffer_free(&mixed);
    buffer_free(&plain);
    buffer_free(&text);
    token_keys_free(keys);
}

static void every_byte_counts(void **state)
{
    struct token_keys *keys = keys_of(ONE);
    struct token token = some_token(), read;
    struct buffer text = buffer_new(2048);
    (void)state;
    token_sign(keys, &token, &text);
    for (size_t i = 0; i < text.length; i++) {
        char was = text.at[i];
        for (int step = 1; step < 3; step++) {
            text.at[i] = (char)(was == 'A' ? 'A' + step : was == '.' ? 'A' : 'A' + (step == 1 ? 0 : (was == 'B') + 1));
            if (text.at[i] != was)
                assert_false(token_verify(keys, buffer_slice(&text), now, &read));
        }
        text.at[i] = was;
    }
    for (size_t length = 0; length < text.length; length++)
        assert_false(token_verify(keys, (struct slice){text.at, length}, now, &read));
    buffer_add_byte(&text, 'A');
    assert_false(token_verify(keys, buffer_slice(&text), now, &read));
    buffer_free(&text);
    token_keys_free(keys);
}

static void keys_turn(void **state)
{
    struct token_keys *old = keys_of(ONE), *both = keys_of(TWO ONE), *new = keys_of(TWO);
    struct token token = some_token(), read;
    struct buffer text = buffer_new(2048);
    (void)state;
    token_sign(old, &token, &text);
    assert_true(token_verify(both, buffer_slice(&text), now, &read));
    assert_false(token_verify(new, buffer_slice(&text), now, &read));
    buffer_empty(&text);
    token_sign(both, &token, &text);
    assert_true(token_verify(new, buffer_slice(&text), now, &read));
    buffer_free(&text);
    token_keys_free(old);
    token_keys_free(both);
    token_keys_free(new);
}

/* {"alg":"none"…}, {"alg":"HS256"…} with an empty and a made-up signature, and texts that are no tokens. */
static void foreign_tokens(void **state)
{
    static const char *const texts[] = {
        "", ".", "..", "a.b", "a.b.c", "a.b.c.d",
        "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0.eyJzdWIiOiIwMCJ9.",
        "eyJhbGciOiJub25lIn0.eyJzdWIiOiIwMCJ9.AAAA",
        "eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCIsImtpZCI6IjAwMDAwMDAwMDAwMDAwMDAifQ.eyJzdWIiOiIwMCJ9.AAAA",
        "e30.e30.e30", "e30=.e30=.e30=", "\xff.\xff.\xff",
    };
    struct token_keys *keys = keys_of(ONE);
    struct token read;
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_false(token_verify(keys, slice_of(texts[i]), now, &read));
    token_keys_free(keys);
}

static void cache_remembers(void **state)
{
    struct token_keys *keys = keys_of(ONE), *none = keys_of(TWO);
    struct token_cache *cache = token_cache_new(16);
    struct token read;
    struct buffer text = buffer_new(2048);
    (void)state;
    for (int i = 0; i < 100; i++) {
        struct token token = some_token();
        buffer_empty(&text);
        token_sign(keys, &token, &text);
        assert_true(token_cache_verify(cache, keys, buffer_slice(&text), now, &read));
        assert_true(token_cache_verify(cache, none, buffer_slice(&text), now, &read)); /* known by its text */
        assert_true(id_equal(read.account, token.account));
        assert_false(token_cache_verify(cache, keys, buffer_slice(&text), now + 900000, &read));
        text.at[text.length - 1] ^= 1;
        assert_false(token_cache_verify(cache, keys, buffer_slice(&text), now, &read));
    }
    buffer_free(&text);
    token_cache_free(cache);
    token_keys_free(keys);
    token_keys_free(none);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signed_is_verified),
        cmocka_unit_test(an_attempts_token_is_of_its_own_kind),
        cmocka_unit_test(every_byte_counts),
        cmocka_unit_test(keys_turn),
        cmocka_unit_test(foreign_tokens),
        cmocka_unit_test(cache_remembers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
