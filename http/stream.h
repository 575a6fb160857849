/* Streams: the leaderboard as server-sent events, one encoded frame for all that look at the same.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "http/visit.h"

/* One loop's streams. */
struct streams;

struct streams *streams_new(struct hall *hall) __attribute__((returns_nonnull));

/* In the loop's thread, after its last connection. */
void streams_end(struct streams *streams);

/* After that, once nobody can say any more that something moved. */
void streams_free(struct streams *streams);

/* Answers the query of the stream: a snapshot at once, then frames while the board moves. */
void stream_answer(struct visit *visit);

/* Says that the board moved, from any thread: a frame leaves at once where the last one of its view is old enough. */
void streams_moved(struct streams *streams);
