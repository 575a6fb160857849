/* Streams: the leaderboard as server-sent events, one encoded frame for all that look at the same.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "http/visit.h"

/* One loop's streams. */
struct streams;

struct streams *streams_new(struct hall *hall) __attribute__((returns_nonnull));

/* In the loop's thread, after its last connection. */
void streams_free(struct streams *streams);

/* Answers the query of the stream: a snapshot at once, then frames while the board moves. */
void stream_answer(struct visit *visit);
