/* The leaderboard: ranks in every organisation and period.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "process/text.h"
#include "topics/id.h"

/* Any thread may call anything: writers (the topics' reader threads) take turns, readers (the event loops)
 * run beside each other. A lock is held for at most a slice of 32 records or a page of rows, so that neither
 * side waits long. The order is points falling, then member id rising; members of equal points share a rank
 * (1, 1, 3). */
struct board;

/* Ceilings. Address space is reserved for them at birth, memory is taken as members appear. */
struct board_settings {
    uint32_t members;       /* at most 2^28 - 2 */
    uint32_t organisations; /* numbers below this */
    uint32_t columns; /* committees counted inside the county's own tree (at most 250); more get trees of
                         their own */
    uint32_t periods; /* held at once */
};

/* A period is a number: 0 is all time, 2026 a year, 20264 its last quarter, 202611 a month. */
#define BOARD_ALL 0u

/* Reads "all", "2026", "2026Q4" or "2026-11" (the years 2000 to 2999); anything else is false. */
MUST bool board_period_parse(struct slice text, uint32_t *ret_period);

/* Writes what board_period_parse() reads. */
#define BOARD_PERIOD_TEXT 8
void board_period_text(uint32_t period, char ret_text[static BOARD_PERIOD_TEXT]);

/* Organisations are small numbers given by the view of organisations. */
#define BOARD_NOWHERE UINT32_MAX

/* What the topic `board` says. Points in hundredths, -2^31 to 2^31 - 1; versions 1 to 2^24 - 1, rising for
 * each key. */
struct board_record {
    struct id member;
    int64_t points;
    int64_t version;
    uint32_t period;
};

struct board_row {
    struct id member;
    int64_t points;
    uint32_t rank;   /* 1 + members with more points */
    uint32_t branch; /* the organisation that the member belongs to directly */
};

/* An empty board, free with board_free(). Aborts where the address space cannot be had. */
struct board *board_new(const struct board_settings *settings) __attribute__((returns_nonnull));
void board_free(struct board *board);

/* --- The writer's. False or a count below `count` means a ceiling or a range was passed: an alarm for a
 * person. --- */

/* Takes records up in their order and says how many could be; one whose version is not above the one held is
 * taken up by ignoring it. Members without an organisation are remembered and ranked once they have one. */
MUST size_t board_apply(struct board *board, const struct board_record *records, size_t count);

/* Puts an organisation under its parent (BOARD_NOWHERE: it is the county); moving one takes its members
 * along. The first `columns` organisations directly below the county are counted in the county's own tree. */
MUST bool board_set_organisation(struct board *board, uint32_t organisation, uint32_t parent);

/* Makes the member belong to the organisation (its branch) in every period; BOARD_NOWHERE takes it out of all
 * rankings. */
MUST bool board_set_member(struct board *board, struct id member, uint32_t organisation);

/* Forgets what is held of the member in the period (a tombstone of the topic). */
void board_remove(struct board *board, uint32_t period, struct id member);

/* Forgets a period and gives its memory back. */
void board_remove_period(struct board *board, uint32_t period);

/* --- The readers'. An unknown organisation or period is an empty ranking. --- */

/* The member's row in the organisation's ranking; false if the member is not in it. */
MUST bool board_rank(struct board *board, uint32_t organisation, uint32_t period, struct id member,
                     struct board_row *ret_row);

/* At most `limit` rows from `offset` on; returns how many, and in *ret_total how many the ranking has. Offset
 * 0 is the top. */
size_t board_page(struct board *board, uint32_t organisation, uint32_t period, uint32_t offset, size_t limit,
                  struct board_row *ret_rows, uint32_t *ret_total);

/* The member's row with at most `before` rows above and `after` below it: returns how many rows (room for
 * before + 1 + after), and in *ret_mine which of them is the member's; 0 rows if the member is not in the
 * ranking. */
size_t board_around(struct board *board, uint32_t organisation, uint32_t period, struct id member,
                    uint32_t before, uint32_t after, struct board_row *ret_rows, size_t *ret_mine,
                    uint32_t *ret_total);

/* How many members the ranking has. */
uint32_t board_count(struct board *board, uint32_t organisation, uint32_t period);

/* A number that differs from the last one seen when something in the ranking changed since (it wraps). */
uint32_t board_changes(struct board *board, uint32_t organisation, uint32_t period);

/* The organisation that the member belongs to directly, BOARD_NOWHERE if none. */
uint32_t board_member(struct board *board, struct id member);
