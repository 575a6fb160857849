/* The workers and their handlers: tables made of workers.def.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/handler.h"

#include <string.h>

#define WORKER(name, desk, text)
#define TAKES(topic)
#define END_WORKER

/* The section's functions, and thunks that the table can hold: a handler with another struct does not compile. */
#define HANDLES_AHEAD(message_) HANDLES(message_) void message_##_want(struct work *work, const struct message_ *message);
#define HANDLES(message_) enum verdict message_##_decide(struct work *work, const struct message_ *message);
#include "consumers/workers.def"
#undef HANDLES
#undef HANDLES_AHEAD

#define HANDLES_AHEAD(message_)                                             \
    HANDLES(message_)                                                       \
    static void message_##_want_any(struct work *work, const void *message) \
    {                                                                       \
        message_##_want(work, message);                                     \
    }
#define HANDLES(message_)                                                             \
    static enum verdict message_##_decide_any(struct work *work, const void *message) \
    {                                                                                 \
        return message_##_decide(work, message);                                      \
    }
#include "consumers/workers.def"
#undef HANDLES
#undef HANDLES_AHEAD
#undef WORKER
#undef END_WORKER

#define WORKER(name, desk, text) static const struct handler name##_handlers[] = {
#define HANDLES(message_) {DECLARED(message_), message_##_decide_any, NULL},
#define HANDLES_AHEAD(message_) {DECLARED(message_), message_##_decide_any, message_##_want_any},
#define END_WORKER };
#include "consumers/workers.def"
#undef HANDLES
#undef HANDLES_AHEAD
#undef WORKER
#undef TAKES
#undef END_WORKER

#define WORKER(name, desk, text) static const char *const name##_topics[] = {
#define TAKES(topic_) #topic_,
#define HANDLES(message_)
#define HANDLES_AHEAD(message_)
#define END_WORKER };
#include "consumers/workers.def"
#undef WORKER
#undef TAKES
#undef END_WORKER

#define TAKES(topic_)
#define END_WORKER
#define WORKER(name_, desk_, text_)                                                                              \
    {#name_, text_, &desk_, name_##_handlers, sizeof name_##_handlers / sizeof *name_##_handlers, name_##_topics, \
     sizeof name_##_topics / sizeof *name_##_topics},
const struct worker_plan worker_plans[] = {
#include "consumers/workers.def"
};
const size_t worker_plan_count = sizeof worker_plans / sizeof *worker_plans;

const struct worker_plan *worker_plan(const char *name)
{
    for (size_t i = 0; i < worker_plan_count; i++)
        if (strcmp(worker_plans[i].name, name) == 0)
            return &worker_plans[i];
    return NULL;
}

const struct handler *worker_handler(const struct worker_plan *plan, struct slice type)
{
    for (size_t i = 0; i < plan->handler_count; i++)
        if (slice_equal(slice_of(plan->handlers[i].message->name), type))
            return &plan->handlers[i];
    return NULL;
}
