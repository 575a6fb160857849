/* Access tokens, and those of one attempt: made and verified (JWT, EdDSA only), then known by their text until they expire.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "process/problem.h"
#include "topics/id.h"

/* What a token is good for. */
enum token_kind {
    TOKEN_ACCESS,  /* whatever its account may */
    TOKEN_ATTEMPT, /* nothing but what is done within one attempt */
    TOKEN_CHANGE,  /* nothing but a change of the password */
    TOKEN_ENROL,   /* nothing but enrolling a second factor */
    TOKEN_KINDS
};

/* What a token says: nothing of roles, which are looked up at every request. */
struct token {
    struct id account;
    struct id session;  /* or, in an attempt's token, the attempt */
    int64_t issued_ms, expires_ms;
    enum token_kind kind;
};

/* The signing keys: the first line of the key file signs, all verify. */
struct token_keys;

MUST bool token_keys_new(const char *path, struct token_keys **ret_keys, struct problem *problem);
void token_keys_free(struct token_keys *keys);

/* Appends the signed text of a token. Any thread. */
void token_sign(const struct token_keys *keys, const struct token *token, struct buffer *buffer);

/* Whether the text is a token that one of the keys signed and that is good at `now`. Any thread. */
MUST bool token_verify(const struct token_keys *keys, struct slice text, int64_t now, struct token *ret_token);

/* The tokens one loop has verified, found by a keyed hash and a comparison of the whole text. */
struct token_cache;

/* A cache of `most` tokens; an older one gives way where two meet. */
struct token_cache *token_cache_new(uint32_t most) __attribute__((returns_nonnull));
void token_cache_free(struct token_cache *cache);

/* As token_verify(), the signature being computed only at the first sight of the text. */
MUST bool token_cache_verify(struct token_cache *cache, const struct token_keys *keys, struct slice text, int64_t now,
                             struct token *ret_token);
