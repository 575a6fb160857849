/* Changes of the tree and of who belongs where: each taken whole or refused with what it would break.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "consumers/optional.h"
#include "consumers/work.h"

/* A change as its handler describes it. The statement of that name takes ten arguments that every change has, then its
 * own. */
struct tree_change {
    const char *statement;
    int what;                  /* enum tree_change_kind */
    struct id organisation;    /* whose change it is, or that of its members */
    bool has_effective;
    int64_t effective;         /* the day from which it holds; without one, the day on which the command was accepted */
    struct slice document, reason; /* absent: none */
    const char *other;         /* the body's field that names one other organisation or member; NULL: none does */
    struct tree_list {         /* those that name several; set by tree_add_ids() */
        const char *field;
        const struct id *ids;
        size_t count;
    } lists[2];
    int64_t number, recorded_at; /* set by tree_change_begin() */
    struct arguments arguments;  /* set by tree_change_begin(): the caller adds its own; auto_tree_change frees them */
};

/* The change that a command on an organisation describes. */
#define TREE_CHANGE_OF(command, statement_, what_)                                                    \
    {                                                                                                 \
        .statement = (statement_), .what = (what_), .organisation = (command)->organisation,          \
        .has_effective = true, .effective = (command)->effective, .document = (command)->document,    \
        .reason = OPTIONAL_TEXT(command, reason)                                                      \
    }

/* Takes the lock of the tree until the transaction's end, gives the change its number and moment, and begins the statement's
 * arguments. From here on what is read stands. */
MUST bool tree_change_begin(struct work *work, struct tree_change *change);

void tree_change_free(struct tree_change *change);
#define auto_tree_change __attribute__((cleanup(tree_change_free))) struct tree_change

/* An array of ids as the next argument, which the body's field of that name gave; the ids outlive the change. */
void tree_add_ids(struct tree_change *change, const char *field, const struct id *ids, size_t count);

/* Runs the statement. Taken: the result says so where the message returns tree_changed, what holds today is said on the
 * topics of the tree and of accounts, a day to come is waited for by a timer, and the audit trail has it under its
 * document. Broken: rejected with the first thing that would be and the field that breaks it, and nothing is written. */
enum verdict tree_change_take(struct work *work, struct tree_change *change);
