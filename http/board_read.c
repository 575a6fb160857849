/* The leaderboard's readers: rank, page, neighbours, counts.  SPDX-License-Identifier: Apache-2.0 */
#include "http/board_parts.h"

/* Rows found at a time. */
#define PAGE_STEP 64u

/* One ranking: a tree, and in it a column or all; or without a tree the few members of a small organisation.
 */
struct ranks {
    const struct board *board;
    const struct period *period;
    const struct ranking *tree;
    uint8_t column;
    uint32_t count; /* without a tree */
    uint32_t numbers[BOARD_SMALL];
};

/* Opens a ranking, the board being locked; false if there is none. */
static bool ranks_open(const struct board *board, uint32_t organisation, uint32_t period_number,
                       struct ranks *ret_ranks)
{
    const struct period *period = board_period(board, period_number);
    if (!period || organisation >= board->settings.organisations)
        return false;
    const struct organisation *here = &board->organisations[organisation + 1];
    ret_ranks->board = board;
    ret_ranks->period = period;
    ret_ranks->tree = &period->all;
    ret_ranks->column = RANKING_ALL;
    ret_ranks->count = 0;
    if (here->kind == ORGANISATION_COUNTY)
        return true;
    if (here->kind == ORGANISATION_COLUMN) {
        ret_ranks->column = here->column;
        return true;
    }
    if (!here->ranked)
        return false;
    if (here->kind == ORGANISATION_LARGE) {
        ret_ranks->tree = &period->large[organisation + 1];
        return true;
    }
    ret_ranks->tree = NULL;
    uint32_t found = board_list(board, organisation + 1, ret_ranks->numbers, BOARD_SMALL);
    for (uint32_t i = 0; i < found; i++) {
        ret_ranks->numbers[ret_ranks->count] = ret_ranks->numbers[i];
        ret_ranks->count += score_get(period->scores, ret_ranks->numbers[i]).version != 0;
    }
    return true;
}

static uint32_t ranks_count(const struct ranks *ranks)
{
    return ranks->tree ? ranking_count(&ranks->board->store, ranks->tree, ranks->column) : ranks->count;
}

/* How many have more points. */
static uint32_t ranks_before(const struct ranks *ranks, uint32_t order)
{
    if (ranks->tree)
        return ranking_before(&ranks->board->store, ranks->tree, order, ranks->column);
    uint32_t before = 0;
    for (uint32_t i = 0; i < ranks->count; i++)
        before += score_order(ranks->period->scores, ranks->numbers[i]) < order;
    return before;
}

/* How many stand before the member. */
static uint32_t ranks_place(const struct ranks *ranks, uint32_t number)
{
    const struct ranking_store *store = &ranks->board->store;
    if (ranks->tree)
        return ranking_place(store, ranks->tree, number, ranks->column);
    struct rival mine = rival_of(store, ranks->period->scores, number, 0);
    uint32_t place = 0;
    for (uint32_t i = 0; i < ranks->count; i++) {
        struct rival other = rival_of(store, ranks->period->scores, ranks->numbers[i], 0);
        place += rival_before(store, &other, &mine);
    }
    return place;
}

/* The numbers of at most PAGE_STEP members at places `from` on. */
static size_t ranks_numbers(const struct ranks *ranks, uint32_t from, size_t limit,
                            uint32_t numbers[static PAGE_STEP])
{
    const struct ranking_store *store = &ranks->board->store;
    limit = limit < PAGE_STEP ? limit : PAGE_STEP;
    if (ranks->tree)
        return ranking_page(store, ranks->tree, ranks->column, from, limit, numbers);
    struct rival rivals[BOARD_SMALL];
    if (from >= ranks->count)
        return 0;
    uint32_t to = ranks->count - from < limit ? ranks->count : from + (uint32_t)limit;
    for (uint32_t i = 0; i < ranks->count; i++)
        rivals[i] = rival_of(store, ranks->period->scores, ranks->numbers[i], 0);
    rivals_sort(store, rivals, ranks->count, from, to);
    for (uint32_t i = from; i < to; i++)
        numbers[i - from] = rivals[i].number;
    return to - from;
}

static struct board_row ranks_row(const struct ranks *ranks, uint32_t number)
{
    return (struct board_row){.member = ranks->board->names.ids[number],
                              .points = score_get(ranks->period->scores, number).points,
                              .branch = ranks->board->branch[number] - 1};
}

/* Rows at places `from` on; a row's rank is the one above it at equal points, else its place + 1. */
static size_t ranks_page(const struct ranks *ranks, uint32_t from, size_t limit, struct board_row *ret_rows)
{
    size_t done = 0, found = 1;
    while (done < limit && found) {
        uint32_t numbers[PAGE_STEP];
        found = ranks_numbers(ranks, from + (uint32_t)done, limit - done, numbers);
        for (size_t i = 0; i < found; i++, done++) {
            struct board_row *row = &ret_rows[done];
            *row = ranks_row(ranks, numbers[i]);
            if (done == 0)
                row->rank = from ? 1 + ranks_before(ranks, score_order(ranks->period->scores, numbers[i]))
                                 : 1;
            else
                row->rank = row->points == row[-1].points ? row[-1].rank : from + (uint32_t)done + 1;
        }
    }
    return done;
}

/* The member's number if it is in the organisation's ranking of the period, else 0. */
static uint32_t ranked_number(const struct board *board, uint32_t organisation, uint32_t period_number,
                              struct id member, uint64_t hash)
{
    const struct period *period = board_period(board, period_number);
    uint32_t number = period ? board_names_find(&board->names, member, hash) : 0;
    if (!number || !score_get(period->scores, number).version)
        return 0;
    const struct organisation *branch = &board->organisations[board->branch[number]];
    const struct organisation *asked = &board->organisations[organisation + 1];
    if (!branch->ranked || organisation >= board->settings.organisations)
        return 0;
    if (asked->kind == ORGANISATION_COUNTY)
        return number;
    if (asked->kind == ORGANISATION_COLUMN)
        return branch->column == asked->column ? number : 0;
    for (uint32_t at = board->branch[number]; at; at = board->organisations[at].parent)
        if (at == organisation + 1)
            return number;
    return 0;
}

/* Readers lock what the writer changes; the board they are given is theirs to read only. */
static void reading(struct board *board)
{
    pthread_rwlock_rdlock(&board->lock);
}

static void read_done(struct board *board)
{
    pthread_rwlock_unlock(&board->lock);
}

bool board_rank(struct board *board, uint32_t organisation, uint32_t period, struct id member,
                struct board_row *ret_row)
{
    uint64_t hash = board_names_hash(&board->names, member);
    struct ranks ranks;
    reading(board);
    uint32_t number = ranked_number(board, organisation, period, member, hash);
    bool there = number && ranks_open(board, organisation, period, &ranks);
    if (there) {
        *ret_row = ranks_row(&ranks, number);
        ret_row->rank = 1 + ranks_before(&ranks, score_order(ranks.period->scores, number));
    }
    read_done(board);
    return there;
}

size_t board_page(struct board *board, uint32_t organisation, uint32_t period, uint32_t offset, size_t limit,
                  struct board_row *ret_rows, uint32_t *ret_total)
{
    struct ranks ranks;
    size_t found = 0;
    *ret_total = 0;
    reading(board);
    if (ranks_open(board, organisation, period, &ranks)) {
        *ret_total = ranks_count(&ranks);
        found = ranks_page(&ranks, offset, limit, ret_rows);
    }
    read_done(board);
    return found;
}

size_t board_around(struct board *board, uint32_t organisation, uint32_t period, struct id member,
                    uint32_t before, uint32_t after, struct board_row *ret_rows, size_t *ret_mine,
                    uint32_t *ret_total)
{
    uint64_t hash = board_names_hash(&board->names, member);
    struct ranks ranks;
    size_t found = 0;
    *ret_total = 0;
    *ret_mine = 0;
    reading(board);
    uint32_t number = ranked_number(board, organisation, period, member, hash);
    if (number && ranks_open(board, organisation, period, &ranks)) {
        uint32_t place = ranks_place(&ranks, number);
        before = before < place ? before : place;
        found = ranks_page(&ranks, place - before, (size_t)before + 1 + after, ret_rows);
        *ret_mine = before;
        *ret_total = ranks_count(&ranks);
        if (before >= found || !id_equal(ret_rows[before].member, member))
            found = 0; /* its organisation is being moved: out of the trees for a moment */
    }
    read_done(board);
    return found;
}

uint32_t board_count(struct board *board, uint32_t organisation, uint32_t period)
{
    struct ranks ranks;
    reading(board);
    uint32_t count = ranks_open(board, organisation, period, &ranks) ? ranks_count(&ranks) : 0;
    read_done(board);
    return count;
}

uint32_t board_changes(struct board *board, uint32_t organisation, uint32_t period_number)
{
    reading(board);
    const struct period *period = board_period(board, period_number);
    uint32_t changes = period && organisation < board->settings.organisations
                           ? period->changes[organisation + 1]
                           : 0;
    read_done(board);
    return changes;
}

uint32_t board_member(struct board *board, struct id member)
{
    uint64_t hash = board_names_hash(&board->names, member);
    reading(board);
    uint32_t number = board_names_find(&board->names, member, hash);
    uint32_t organisation = number ? board->branch[number] - 1 : BOARD_NOWHERE;
    read_done(board);
    return organisation;
}
