/* Access tokens, and those of one attempt.  SPDX-License-Identifier: Apache-2.0 */
#include "http/token.h"

#include <assert.h>
#include <openssl/evp.h>
#include <stdlib.h>

#include "http/keyed.h"
#include "process/clock.h"
#include "process/hex.h"
#include "process/keyfile.h"
#include "process/memory.h"
#include "topics/digest.h"
#include "topics/json.h"

enum { KEYS_MOST = 4, KID_LENGTH = 16, SIGNATURE = 64, TEXT_MOST = 1024, PART_MOST = 512 };
enum { SKEW_MS = 300000 }; /* of two fronts' clocks: what is issued later than that is no token of ours */

struct token_keys {
    size_t count;
    struct {
        EVP_PKEY *pair;
        char kid[KID_LENGTH + 1];
    } at[KEYS_MOST];
};

static bool make_pair(const struct key *key, EVP_PKEY **ret_pair, char ret_kid[KID_LENGTH + 1])
{
    uint8_t open[32], sum[32];
    size_t length = sizeof open;
    EVP_PKEY *pair = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, key->bytes, sizeof key->bytes);
    if (!pair || EVP_PKEY_get_raw_public_key(pair, open, &length) != 1) {
        EVP_PKEY_free(pair);
        return false;
    }
    digest_sha256((struct slice){(const char *)open, length}, sum);
    hex_put(ret_kid, sum, KID_LENGTH / 2);
    *ret_pair = pair;
    return true;
}

bool token_keys_new(const char *path, struct token_keys **ret_keys, struct problem *problem)
{
    struct key keys[KEYS_MOST];
    size_t count = 0;
    if (!keyfile_read(path, keys, KEYS_MOST, &count, problem))
        return false;
    struct token_keys *made = memory_new(sizeof *made);
    bool good = true;
    for (size_t i = 0; i < count && good; i++) {
        good = make_pair(&keys[i], &made->at[i].pair, made->at[i].kid);
        made->count += good;
    }
    for (size_t i = 0; i < count; i++)
        key_wipe(&keys[i]);
    if (!good) {
        token_keys_free(made);
        return problem_say(problem, PROBLEM_bad_key_file, "No signing key can be made of it", "无法生成签名密钥");
    }
    *ret_keys = made;
    return true;
}

void token_keys_free(struct token_keys *keys)
{
    if (!keys)
        return;
    for (size_t i = 0; i < keys->count; i++)
        EVP_PKEY_free(keys->at[i].pair);
    free(keys);
}

static void add_base64(struct buffer *buffer, struct slice bytes)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    uint32_t word = 0;
    int bits = 0;
    for (size_t i = 0; i < bytes.length; i++) {
        word = word << 8 | (uint8_t)bytes.at[i];
        for (bits += 8; bits >= 6; bits -= 6)
            buffer_add_byte(buffer, digits[word >> (bits - 6) & 63]);
    }
    if (bits)
        buffer_add_byte(buffer, digits[word << (6 - bits) & 63]);
}

static int base64_value(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '-' ? 62 : c == '_' ? 63 : -1;
}

/* Strict base64url without padding: unused bits must be 0, so that a token has one text. */
static bool take_base64(struct slice text, char *into, size_t room, size_t *ret_length)
{
    uint32_t word = 0;
    size_t length = 0;
    int bits = 0;
    for (size_t i = 0; i < text.length; i++) {
        int value = base64_value(text.at[i]);
        if (value < 0)
            return false;
        word = word << 6 | (uint32_t)value;
        bits += 6;
        if (bits >= 8) {
            if (length == room)
                return false;
            bits -= 8;
            into[length++] = (char)(word >> bits & 255);
        }
    }
    if (bits >= 6 || (word & ((1u << bits) - 1)) != 0)
        return false;
    *ret_length = length;
    return true;
}

/* What the head calls each kind, and the claim that names the session or the attempt. */
static const struct kind {
    const char *type, *subject;
} kinds[TOKEN_KINDS] = {{"at+jwt", "sid"}, {"attempt+jwt", "att"}, {"change+jwt", "sid"}, {"enrol+jwt", "sid"}};

void token_sign(const struct token_keys *keys, const struct token *token, struct buffer *buffer)
{
    struct buffer part = buffer_new(PART_MOST);
    size_t begin = buffer->length, length = SIGNATURE;
    uint8_t signature[SIGNATURE];
    const struct kind *kind = &kinds[token->kind];
    buffer_add_format(&part, "{\"alg\":\"EdDSA\",\"typ\":\"%s\",\"kid\":\"%s\"}", kind->type, keys->at[0].kid);
    add_base64(buffer, buffer_slice(&part));
    buffer_add_byte(buffer, '.');
    buffer_empty(&part);
    buffer_add_text(&part, "{\"sub\":\"");
    id_add(&part, token->account);
    buffer_add_format(&part, "\",\"%s\":\"", kind->subject);
    id_add(&part, token->session);
    buffer_add_format(&part, "\",\"iat\":%lld,\"exp\":%lld,\"ms\":%lld}", (long long)(token->issued_ms / 1000),
                      (long long)(token->expires_ms / 1000), (long long)(token->issued_ms % 1000));
    add_base64(buffer, buffer_slice(&part));
    buffer_free(&part);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    int done = context && EVP_DigestSignInit(context, NULL, NULL, NULL, keys->at[0].pair) == 1 &&
               EVP_DigestSign(context, signature, &length, (const uint8_t *)buffer->at + begin,
                              buffer->length - begin) == 1;
    EVP_MD_CTX_free(context);
    assert(done && length == SIGNATURE);
    buffer_add_byte(buffer, '.');
    add_base64(buffer, (struct slice){(const char *)signature, length});
}

/* The members of a small JSON object of texts and whole numbers, each known name once; all must be there. */
struct claim {
    struct slice name;
    struct slice *text;
    int64_t *number;
};

static bool take_claims(struct slice object, const struct claim *claims, unsigned count, struct arena *arena)
{
    struct json json;
    struct problem problem;
    struct slice name;
    unsigned seen = 0;
    bool more = true;
    problem_none(&problem);
    if (!json_begin(&json, object, 2, arena, &problem) || !json_enter(&json, '{'))
        return false;
    for (bool first = true; json_object_next(&json, first, &name, &more); first = false) {
        if (!more)
            return seen == (1u << count) - 1 && json_end(&json);
        unsigned i = 0;
        while (i < count && !slice_equal(claims[i].name, name))
            i++;
        if (i == count || seen >> i & 1)
            return false;
        seen |= 1u << i;
        if (claims[i].text ? !json_text(&json, claims[i].text) : !json_number(&json, claims[i].number))
            return false;
    }
    return false;
}

/* The key that the head names, NULL if the head is not exactly what we write, and which kind of token it is. */
static EVP_PKEY *head_key(const struct token_keys *keys, struct slice head, struct arena *arena,
                          enum token_kind *ret_kind)
{
    char plain[PART_MOST];
    size_t length;
    struct slice algorithm, type, kid;
    const struct claim claims[] = {{SLICE("alg"), &algorithm, NULL}, {SLICE("typ"), &type, NULL},
                                   {SLICE("kid"), &kid, NULL}};
    if (!take_base64(head, plain, sizeof plain, &length) ||
        !take_claims((struct slice){plain, length}, claims, 3, arena) || !slice_equal(algorithm, SLICE("EdDSA")))
        return NULL;
    int kind = 0;
    while (kind < TOKEN_KINDS && !slice_equal(type, slice_of(kinds[kind].type)))
        kind++;
    if (kind == TOKEN_KINDS)
        return NULL;
    *ret_kind = (enum token_kind)kind;
    for (size_t i = 0; i < keys->count; i++)
        if (slice_equal(kid, slice_of(keys->at[i].kid)))
            return keys->at[i].pair;
    return NULL;
}

static bool take_body(struct slice body, enum token_kind kind, int64_t now, struct arena *arena, struct token *ret_token)
{
    char plain[PART_MOST];
    size_t length;
    struct slice account, session;
    int64_t issued, expires, part;
    struct token token = {.kind = kind};
    const struct claim claims[] = {{SLICE("sub"), &account, NULL}, {slice_of(kinds[kind].subject), &session, NULL},
                                   {SLICE("iat"), NULL, &issued}, {SLICE("exp"), NULL, &expires},
                                   {SLICE("ms"), NULL, &part}};
    if (!take_base64(body, plain, sizeof plain, &length) ||
        !take_claims((struct slice){plain, length}, claims, 5, arena) || !id_parse(account, &token.account) ||
        !id_parse(session, &token.session) || issued < 0 || issued > INT64_MAX / 2000 || expires < 0 ||
        expires > INT64_MAX / 2000 || part < 0 || part > 999)
        return false;
    token.issued_ms = issued * 1000 + part;
    token.expires_ms = expires * 1000;
    if (now >= token.expires_ms || token.issued_ms > now + SKEW_MS)
        return false;
    *ret_token = token;
    return true;
}

static bool is_signed(EVP_PKEY *key, struct slice text, struct slice signature)
{
    char bytes[SIGNATURE];
    size_t length;
    if (!take_base64(signature, bytes, sizeof bytes, &length) || length != SIGNATURE)
        return false;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool good = context && EVP_DigestVerifyInit(context, NULL, NULL, NULL, key) == 1 &&
                EVP_DigestVerify(context, (const uint8_t *)bytes, length, (const uint8_t *)text.at, text.length) == 1;
    EVP_MD_CTX_free(context);
    return good;
}

bool token_verify(const struct token_keys *keys, struct slice text, int64_t now, struct token *ret_token)
{
    struct token token;
    if (text.length == 0 || text.length > TEXT_MOST)
        return false;
    const char *end = text.at + text.length, *one = memchr(text.at, '.', text.length);
    const char *two = one ? memchr(one + 1, '.', (size_t)(end - one - 1)) : NULL;
    if (!two)
        return false;
    struct arena *arena = arena_new(1024, 4096);
    enum token_kind kind = TOKEN_ACCESS;
    EVP_PKEY *key = head_key(keys, (struct slice){text.at, (size_t)(one - text.at)}, arena, &kind);
    bool good = key && take_body((struct slice){one + 1, (size_t)(two - one - 1)}, kind, now, arena, &token) &&
                is_signed(key, (struct slice){text.at, (size_t)(two - text.at)},
                          (struct slice){two + 1, (size_t)(end - two - 1)}); /* last: it costs most */
    arena_free(arena);
    if (good)
        *ret_token = token;
    return good;
}

struct known {
    uint64_t hash;
    char *text;
    uint32_t length;
    struct token token;
};

struct token_cache {
    struct keyed keyed;
    uint32_t mask;
    struct known *known;
};

struct token_cache *token_cache_new(uint32_t most)
{
    struct token_cache *cache = memory_new(sizeof *cache);
    uint32_t size = 16;
    while (size < most && size < 1u << 30)
        size *= 2;
    cache->keyed = keyed_new();
    cache->mask = size - 1;
    cache->known = memory_new_many(size, sizeof *cache->known);
    return cache;
}

void token_cache_free(struct token_cache *cache)
{
    if (!cache)
        return;
    for (uint32_t i = 0; i <= cache->mask; i++)
        free(cache->known[i].text);
    free(cache->known);
    free(cache);
}

/* Where a new token goes: a free or expired place of the four, else the one that expires first. */
static struct known *place_for(struct token_cache *cache, uint64_t hash, int64_t now)
{
    struct known *best = NULL;
    for (uint32_t i = 0; i < 4; i++) {
        struct known *known = &cache->known[(hash + i) & cache->mask];
        if (!known->text || known->token.expires_ms <= now)
            return known;
        if (!best || known->token.expires_ms < best->token.expires_ms)
            best = known;
    }
    return best;
}

bool token_cache_verify(struct token_cache *cache, const struct token_keys *keys, struct slice text, int64_t now,
                        struct token *ret_token)
{
    if (text.length == 0 || text.length > TEXT_MOST)
        return false;
    uint64_t hash = keyed_hash(&cache->keyed, text);
    for (uint32_t i = 0; i < 4; i++) {
        const struct known *known = &cache->known[(hash + i) & cache->mask];
        if (known->hash == hash && known->text && known->length == text.length &&
            memcmp(known->text, text.at, text.length) == 0) {
            *ret_token = known->token;
            return now < known->token.expires_ms;
        }
    }
    if (!token_verify(keys, text, now, ret_token))
        return false;
    struct known *known = place_for(cache, hash, now);
    free(known->text);
    *known = (struct known){hash, memory_copy(text.at, text.length), (uint32_t)text.length, *ret_token};
    return true;
}
