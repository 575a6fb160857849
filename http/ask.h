/* Asks: requests that wait for a command's outcome.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "http/front.h"
#include "http/loop.h"

/* One loop's table of asks. */
struct asks;

struct asks *asks_new(struct hall *hall) __attribute__((returns_nonnull));
void asks_free(struct asks *asks);

/* Before the views' thread runs: the outcomes' news come to this table. */
void asks_listen(struct asks *asks);

/* One wait, kept inside what it belongs to. Zeroed memory is one that does not wait. */
struct ask {
    struct ask *next, **link;
    struct asks *asks;
    struct id command;
    struct loop_timer timer;
    void (*heard)(struct ask *ask, bool came); /* once: the outcome is in the view, or the time is over */
};

/* Waits `ms` for the outcome of the command; `heard` may be called before this returns. */
void ask_wait(struct asks *asks, struct ask *ask, struct id command, int64_t ms,
              void (*heard)(struct ask *ask, bool came));
