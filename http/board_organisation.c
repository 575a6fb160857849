/* The leaderboard's organisations: who is counted where.  SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <stdlib.h>

#include "http/board_parts.h"

static struct organisation *organisation_at(const struct board *board, uint32_t number)
{
    return &board->organisations[number];
}

struct path board_path(const struct board *board, uint32_t organisation)
{
    struct path path = {.column = RANKING_ALL};
    for (uint32_t at = organisation; at && path.length < BOARD_DEPTH;
         at = organisation_at(board, at)->parent) {
        const struct organisation *here = organisation_at(board, at);
        path.organisation[path.length++] = at;
        if (here->kind == ORGANISATION_COLUMN)
            path.column = here->column;
        if (here->kind == ORGANISATION_COUNTY)
            return path;
    }
    path.length = 0;
    return path;
}

static bool has_list(const struct organisation *organisation)
{
    return organisation->kind == ORGANISATION_UNKNOWN || organisation->kind == ORGANISATION_SMALL;
}

static void list_add(struct board *board, struct organisation *organisation, uint32_t number)
{
    struct lot *lot = organisation->list ? board_slab_at(&board->lots, organisation->list) : NULL;
    if (!lot || lot->member[LOT_MEMBERS - 1]) {
        uint32_t fresh = board_slab_take(&board->lots);
        lot = board_slab_at(&board->lots, fresh);
        *lot = (struct lot){.next = organisation->list};
        organisation->list = fresh;
    }
    uint32_t at = 0;
    while (lot->member[at])
        at++;
    lot->member[at] = number;
}

/* Puts the last member of the first lot into the place of the one that leaves. */
static void list_remove(struct board *board, struct organisation *organisation, uint32_t number)
{
    struct lot *first = board_slab_at(&board->lots, organisation->list);
    uint32_t last = LOT_MEMBERS - 1;
    while (!first->member[last])
        last--;
    for (uint32_t at = organisation->list; at;) {
        struct lot *lot = board_slab_at(&board->lots, at);
        for (uint32_t i = 0; i < LOT_MEMBERS; i++)
            if (lot->member[i] == number) {
                lot->member[i] = first->member[last];
                first->member[last] = 0;
                if (last == 0) {
                    uint32_t empty = organisation->list;
                    organisation->list = first->next;
                    board_slab_give(&board->lots, empty);
                }
                return;
            }
        at = lot->next;
    }
    assert(!"a member stands in its organisation's list");
}

static void list_free(struct board *board, struct organisation *organisation)
{
    while (has_list(organisation) && organisation->list) {
        uint32_t at = organisation->list;
        organisation->list = ((struct lot *)board_slab_at(&board->lots, at))->next;
        board_slab_give(&board->lots, at);
    }
}

uint32_t board_list(const struct board *board, uint32_t organisation, uint32_t *ret_numbers, uint32_t room)
{
    const struct organisation *here = organisation_at(board, organisation);
    uint32_t found = 0;
    for (uint32_t at = has_list(here) ? here->list : 0; at;) {
        const struct lot *lot = board_slab_at(&board->lots, at);
        for (uint32_t i = 0; i < LOT_MEMBERS && lot->member[i] && found < room; i++)
            ret_numbers[found++] = lot->member[i];
        at = lot->next;
    }
    for (uint32_t child = here->first_child; child; child = organisation_at(board, child)->next_sibling)
        found += board_list(board, child, ret_numbers + found, room - found);
    return found;
}

/* Gives one organisation trees of its own, filled from its lists if its members are ranked. */
static void enlarge_one(struct board *board, uint32_t number)
{
    struct organisation *organisation = organisation_at(board, number);
    uint32_t people = organisation->people;
    uint32_t *numbers = memory_new_many(people, sizeof *numbers);
    uint32_t found = board_path(board, number).length ? board_list(board, number, numbers, people) : 0;
    for (uint32_t i = 0; i < board->period_count; i++) {
        struct period *period = board->periods[i];
        for (uint32_t k = 0; k < found; k++)
            if (score_get(period->scores, numbers[k]).version)
                ranking_add(&board->store, board_tree(period, number), numbers[k], RANKING_ALL);
    }
    free(numbers);
    list_free(board, organisation);
    organisation->kind = ORGANISATION_LARGE;
}

void board_enlarge(struct board *board, uint32_t organisation, uint32_t more, bool force)
{
    uint32_t line[BOARD_DEPTH], length = 0;
    for (uint32_t at = organisation; at && length < BOARD_DEPTH; at = organisation_at(board, at)->parent)
        line[length++] = at;
    while (length > 0) { /* from above, for the lists below are what fills a tree */
        struct organisation *here = organisation_at(board, line[--length]);
        if (here->kind == ORGANISATION_SMALL && (force || here->people + more > BOARD_SMALL))
            enlarge_one(board, line[length]);
    }
}

/* Adds to the number of people of an organisation and all above it. */
static void people_change(struct board *board, uint32_t organisation, uint32_t by)
{
    for (uint32_t at = organisation; at; at = organisation_at(board, at)->parent)
        organisation_at(board, at)->people += by;
}

static bool path_has(const struct path *path, uint32_t organisation)
{
    for (uint32_t i = 0; i < path->length; i++)
        if (path->organisation[i] == organisation)
            return true;
    return false;
}

/* Takes everybody at or below the organisation out of the trees, or puts them in, some at a time. */
static void people_rank(struct board *board, uint32_t organisation, bool in)
{
    if (organisation_at(board, organisation)->people == 0)
        return;
    for (uint32_t number = 1; number <= board->names.count;) {
        pthread_rwlock_wrlock(&board->lock);
        for (uint32_t moved = 0, seen = 0; moved < BOARD_SLICE && seen < 4096 && number <= board->names.count;
             number++) {
            seen++;
            struct path path = board_path(board, board->branch[number]);
            if (!path_has(&path, organisation))
                continue;
            board_rank_all(board, number, &path, in);
            moved++;
        }
        pthread_rwlock_unlock(&board->lock);
    }
}

static bool column_take(struct board *board, struct organisation *organisation)
{
    for (uint32_t column = 0; column < board->settings.columns; column++)
        if (!(board->columns_used[column / 64] >> column % 64 & 1)) {
            board->columns_used[column / 64] |= 1ull << column % 64;
            list_free(board, organisation);
            organisation->list = 0;
            organisation->kind = ORGANISATION_COLUMN;
            organisation->column = (uint8_t)column;
            return true;
        }
    return false;
}

/* Takes an organisation, none of whose members is ranked, from under its parent. */
static void organisation_unlink(struct board *board, uint32_t number)
{
    struct organisation *organisation = organisation_at(board, number);
    if (!organisation->parent)
        return;
    uint32_t *link = &organisation_at(board, organisation->parent)->first_child;
    while (*link != number)
        link = &organisation_at(board, *link)->next_sibling;
    *link = organisation->next_sibling;
    people_change(board, organisation->parent, 0u - organisation->people);
    organisation->parent = organisation->next_sibling = 0;
    if (organisation->kind == ORGANISATION_COLUMN) {
        board->columns_used[organisation->column / 64] &= ~(1ull << organisation->column % 64);
        enlarge_one(board, number);
    }
}

/* Whether some organisation below has trees of its own. */
static bool large_below(const struct board *board, const struct organisation *organisation)
{
    for (uint32_t child = organisation->first_child; child;
         child = organisation_at(board, child)->next_sibling)
        if (organisation_at(board, child)->kind == ORGANISATION_LARGE)
            return true;
    return false;
}

/* Puts an organisation, none of whose members is ranked, under a parent. */
static void organisation_link(struct board *board, uint32_t number, uint32_t parent)
{
    struct organisation *organisation = organisation_at(board, number),
                        *above = organisation_at(board, parent);
    if (parent != board->county || !column_take(board, organisation)) {
        if (organisation->kind == ORGANISATION_UNKNOWN)
            organisation->kind = ORGANISATION_SMALL;
        board_enlarge(board, number, 0, large_below(board, organisation));
    }
    board_enlarge(board, parent, organisation->people, organisation->kind == ORGANISATION_LARGE);
    people_change(board, parent, organisation->people);
    organisation->parent = parent;
    organisation->next_sibling = above->first_child;
    above->first_child = number;
}

/* Notes afresh, here and below, what follows from the path. */
static void organisation_refresh(struct board *board, uint32_t number)
{
    struct organisation *organisation = organisation_at(board, number);
    struct path path = board_path(board, number);
    organisation->column = path.column;
    organisation->ranked = path.length > 0;
    for (uint32_t child = organisation->first_child; child;
         child = organisation_at(board, child)->next_sibling)
        organisation_refresh(board, child);
}

/* Makes an organisation the county; those already below it are counted in columns. */
static void organisation_root(struct board *board, uint32_t number)
{
    struct organisation *county = organisation_at(board, number);
    list_free(board, county);
    county->kind = ORGANISATION_COUNTY;
    county->list = 0;
    board->county = number;
    for (uint32_t child = county->first_child; child; child = organisation_at(board, child)->next_sibling)
        if (!column_take(board, organisation_at(board, child)))
            return;
}

/* Levels of the tree from the organisation down. */
static uint32_t organisation_levels(const struct board *board, uint32_t number)
{
    uint32_t below = 0;
    for (uint32_t child = organisation_at(board, number)->first_child; child;
         child = organisation_at(board, child)->next_sibling) {
        uint32_t levels = organisation_levels(board, child);
        below = levels > below ? levels : below;
    }
    return below + 1;
}

/* Whether the organisation may stand under the parent: no ring, no more levels than a path has. */
static bool organisation_fits(const struct board *board, uint32_t number, uint32_t parent)
{
    uint32_t levels = organisation_levels(board, number);
    for (uint32_t at = parent; at; at = organisation_at(board, at)->parent, levels++)
        if (at == number)
            return false;
    return levels <= BOARD_DEPTH;
}

static bool organisation_set(struct board *board, uint32_t number, uint32_t parent)
{
    const struct organisation *organisation = organisation_at(board, number);
    if (!parent && board->county)
        return board->county == number;
    if (board->county == number || !organisation_fits(board, number, parent) ||
        (!parent && organisation->parent))
        return false;
    if (parent && organisation->parent == parent)
        return true;
    people_rank(board, number, false);
    pthread_rwlock_wrlock(&board->lock);
    if (parent) {
        organisation_unlink(board, number);
        organisation_link(board, number, parent);
    } else {
        organisation_root(board, number);
    }
    organisation_refresh(board, number);
    pthread_rwlock_unlock(&board->lock);
    people_rank(board, number, true);
    return true;
}

bool board_set_organisation(struct board *board, uint32_t organisation, uint32_t parent)
{
    uint32_t ceiling = board->settings.organisations;
    if (organisation >= ceiling || (parent != BOARD_NOWHERE && parent >= ceiling))
        return false;
    pthread_mutex_lock(&board->writing);
    bool set = organisation_set(board, organisation + 1, parent + 1);
    pthread_mutex_unlock(&board->writing);
    return set;
}

bool board_set_member(struct board *board, struct id member, uint32_t organisation)
{
    uint32_t to = organisation + 1;
    if (organisation != BOARD_NOWHERE && organisation >= board->settings.organisations)
        return false;
    pthread_mutex_lock(&board->writing);
    uint64_t hash = board_names_hash(&board->names, member);
    pthread_rwlock_wrlock(&board->lock);
    uint32_t number = board_names_find(&board->names, member, hash);
    if (!number)
        number = board_names_add(&board->names, member, hash);
    uint32_t from = number ? board->branch[number] : 0;
    if (number && from != to) {
        struct path path = board_path(board, from);
        board_rank_all(board, number, &path, false);
        if (from && has_list(organisation_at(board, from)))
            list_remove(board, organisation_at(board, from), number);
        people_change(board, from, UINT32_MAX);
        board_enlarge(board, to, 1, false);
        board->branch[number] = to;
        people_change(board, to, 1);
        if (to && has_list(organisation_at(board, to)))
            list_add(board, organisation_at(board, to), number);
        path = board_path(board, to);
        board_rank_all(board, number, &path, true);
    }
    pthread_rwlock_unlock(&board->lock);
    pthread_mutex_unlock(&board->writing);
    return number != 0;
}
