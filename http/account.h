/* The view of accounts: who may do what, and names, fed from its topic.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "http/tree.h"
#include "http/limit.h"
#include "process/arena.h"
#include "topics/seal.h"

/* Written by the views' thread, read by all. */
struct accounts;

/* A role over an organisation and all below, for a term; TREE_NONE is the whole county. */
struct permission {
    uint64_t role; /* one bit */
    int64_t from, until; /* it holds from then on, and no longer at `until` */
    uint32_t organisation;
};

/* Who makes a request, as the view knows it now. */
struct caller {
    struct id account;
    uint32_t organisation; /* the branch, TREE_NONE if none */
    uint64_t roles;        /* all roles held anywhere */
    size_t count;
    const struct permission *permissions; /* those that hold at the time of the request */
    int64_t issued_ms;       /* when the token was that speaks for him */
    bool client;             /* a program of others, let in by a key: */
    bool scoped;             /* whose scopes hold what it asks */
};

/* An empty view of at most `most` accounts; it tells the board who belongs where, and opens sealed names. */
struct accounts *accounts_new(struct tree *tree, struct board *board, const struct seal *seal, uint32_t most)
    __attribute__((returns_nonnull));
void accounts_free(struct accounts *accounts);

/* Takes in a record (`opaque` is the view); after a run of records, places who waits for an organisation. Views' thread. */
void accounts_apply(void *opaque, const struct record *record);
void accounts_rested(struct accounts *accounts, bool tree_changed);

/* What became of a caller at the door. */
enum admitted {
    ADMITTED,
    ADMITTED_NOT, /* not active, or the token is older than the account's sessions */
    ADMITTED_UNKNOWN, /* a token is only signed for an account that PostgreSQL holds: the view is behind */
    ADMITTED_LATER, /* too many requests: ret_wait_ms */
};

/* The caller behind a token issued at `issued_ms` with what he may at `now`, one request of the account's pace being taken;
 * the permissions are in the arena. */
MUST enum admitted accounts_admit(struct accounts *accounts, struct id account, int64_t issued_ms, int64_t now,
                                  const struct pace *pace, struct arena *arena, struct caller *ret_caller,
                                  int64_t *ret_wait_ms);

/* Whether a token issued at `issued_ms` would be let in, pace aside. */
MUST bool accounts_hold(struct accounts *accounts, struct id account, int64_t issued_ms);

/* As accounts_hold(), with the roles held anywhere at `now`. */
MUST bool accounts_roles(struct accounts *accounts, struct id account, int64_t issued_ms, int64_t now, uint64_t *ret_roles);

/* Whether the account is known in this version or a later one. */
MUST bool accounts_reached(struct accounts *accounts, struct id account, int64_t version);

/* Whether there is such an account, and its branch. */
MUST bool accounts_branch(struct accounts *accounts, struct id account, uint32_t *ret_organisation);

/* Appends the log-in and the plain name; false if there is no such account. */
MUST bool accounts_show(struct accounts *accounts, struct id account, struct buffer *login, struct buffer *name);

/* For many look-ups in a row: between the two calls names stay, and only accounts_name() may be used. */
void accounts_lock(struct accounts *accounts);
void accounts_unlock(struct accounts *accounts);
struct slice accounts_name(const struct accounts *accounts, struct id account);

/* Looks through `some` accounts from number *next on, which moves, and appends the ids, sixteen bytes each, of those whose
 * name or log-in name holds the text, whatever its case. False: these were the last. */
MUST bool accounts_named(struct accounts *accounts, const char *text, uint32_t some, uint32_t *next, struct buffer *ids);

struct front;

/* Registers with the front: what references to accounts and organisations mean, and who I am. */
void accounts_offer(struct front *front);
