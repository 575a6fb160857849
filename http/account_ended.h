/* The view of sessions that ended while their access tokens may run, fed from its topic.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "topics/id.h"
#include "topics/record.h"

/* Written by the views' thread and by who ends a session here, read by all. */
struct ended;

/* An empty view of at most `most` sessions: the oldest are forgotten. */
struct ended *ended_new(uint32_t most) __attribute__((returns_nonnull));
void ended_free(struct ended *ended);

/* Takes in a record (`opaque` is the view). Views' thread. */
void ended_apply(void *opaque, const struct record *record);

/* Takes in a session that was ended here just now, before the topic tells of it. Any thread. */
void ended_add(struct ended *ended, struct id session, int64_t ended_ms);

/* Whether the session is known to have ended. Any thread. */
MUST bool ended_has(struct ended *ended, struct id session);

/* Appends the record that tells of it, packed for the outbox. */
void ended_pack(struct buffer *packed, struct id session, struct id actor, int64_t now);
