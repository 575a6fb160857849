/* The leaderboard's view: points and switches from their topics, names joined, and its queries.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "http/account.h"
#include "http/board.h"

/* The switches of boards, and points on their way into the board. Written by the views' thread. */
struct switches;

struct switches *switches_new(struct board *board) __attribute__((returns_nonnull));
void switches_free(struct switches *switches);

/* Take in records of a switch and of points (`opaque` is the switches); after a run of records the points gathered go
 * into the board, and it says whether there were any. Views' thread. */
void switches_apply(void *opaque, const struct record *record);
void switches_apply_points(void *opaque, const struct record *record);
bool switches_rested(struct switches *switches);

struct front;
struct visit;

/* What a viewer asks to see. A period may be a span that moves on with the calendar. */
struct board_look {
    uint32_t organisation;
    char period[9];   /* all, year, quarter, month, or a period's own name */
    uint32_t limit, offset;
    uint32_t branch;  /* the viewer's, whose names show in full; BOARD_NOWHERE where all do */
};

/* Reads what org, period and the caller say. False: visit->problem says what is wrong. */
MUST bool board_look_of(struct visit *visit, const struct id *organisation, const struct slice *period,
                        struct board_look *ret_look);

/* The period's number at that time; false if the text is none. */
MUST bool board_look_period(const struct board_look *look, int64_t now, uint32_t *ret_period);

/* Whether the board is open to this caller. False: visit->problem says it. */
MUST bool board_look_allowed(struct visit *visit);

/* Whether the board shows at present to somebody with these roles. */
bool board_shows(const struct front *front, uint64_t roles);

/* The rows of the look in the arena, as the record `ranked_member`'s structs; NULL: no room. */
const void *board_look_rows(struct front *front, const struct board_look *look, uint32_t period, struct arena *arena,
                            size_t *ret_count, uint32_t *ret_total);

/* The member's own row; NULL if it is not ranked there. */
const void *board_look_mine(struct front *front, const struct board_look *look, uint32_t period, struct id member,
                            struct arena *arena);

/* Registers the queries with the front. */
void switches_offer(struct front *front);
