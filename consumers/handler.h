/* The workers and their handlers, made of workers.def.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "consumers/desk.h"
#include "consumers/work.h"

struct handler {
    const struct declaration *message;
    enum verdict (*decide)(struct work *work, const void *message);
    void (*want)(struct work *work, const void *message); /* NULL: nothing to fetch ahead */
};

struct worker_plan {
    const char *name, *text;
    const struct desk *desk;
    const struct handler *handlers;
    size_t handler_count;
    const char *const *topics;
    size_t topic_count;
};

extern const struct worker_plan worker_plans[];
extern const size_t worker_plan_count;

/* The worker of that name, NULL if there is none. */
const struct worker_plan *worker_plan(const char *name);

/* Its handler for that type of message, NULL if it has none. */
const struct handler *worker_handler(const struct worker_plan *plan, struct slice type);
