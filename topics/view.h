/* Topics followed from their beginning into memory, by one thread, without a group.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "topics/record.h"

struct view;

/* One topic to follow. */
struct view_topic {
    const char *name;
    int64_t hours; /* 0: from its first record; else what was stored in the last so many hours */
    /* Takes one record in; called in the view's thread, in order of offset in each partition. Tombstones
     * have no value. */
    void (*apply)(void *opaque, const struct record *record);
    void *opaque;
};

/* Follows the topics in a thread of its own; `topics` is copied, the names must outlive the view. After each
 * run of records `rested` (may be NULL) is called in the same thread: the moment to publish what changed.
 * Reconnects by itself; a log cut short or made anew is read again from its beginning, so apply must bear
 * repeats. */
MUST bool view_new(const char *name, const struct view_topic *topics, size_t count, void (*rested)(void *opaque),
                   void *opaque, struct view **ret_view, struct problem *problem);

/* Whether everything that was stored when the view began has been applied; from then on true. Any thread. */
bool view_caught_up(const struct view *view);

/* Ends the thread and frees. */
void view_free(struct view *view);
