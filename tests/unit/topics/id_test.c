/* Ids: whose a command is, what a replay makes again, texts both ways.  SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first */
#include <cmocka.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "topics/id.h"

#define KEY "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

static struct id_key *key_of(const char *text, struct problem *problem)
{
    char path[] = "key-XXXXXX";
    struct id_key *key = NULL;
    int fd = mkstemp(path);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    problem_none(problem);
    if (!id_key_new(path, &key, problem))
        key = NULL;
    unlink(path);
    return key;
}

static void whose_it_is(void **state)
{
    (void)state;
    struct problem problem;
    struct id_key *key = key_of(KEY "\n", &problem);
    assert_non_null(key);
    struct id mine = id_random(), yours = id_random();
    struct slice path = SLICE("/v1/exams/x/submissions"), once = SLICE("k-1");
    struct id first = id_command(key, mine, SLICE("POST"), path, once);
    assert_true(id_equal(first, id_command(key, mine, SLICE("POST"), path, once)));
    assert_false(id_equal(first, id_command(key, yours, SLICE("POST"), path, once)));
    assert_false(id_equal(first, id_command(key, mine, SLICE("PUT"), path, once)));
    assert_false(id_equal(first, id_command(key, mine, SLICE("POST"), path, SLICE("k-2"))));
    /* the pieces cannot run into each other */
    assert_false(id_equal(id_command(key, mine, SLICE("POST"), SLICE("/a"), SLICE("bc")),
                          id_command(key, mine, SLICE("POST"), SLICE("/ab"), SLICE("c"))));
    assert_true(id_owner_is(key, first, mine));
    assert_false(id_owner_is(key, first, yours));
    struct id forged = first;
    forged.bytes[0] ^= 1;
    assert_false(id_owner_is(key, forged, mine));
    struct id random = id_command(key, mine, SLICE("POST"), path, (struct slice){NULL, 0});
    assert_true(id_owner_is(key, random, mine));
    assert_false(id_equal(random, id_command(key, mine, SLICE("POST"), path, (struct slice){NULL, 0})));
    id_key_free(key);
}

/* The same made with EVP and HMAC() of OpenSSL, from the words of the header. */
static void as_declared(void **state)
{
    (void)state;
    struct problem problem;
    struct id_key *key = key_of(KEY, &problem);
    struct id actor = {{0xaa, 1}};
    static const char method[] = "PUT", path[] = "/p", once[] = "key";
    uint8_t text[64], sum[32], raw[32], mac[32];
    unsigned length = 0, mac_length = sizeof mac;
    memcpy(text, actor.bytes, 16);
    length = 16;
    const char *pieces[] = {method, path, once};
    for (int i = 0; i < 3; i++) {
        size_t size = strlen(pieces[i]);
        memcpy(text + length, (uint8_t[]){0, 0, 0, (uint8_t)size}, 4);
        memcpy(text + length + 4, pieces[i], size);
        length += 4 + (unsigned)size;
    }
    EVP_Digest(text, length, sum, NULL, EVP_sha256(), NULL);
    for (int i = 0; i < 32; i++)
        raw[i] = (uint8_t)i;
    memcpy(text, actor.bytes, 16);
    memcpy(text + 16, sum, 12);
    HMAC(EVP_sha256(), raw, 32, text, 28, mac, &mac_length);
    struct id id = id_command(key, actor, SLICE("PUT"), SLICE("/p"), SLICE("key"));
    assert_memory_equal(id.bytes, sum, 12);
    assert_memory_equal(id.bytes + 12, mac, 4);
    id_key_free(key);
}

static void texts(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "3f2504e0-4f89-11d3-9a0c-0305e82c330",
        "3f2504e0-4f89-11d3-9a0c-0305e82c33011",
        "3f2504e0x4f89-11d3-9a0c-0305e82c3301",
        "3f2504e0-4f89-11d3-9a0c-0305e82c330g",
        "3f2504e04f8911d39a0c0305e82c33010000",
    };
    char text[ID_TEXT];
    struct id id;
    assert_true(id_parse(SLICE("3F2504E0-4f89-11d3-9a0c-0305e82c3301"), &id));
    id_text(id, text);
    assert_string_equal(text, "3f2504e0-4f89-11d3-9a0c-0305e82c3301");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(id_parse(slice_of(bad[i]), &id));
    assert_true(id_is_none((struct id){{0}}));
    assert_true(id_compare((struct id){{1}}, (struct id){{2}}) < 0);
    assert_true(id_hash(id, 1) != id_hash(id, 2));
}

static void derived(void **state)
{
    (void)state;
    struct id cause = id_random(), id = id_derive(0x0123456789ab, cause, "grading", 7);
    assert_true(id_equal(id, id_derive(0x0123456789ab, cause, "grading", 7)));
    assert_false(id_equal(id, id_derive(0x0123456789ab, cause, "grading", 8)));
    assert_false(id_equal(id, id_derive(0x0123456789ab, cause, "points", 7)));
    assert_memory_equal(id.bytes, ((uint8_t[]){0x01, 0x23, 0x45, 0x67, 0x89, 0xab}), 6);
    assert_int_equal(id.bytes[6] >> 4, 7);
    assert_int_equal(id.bytes[8] >> 6, 2);
    assert_true(id_compare(id, id_derive(0x0123456789ac, cause, "a", 0)) < 0);
}

static void key_files(void **state)
{
    (void)state;
    static const char *const bad[] = {"", "\n", "00\n", KEY "0", KEY "\n" KEY, "g" KEY, KEY " \n"};
    struct problem problem;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_null(key_of(bad[i], &problem));
        assert_int_equal(problem.code, PROBLEM_bad_key_file);
    }
    char path[] = "key-XXXXXX";
    struct id_key *key;
    int fd = mkstemp(path);
    assert_int_equal(write(fd, KEY, 64), 64);
    fchmod(fd, 0640);
    close(fd);
    problem_none(&problem);
    assert_false(id_key_new(path, &key, &problem));
    assert_non_null(strstr(problem.detail, "others"));
    unlink(path);
    problem_none(&problem);
    assert_false(id_key_new("no-such-file", &key, &problem));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whose_it_is), cmocka_unit_test(as_declared), cmocka_unit_test(texts),
        cmocka_unit_test(derived),     cmocka_unit_test(key_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
