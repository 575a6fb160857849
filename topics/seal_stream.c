/* Streams sealed in pieces: AES-256-GCM, a key a stream, the piece's place as its nonce.  SPDX-License-Identifier: Apache-2.0 */
#include "topics/seal_stream.h"

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdlib.h>

#include "process/memory.h"

enum { NONCE = 12, MARK = 8 };
static const char mark[MARK + 1] = "BTSEAL01";

struct seal_stream {
    EVP_CIPHER_CTX *cipher;
    struct key key;
    uint64_t place;
};

/* The head as it lies on disk. */
struct head {
    char mark[MARK], kid[SEAL_KID];
    uint8_t salt[SEAL_SALT];
};
_Static_assert(sizeof(struct head) == SEAL_HEAD, "the head has no gaps");

static struct seal_stream *stream_new(void)
{
    struct seal_stream *stream = memory_new(sizeof *stream);
    if (!(stream->cipher = EVP_CIPHER_CTX_new()))
        abort();
    return stream;
}

struct seal_stream *seal_stream_new(const struct seal *seal, uint8_t ret_head[static SEAL_HEAD])
{
    struct seal_stream *stream = stream_new();
    struct head head;
    memcpy(head.mark, mark, MARK);
    seal_kid(seal, head.kid);
    if (RAND_bytes(head.salt, sizeof head.salt) != 1 || !seal_salted_key(seal, head.kid, head.salt, &stream->key))
        abort();
    memcpy(ret_head, &head, sizeof head);
    return stream;
}

bool seal_stream_open(const struct seal *seal, const uint8_t head_[static SEAL_HEAD], struct seal_stream **ret_stream,
                      struct problem *problem)
{
    struct head head;
    memcpy(&head, head_, sizeof head);
    if (memcmp(head.mark, mark, MARK) != 0)
        return problem_say(problem, PROBLEM_bad_seal, "this is not a sealed stream", "不是密封文件");
    struct seal_stream *stream = stream_new();
    if (!seal_salted_key(seal, head.kid, head.salt, &stream->key)) {
        seal_stream_free(stream);
        return problem_say(problem, PROBLEM_bad_seal, "its key is not in the key file", "密钥文件中没有对应的密钥");
    }
    *ret_stream = stream;
    return true;
}

void seal_stream_free(struct seal_stream *stream)
{
    if (!stream)
        return;
    EVP_CIPHER_CTX_free(stream->cipher);
    key_wipe(&stream->key);
    free(stream);
}

static void next_nonce(struct seal_stream *stream, bool last, uint8_t ret_nonce[static NONCE])
{
    memset(ret_nonce, 0, NONCE);
    for (int i = 0; i < 8; i++)
        ret_nonce[i] = (uint8_t)(stream->place >> (56 - 8 * i));
    ret_nonce[NONCE - 1] = last;
    stream->place++;
}

void seal_stream_hide(struct seal_stream *stream, struct slice plain, bool last, uint8_t *ret_sealed)
{
    uint8_t nonce[NONCE];
    int length = 0, rest = 0;
    next_nonce(stream, last, nonce);
    if (plain.length > SEAL_PIECE ||
        EVP_EncryptInit_ex(stream->cipher, EVP_aes_256_gcm(), NULL, stream->key.bytes, nonce) != 1 ||
        EVP_EncryptUpdate(stream->cipher, ret_sealed, &length, (const uint8_t *)plain.at, (int)plain.length) != 1 ||
        EVP_EncryptFinal_ex(stream->cipher, ret_sealed + length, &rest) != 1 ||
        EVP_CIPHER_CTX_ctrl(stream->cipher, EVP_CTRL_GCM_GET_TAG, SEAL_TAG, ret_sealed + plain.length) != 1)
        abort();
}

bool seal_stream_show(struct seal_stream *stream, struct slice sealed, bool last, uint8_t *ret_plain)
{
    uint8_t nonce[NONCE], tag[SEAL_TAG];
    int length = 0, rest = 0;
    if (sealed.length < SEAL_TAG || sealed.length > SEAL_PIECE + SEAL_TAG)
        return false;
    size_t plain = sealed.length - SEAL_TAG;
    memcpy(tag, sealed.at + plain, SEAL_TAG);
    next_nonce(stream, last, nonce);
    return EVP_DecryptInit_ex(stream->cipher, EVP_aes_256_gcm(), NULL, stream->key.bytes, nonce) == 1 &&
           EVP_DecryptUpdate(stream->cipher, ret_plain, &length, (const uint8_t *)sealed.at, (int)plain) == 1 &&
           EVP_CIPHER_CTX_ctrl(stream->cipher, EVP_CTRL_GCM_SET_TAG, SEAL_TAG, tag) == 1 &&
           EVP_DecryptFinal_ex(stream->cipher, ret_plain + length, &rest) == 1;
}
