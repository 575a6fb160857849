/* The view of outcomes: what became of the commands of the last hours, within a ceiling of bytes.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "process/arena.h"
#include "topics/digest.h"
#include "topics/id.h"
#include "topics/record.h"

/* Written by the views' thread, read by all. */
struct outcomes;

/* What became of a command. */
struct known_outcome {
    struct digest digest;
    bool applied;
    bool held_back;        /* of one that was not found: it came, and an account is not yet known as it made it */
    int status;            /* of HTTP: 200, or the problem's */
    struct slice result;   /* JSON, absent where there is none */
    struct slice problem;  /* JSON, where rejected */
};

/* Ids of commands whose outcomes came since the last time, for one listener; freed by the listener. */
struct outcome_news {
    void *listener;
    size_t count;
    struct id ids[];
};

/* A view that forgets what is older than `hours` or, the oldest first, what passes `bytes`. */
struct outcomes *outcomes_new(int64_t hours, size_t bytes) __attribute__((returns_nonnull));

struct accounts;

/* From here on an outcome that changed an account is told, and found, once this view knows that change: whoever hears
 * "applied" finds it so at the next request. Before the views' thread runs. */
void outcomes_follow(struct outcomes *outcomes, struct accounts *accounts);
void outcomes_free(struct outcomes *outcomes);

/* Before the views' thread runs: `tell` is called there with news for the listener while *asks is not 0; false from it
 * means that it was not taken, and the news is freed. */
void outcomes_listen(struct outcomes *outcomes, const _Atomic uint32_t *asks, void *listener,
                     bool (*tell)(struct outcome_news *news));

/* Takes in a record (`opaque` is the view), and after a run of records tells the listeners. Views' thread. */
void outcomes_apply(void *opaque, const struct record *record);
void outcomes_rested(struct outcomes *outcomes);

/* The outcome of the command, its texts copied into the arena (NULL: no texts wanted). False: not known here, or held
 * back. */
MUST bool outcomes_find(struct outcomes *outcomes, struct id command, struct arena *arena,
                        struct known_outcome *ret_outcome);

/* The problem's member "status", 500 if it has none that is a status. */
int outcome_status(struct slice problem);

struct front;

/* Registers the query of a command's outcome with the front. */
void outcomes_offer(struct front *front);
