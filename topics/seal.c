/* Sealed fields: AES-256-GCM under a key a subject.  SPDX-License-Identifier: Apache-2.0 */
#include "topics/seal.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <stdlib.h>

#include "process/hex.h"
#include "process/memory.h"

#define MOST_KEYS 16
#define NONCE     12
#define TAG       16

struct seal {
    size_t count;
    struct key keys[MOST_KEYS];
    char kids[MOST_KEYS][SEAL_KID + 1];
};

static void cipher_free(EVP_CIPHER_CTX **cipher)
{
    EVP_CIPHER_CTX_free(*cipher);
}
#define auto_cipher __attribute__((cleanup(cipher_free))) EVP_CIPHER_CTX *

/* The first block of HKDF-Expand (RFC 5869): our master keys are uniformly random, so there is nothing to
 * extract. */
static void derive(const struct key *master, const char *purpose, struct slice info, struct key *ret_key)
{
    uint8_t text[256];
    unsigned length = sizeof ret_key->bytes;
    size_t purpose_length = strlen(purpose);
    if (purpose_length + info.length + 1 > sizeof text)
        abort();
    memcpy(text, purpose, purpose_length);
    memcpy(text + purpose_length, info.at, info.length);
    text[purpose_length + info.length] = 1;
    if (!HMAC(EVP_sha256(), master->bytes, sizeof master->bytes, text, purpose_length + info.length + 1, ret_key->bytes,
              &length))
        abort();
}

bool seal_new(const char *path, struct seal **ret_seal, struct problem *problem)
{
    struct seal *seal = memory_new(sizeof *seal);
    if (!keyfile_read(path, seal->keys, MOST_KEYS, &seal->count, problem)) {
        free(seal);
        return false;
    }
    for (size_t i = 0; i < seal->count; i++) {
        struct key name;
        derive(&seal->keys[i], "baoting key name", SLICE(""), &name);
        hex_put(seal->kids[i], name.bytes, SEAL_KID / 2);
    }
    *ret_seal = seal;
    return true;
}

void seal_free(struct seal *seal)
{
    if (seal)
        explicit_bzero(seal, sizeof *seal);
    free(seal);
}

/* What the sealed text is bound to: the field's name, a zero, the subject. */
static bool bind(EVP_CIPHER_CTX *cipher, bool sealing, const char *field, struct id subject)
{
    int length;
    int (*update)(EVP_CIPHER_CTX *, unsigned char *, int *, const unsigned char *, int) =
        sealing ? EVP_EncryptUpdate : EVP_DecryptUpdate;
    return update(cipher, NULL, &length, (const uint8_t *)field, (int)strlen(field) + 1) == 1 &&
           update(cipher, NULL, &length, subject.bytes, sizeof subject.bytes) == 1;
}

void seal_hide(const struct seal *seal, struct id subject, const char *field, struct slice plain, struct buffer *buffer)
{
    struct key key;
    uint8_t nonce[NONCE], tag[TAG];
    int length = 0;
    if (plain.length > SEAL_LONGEST || RAND_bytes(nonce, NONCE) != 1)
        abort();
    uint8_t *hidden = memory_new(plain.length + 1);
    derive(&seal->keys[0], "baoting seal v1", (struct slice){(const char *)subject.bytes, sizeof subject.bytes}, &key);
    auto_cipher cipher = EVP_CIPHER_CTX_new();
    if (!cipher || EVP_EncryptInit_ex(cipher, EVP_aes_256_gcm(), NULL, key.bytes, nonce) != 1 ||
        !bind(cipher, true, field, subject) ||
        EVP_EncryptUpdate(cipher, hidden, &length, (const uint8_t *)plain.at, (int)plain.length) != 1 ||
        EVP_EncryptFinal_ex(cipher, hidden + length, &length) != 1 ||
        EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_GET_TAG, TAG, tag) != 1)
        abort();
    key_wipe(&key);
    buffer_add_text(buffer, "v1|");
    buffer_add_text(buffer, seal->kids[0]);
    buffer_add_byte(buffer, '|');
    buffer_add_base64(buffer, (struct slice){(const char *)nonce, NONCE});
    buffer_add_byte(buffer, '|');
    buffer_add_base64(buffer, (struct slice){(const char *)hidden, plain.length});
    buffer_add_byte(buffer, '|');
    buffer_add_base64(buffer, (struct slice){(const char *)tag, TAG});
    free(hidden);
}

/* The part up to the next bar; the last has none. */
static struct slice take_part(struct slice *text)
{
    const char *bar = text->length ? memchr(text->at, '|', text->length) : NULL;
    struct slice part = {text->at, bar ? (size_t)(bar - text->at) : text->length};
    size_t step = part.length + (bar != NULL);
    *text = (struct slice){text->at + step, text->length - step};
    return part;
}

static bool is_base64_digit(char byte)
{
    return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') ||
           byte == '+' || byte == '/';
}

/* Strict base64 with padding; ret_bytes has room for 3 bytes for each 4 digits. -1: it is none. */
static int base64_bytes(struct slice text, uint8_t *ret_bytes)
{
    int padding = 0;
    if (text.length % 4)
        return -1;
    for (size_t i = 0; i < text.length; i++) {
        if (text.at[i] == '=' && i + 2 >= text.length)
            padding++;
        else if (padding || !is_base64_digit(text.at[i]))
            return -1;
    }
    int length = text.length ? EVP_DecodeBlock(ret_bytes, (const uint8_t *)text.at, (int)text.length) : 0;
    for (int i = 1; i <= padding && length > 0; i++)
        if (ret_bytes[length - i] != 0)
            return -1; /* bits that the padding leaves unused: one text, one sealed form */
    return length < 0 ? -1 : length - padding;
}

static const struct key *key_named(const struct seal *seal, struct slice kid)
{
    for (size_t i = 0; i < seal->count; i++)
        if (slice_equal(kid, slice_of(seal->kids[i])))
            return &seal->keys[i];
    return NULL;
}

/* A sealed text taken apart. */
struct parts {
    const struct key *master;
    uint8_t nonce[NONCE + 3], tag[TAG + 3];
    uint8_t *hidden; /* the caller's to free */
    int length;
};

static bool take_apart(const struct seal *seal, struct slice sealed, struct parts *ret_parts, struct problem *problem)
{
    struct parts parts = {.master = NULL};
    struct slice version = take_part(&sealed), kid = take_part(&sealed), nonce = take_part(&sealed),
                 hidden = take_part(&sealed), tag = take_part(&sealed);
    bool form = slice_equal(version, SLICE("v1")) && sealed.length == 0 && nonce.length == NONCE / 3 * 4 &&
                tag.length == (TAG + 2) / 3 * 4 && hidden.length <= SEAL_LONGEST * 2 &&
                base64_bytes(nonce, parts.nonce) == NONCE && base64_bytes(tag, parts.tag) == TAG;
    parts.master = key_named(seal, kid);
    if (form && !parts.master)
        return problem_say(problem, PROBLEM_bad_seal, "the key %.*s is not in the key file", "密钥文件中没有密钥 %.*s",
                           (int)(kid.length > 16 ? 16 : kid.length), kid.at);
    parts.hidden = memory_new(hidden.length / 4 * 3 + 3);
    parts.length = form ? base64_bytes(hidden, parts.hidden) : -1;
    if (parts.length < 0) {
        free(parts.hidden);
        return problem_say(problem, PROBLEM_bad_seal, "this is not a sealed field", "不是密封字段");
    }
    *ret_parts = parts;
    return true;
}

bool seal_show(const struct seal *seal, struct id subject, const char *field, struct slice sealed,
               struct buffer *buffer, struct problem *problem)
{
    struct parts parts;
    struct key key;
    int length = 0, rest = 0;
    if (!take_apart(seal, sealed, &parts, problem))
        return false;
    derive(parts.master, "baoting seal v1", (struct slice){(const char *)subject.bytes, sizeof subject.bytes}, &key);
    uint8_t *plain = memory_new((size_t)parts.length + 1);
    auto_cipher cipher = EVP_CIPHER_CTX_new();
    bool well = cipher && EVP_DecryptInit_ex(cipher, EVP_aes_256_gcm(), NULL, key.bytes, parts.nonce) == 1 &&
                bind(cipher, false, field, subject) &&
                EVP_DecryptUpdate(cipher, plain, &length, parts.hidden, parts.length) == 1 &&
                EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_SET_TAG, TAG, parts.tag) == 1 &&
                EVP_DecryptFinal_ex(cipher, plain + length, &rest) == 1;
    key_wipe(&key);
    if (well)
        buffer_add(buffer, plain, (size_t)length);
    explicit_bzero(plain, (size_t)parts.length + 1);
    free(plain);
    free(parts.hidden);
    if (!well)
        return problem_say(problem, PROBLEM_bad_seal, "sealed for another field or subject, or changed",
                           "属于其他字段或主体，或已被改动");
    return true;
}

void seal_kid(const struct seal *seal, char ret_kid[static SEAL_KID])
{
    memcpy(ret_kid, seal->kids[0], SEAL_KID);
}

bool seal_salted_key(const struct seal *seal, const char kid[static SEAL_KID], const uint8_t salt[static SEAL_SALT],
                     struct key *ret_key)
{
    const struct key *master = key_named(seal, (struct slice){kid, SEAL_KID});
    if (master)
        derive(master, "baoting stream v1", (struct slice){(const char *)salt, SEAL_SALT}, ret_key);
    return master != NULL;
}

bool seal_is_sealed(struct slice text)
{
    int bars = 0;
    for (size_t i = 0; i < text.length; i++)
        bars += text.at[i] == '|';
    return bars == 4 && text.length > 3 && memcmp(text.at, "v1|", 3) == 0;
}

size_t seal_keys(const struct seal *seal)
{
    return seal->count;
}

void seal_index(const struct seal *seal, const char *field, struct slice value, uint8_t ret_index[static 16])
{
    seal_index_under(seal, seal->count - 1, field, value, ret_index);
}

void seal_index_under(const struct seal *seal, size_t which, const char *field, struct slice value,
                      uint8_t ret_index[static 16])
{
    struct key key;
    uint8_t sum[32];
    unsigned length = sizeof sum;
    derive(&seal->keys[which], "baoting index v1", slice_of(field), &key);
    if (!HMAC(EVP_sha256(), key.bytes, sizeof key.bytes, (const uint8_t *)value.at, value.length, sum, &length))
        abort();
    key_wipe(&key);
    memcpy(ret_index, sum, 16);
}
