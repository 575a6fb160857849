/* The view of organisations: a tree of small numbers, fed from its topic.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "http/board.h"
#include "topics/id.h"
#include "topics/record.h"

/* Written by the views' thread, read by all. Numbers are those of the board. */
struct tree;

#define TREE_NONE UINT32_MAX

/* A tree that tells the board of every organisation; at most `most` organisations. */
struct tree *tree_new(struct board *board, uint32_t most) __attribute__((returns_nonnull));
void tree_free(struct tree *tree);

/* --- The views' thread. --- */

/* Takes in a record of the topic (view_topic's apply; `opaque` is the tree). */
void tree_apply(void *opaque, const struct record *record);

/* After a run of records: places in the board what has become complete. True: something did. */
bool tree_rested(struct tree *tree);

/* The number of an organisation, which may be named before its own record came; TREE_NONE: the ceiling is reached. */
uint32_t tree_number(struct tree *tree, struct id organisation);

/* --- Any thread. --- */

/* The number of an organisation whose record is there, else TREE_NONE. */
uint32_t tree_find(struct tree *tree, struct id organisation);

/* The organisation above all others, TREE_NONE while there is none. */
uint32_t tree_root(struct tree *tree);

/* Whether `organisation` is `top` or below it. */
bool tree_within(struct tree *tree, uint32_t organisation, uint32_t top);

/* Whether the organisation stands in the board, with all above it. */
bool tree_placed(struct tree *tree, uint32_t organisation);

/* The id and, if not NULL, the full and short names (appended); false where no record is there. */
MUST bool tree_show(struct tree *tree, uint32_t organisation, struct id *ret_id, struct buffer *name,
                    struct buffer *short_name);

/* For many look-ups in a row: between the two calls pointers stay, and only these may be used. */
void tree_lock(struct tree *tree);
void tree_unlock(struct tree *tree);
struct slice tree_short_name(const struct tree *tree, uint32_t organisation);
struct id tree_id(const struct tree *tree, uint32_t organisation);
