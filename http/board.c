/* The leaderboard's writer: records taken up, periods turned.  SPDX-License-Identifier: Apache-2.0 */
#include "http/board.h"

#include <assert.h>
#include <stdlib.h>

#include "http/board_parts.h"

#define HUGE_MEMBERS (1u << 19)

static size_t scores_bytes(const struct board *board)
{
    return ((size_t)board->settings.members + 2) * SCORE_BYTES;
}

static size_t organisations_bytes(const struct board *board, size_t item)
{
    return ((size_t)board->settings.organisations + 1) * item;
}

struct board *board_new(const struct board_settings *settings)
{
    assert(settings->members <= (1u << 28) - 2 && settings->columns <= 250 &&
           settings->organisations < UINT32_MAX);
    struct board *board = memory_new(sizeof *board);
    board->settings = *settings;
    board->huge = settings->members >= HUGE_MEMBERS;
    pthread_rwlockattr_t kind;
    bool made = pthread_rwlockattr_init(&kind) == 0 &&
                pthread_rwlockattr_setkind_np(&kind, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP) == 0 &&
                pthread_rwlock_init(&board->lock, &kind) == 0 &&
                pthread_mutex_init(&board->writing, NULL) == 0;
    assert(made);
    (void)pthread_rwlockattr_destroy(&kind);
    board->names = board_names_new(settings->members, board->huge);
    board->branch = board_reserve(((size_t)settings->members + 1) * sizeof *board->branch, board->huge);
    board->organisations = board_reserve(organisations_bytes(board, sizeof *board->organisations),
                                         board->huge);
    board->lots = board_slab_new(sizeof(struct lot), (uint64_t)settings->members + settings->organisations,
                                 board->huge);
    board->store = ranking_store_new(board->names.ids, settings->columns,
                                     (uint64_t)settings->members * settings->periods, board->huge);
    board->periods = memory_new_many(settings->periods, sizeof(struct period *));
    return board;
}

static void period_free(struct board *board, struct period *period)
{
    board_release(period->scores, scores_bytes(board));
    board_release(period->changes, organisations_bytes(board, sizeof *period->changes));
    board_release(period->large, organisations_bytes(board, sizeof *period->large));
    free(period);
}

void board_free(struct board *board)
{
    if (!board)
        return;
    for (uint32_t i = 0; i < board->period_count; i++)
        period_free(board, board->periods[i]);
    free(board->periods);
    ranking_store_free(&board->store);
    board_slab_free(&board->lots);
    board_release(board->organisations, organisations_bytes(board, sizeof *board->organisations));
    board_release(board->branch, ((size_t)board->settings.members + 1) * sizeof *board->branch);
    board_names_free(&board->names);
    (void)pthread_mutex_destroy(&board->writing);
    (void)pthread_rwlock_destroy(&board->lock);
    free(board);
}

struct period *board_period(const struct board *board, uint32_t period)
{
    for (uint32_t i = 0; i < board->period_count; i++)
        if (board->periods[i]->period == period)
            return board->periods[i];
    return NULL;
}

struct period *board_period_new(struct board *board, uint32_t period)
{
    if (board->period_count == board->settings.periods)
        return NULL;
    struct period *new = memory_new(sizeof *new);
    new->period = period;
    new->scores = board_reserve(scores_bytes(board), board->huge);
    new->changes = board_reserve(organisations_bytes(board, sizeof *new->changes), board->huge);
    new->large = board_reserve(organisations_bytes(board, sizeof *new->large), false);
    new->all = (struct ranking){.scores = new->scores, .wide = true};
    board->periods[board->period_count++] = new;
    return new;
}

void board_rank_in(struct board *board, struct period *period, uint32_t number, const struct path *path)
{
    if (path->length)
        ranking_add(&board->store, &period->all, number, path->column);
    for (uint32_t i = 0; i < path->length; i++) {
        uint32_t organisation = path->organisation[i];
        period->changes[organisation]++;
        if (board->organisations[organisation].kind == ORGANISATION_LARGE)
            ranking_add(&board->store, board_tree(period, organisation), number, RANKING_ALL);
    }
}

void board_rank_out(struct board *board, struct period *period, uint32_t number, const struct path *path)
{
    if (path->length)
        ranking_remove(&board->store, &period->all, number, path->column);
    for (uint32_t i = 0; i < path->length; i++) {
        uint32_t organisation = path->organisation[i];
        period->changes[organisation]++;
        if (board->organisations[organisation].kind == ORGANISATION_LARGE)
            ranking_remove(&board->store, board_tree(period, organisation), number, RANKING_ALL);
    }
}

void board_rank_all(struct board *board, uint32_t number, const struct path *path, bool in)
{
    for (uint32_t i = 0; i < board->period_count; i++) {
        struct period *period = board->periods[i];
        if (!score_get(period->scores, number).version)
            continue;
        if (in)
            board_rank_in(board, period, number, path);
        else
            board_rank_out(board, period, number, path);
    }
}

/* What is known of a record before it is taken up. */
struct outlook {
    uint64_t hash;
    struct period *period;
    uint32_t number;   /* 0: not seen before this slice */
    uint32_t from, to; /* leaves */
    struct path path;
};

/* Takes one record up; false past a ceiling or out of range. */
static bool record_apply(struct board *board, const struct board_record *record,
                         const struct outlook *outlook)
{
    if (record->points < INT32_MIN || record->points > INT32_MAX || record->version < 1 ||
        record->version > (int64_t)SCORE_VERSION_MAX)
        return false;
    uint32_t number = outlook->number;
    if (!number)
        number = board_names_find(&board->names, record->member, outlook->hash);
    if (!number)
        number = board_names_add(&board->names, record->member, outlook->hash);
    struct period *period = board_period(board, record->period);
    if (!period)
        period = board_period_new(board, record->period);
    if (!number || !period)
        return false;
    struct score old = score_get(period->scores, number);
    struct score new = {(int32_t)record->points, (uint32_t)record->version};
    if (new.version <= old.version)
        return true;
    bool same = old.version && old.points == new.points;
    if (old.version && !same)
        board_rank_out(board, period, number, &outlook->path);
    score_set(period->scores, number, new);
    if (!same)
        board_rank_in(board, period, number, &outlook->path);
    return true;
}

/* Looks ahead over a slice in several passes, each of which has the processor fetch what the next one reads,
 * so that the slice waits for memory a few times and not once a record. Nobody else writes: what only the
 * writer asks needs no lock. */
static void slice_expect(const struct board *board, const struct board_record *records, uint32_t count,
                         struct outlook *outlooks)
{
    for (uint32_t i = 0; i < count; i++) {
        outlooks[i] = (struct outlook){.hash = board_names_hash(&board->names, records[i].member)};
        board_names_expect(&board->names, outlooks[i].hash);
    }
    for (uint32_t i = 0; i < count; i++)
        board_names_expect_id(&board->names, outlooks[i].hash);
    for (uint32_t i = 0; i < count; i++) {
        struct outlook *outlook = &outlooks[i];
        outlook->number = board_names_find(&board->names, records[i].member, outlook->hash);
        outlook->period = board_period(board, records[i].period);
        __builtin_prefetch(&board->branch[outlook->number]);
        if (outlook->period)
            __builtin_prefetch(outlook->period->scores + (size_t)outlook->number * SCORE_BYTES);
    }
    for (uint32_t i = 0; i < count; i++) {
        uint32_t branch = board->branch[outlooks[i].number];
        __builtin_prefetch(&board->organisations[branch]);
        if (outlooks[i].period)
            __builtin_prefetch(&outlooks[i].period->changes[branch]);
    }
}

/* The passes over the tree: where members stand, and where they will. */
static void slice_expect_leaves(const struct board *board, const struct board_record *records, uint32_t count,
                                struct outlook *outlooks)
{
    for (uint32_t i = 0; i < count; i++) {
        struct outlook *outlook = &outlooks[i];
        outlook->path = board_path(board, board->branch[outlook->number]);
        if (!outlook->period || !outlook->path.length)
            continue;
        const struct ranking *all = &outlook->period->all;
        uint32_t number = outlook->number, order = score_order(all->scores, number);
        if (score_get(all->scores, number).version)
            outlook->from = ranking_leaf(&board->store, all, order, number, outlook->path.column);
        order = points_order(records[i].points);
        outlook->to = ranking_leaf(&board->store, all, order, number, outlook->path.column);
    }
    for (uint32_t i = 0; i < count; i++) {
        const struct outlook *outlook = &outlooks[i];
        if (outlook->from)
            ranking_expect(&board->store, outlook->from,
                           score_order(outlook->period->scores, outlook->number), true);
        ranking_expect(&board->store, outlook->to, points_order(records[i].points), false);
    }
}

size_t board_apply(struct board *board, const struct board_record *records, size_t count)
{
    size_t applied = 0;
    pthread_mutex_lock(&board->writing);
    for (size_t begin = 0; begin < count; begin += BOARD_SLICE) {
        uint32_t slice = count - begin < BOARD_SLICE ? (uint32_t)(count - begin) : BOARD_SLICE;
        struct outlook outlooks[BOARD_SLICE];
        slice_expect(board, records + begin, slice, outlooks);
        slice_expect_leaves(board, records + begin, slice, outlooks);
        pthread_rwlock_wrlock(&board->lock);
        for (uint32_t i = 0; i < slice; i++)
            applied += record_apply(board, &records[begin + i], &outlooks[i]);
        pthread_rwlock_unlock(&board->lock);
    }
    pthread_mutex_unlock(&board->writing);
    return applied;
}

void board_remove(struct board *board, uint32_t period_number, struct id member)
{
    pthread_mutex_lock(&board->writing);
    struct period *period = board_period(board, period_number);
    uint32_t number = board_names_find(&board->names, member, board_names_hash(&board->names, member));
    if (period && number && score_get(period->scores, number).version) {
        pthread_rwlock_wrlock(&board->lock);
        struct path path = board_path(board, board->branch[number]);
        board_rank_out(board, period, number, &path);
        score_set(period->scores, number, (struct score){0});
        pthread_rwlock_unlock(&board->lock);
    }
    pthread_mutex_unlock(&board->writing);
}

void board_remove_period(struct board *board, uint32_t period_number)
{
    pthread_mutex_lock(&board->writing);
    struct period *period = board_period(board, period_number);
    if (period) {
        pthread_rwlock_wrlock(&board->lock);
        uint32_t place = 0;
        while (board->periods[place] != period)
            place++;
        board->periods[place] = board->periods[--board->period_count];
        pthread_rwlock_unlock(&board->lock);
        ranking_clear(&board->store, &period->all); /* no reader can reach it any more */
        for (uint32_t at = 1; at <= board->settings.organisations; at++)
            if (board->organisations[at].kind == ORGANISATION_LARGE)
                ranking_clear(&board->store, &period->large[at]);
        period_free(board, period);
    }
    pthread_mutex_unlock(&board->writing);
}
