/* The inside of the leaderboard: for board*.c only.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <pthread.h>

#include "http/board.h"
#include "http/board_names.h"
#include "http/ranking.h"
#include "process/memory.h"

/* Beyond this many members an organisation has a tree of its own in each period; up to it, its members are
 * looked at one by one. The Party's rules keep a branch below it: over 50 members it becomes a general
 * branch, over 100 a committee. */
#define BOARD_SMALL 256u
#define BOARD_DEPTH 32u
#define BOARD_SLICE 32u

enum organisation_kind {
    ORGANISATION_UNKNOWN, /* named by a member, not yet set */
    ORGANISATION_COUNTY,  /* the root: all members of the periods' trees */
    ORGANISATION_COLUMN,  /* a committee that the periods' trees count */
    ORGANISATION_SMALL,   /* its members stand in lists, its own and its children's, and are looked at */
    ORGANISATION_LARGE,   /* has a tree of its own in each period; so have those above it, up to a column */
};

/* Inside, organisations count from 1 (the caller's number + 1), so that 0 is none and BOARD_NOWHERE. */
struct organisation {
    uint32_t parent, first_child, next_sibling;
    uint32_t people; /* members here and below */
    uint32_t list;   /* UNKNOWN, SMALL: the first lot of its own members */
    uint8_t kind;
    uint8_t column; /* of its path, RANKING_ALL if none */
    bool ranked;    /* its path leads to the county */
};

/* Members of one organisation, packed from the front; only the first lot of a list may have empty places. */
#define LOT_MEMBERS 15u
struct lot {
    uint32_t next;
    uint32_t member[LOT_MEMBERS];
};

struct period {
    uint32_t period;
    uint8_t *scores;       /* by member number */
    uint32_t *changes;     /* by organisation */
    struct ranking all;    /* with columns */
    struct ranking *large; /* by organisation */
};

struct board {
    struct board_settings settings;
    pthread_mutex_t writing; /* held by whoever changes the board */
    pthread_rwlock_t lock;   /* held by the writer for each slice, shared by readers */
    bool huge;
    struct board_names names;
    uint32_t *branch; /* by member number: its organisation, 0 is nowhere */
    struct organisation *organisations;
    struct board_slab lots;
    struct ranking_store store;
    uint32_t county;
    uint64_t columns_used[4]; /* a bit a column */
    uint32_t period_count;
    struct period **periods;
};

/* A member's organisations from its own up to the county. */
struct path {
    uint32_t organisation[BOARD_DEPTH];
    uint32_t length; /* 0: not connected to the county, so not ranked */
    uint8_t column;
};

struct period *board_period(const struct board *board, uint32_t period);

/* Takes a period up, or NULL at the ceiling. */
MUST struct period *board_period_new(struct board *board, uint32_t period);

/* The organisation's path, or one of length 0. */
struct path board_path(const struct board *board, uint32_t organisation);

/* Puts a member with a score into every tree on its path, or takes it out, and notes the change. */
void board_rank_in(struct board *board, struct period *period, uint32_t number, const struct path *path);
void board_rank_out(struct board *board, struct period *period, uint32_t number, const struct path *path);

/* The same in every period in which the member has a score. */
void board_rank_all(struct board *board, uint32_t number, const struct path *path, bool in);

/* The tree of a large organisation. */
static inline struct ranking *board_tree(struct period *period, uint32_t organisation)
{
    period->large[organisation].scores = period->scores;
    return &period->large[organisation];
}

/* The members in the lists of a small organisation and of those below it: at most `room`, says how many. */
uint32_t board_list(const struct board *board, uint32_t organisation, uint32_t *ret_numbers, uint32_t room);

/* Gives the small ones of an organisation and its parents trees of their own where `more` members would be
 * too many for lists or one below has trees (`force`). */
void board_enlarge(struct board *board, uint32_t organisation, uint32_t more, bool force);
