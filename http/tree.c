/* The view of organisations.  SPDX-License-Identifier: Apache-2.0 */
#include "http/tree.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

#include "http/numbers.h"
#include "process/config.h"
#include "process/log.h"
#include "process/memory.h"
#include "process/metrics.h"
#include "topics/decode.h"
#include "topics/messages.h"

enum { DEPTH_MOST = 32, ARENA_CEILING = 1 << 20 };

struct node {
    char *name, *short_name;
    int64_t version;
    uint32_t parent;
    bool known, dirty, placed;
};

struct tree {
    pthread_rwlock_t lock;
    struct board *board;
    struct numbers *numbers;
    struct node *nodes;
    struct arena *arena;
    struct series *held;
    uint32_t room, known, root, dirty;
};

struct tree *tree_new(struct board *board, uint32_t most)
{
    struct tree *tree = memory_new(sizeof *tree);
    pthread_rwlock_init(&tree->lock, NULL);
    tree->board = board;
    tree->numbers = numbers_new(most);
    tree->arena = arena_new(4096, ARENA_CEILING);
    tree->held = metric_series(METRIC_view_records, "tree");
    tree->root = TREE_NONE;
    return tree;
}

void tree_free(struct tree *tree)
{
    if (!tree)
        return;
    for (uint32_t i = 0; i < numbers_count(tree->numbers); i++) {
        free(tree->nodes[i].name);
        free(tree->nodes[i].short_name);
    }
    free(tree->nodes);
    numbers_free(tree->numbers);
    arena_free(tree->arena);
    pthread_rwlock_destroy(&tree->lock);
    free(tree);
}

static uint32_t number_of(struct tree *tree, struct id organisation)
{
    uint32_t number = numbers_give(tree->numbers, organisation);
    if (number == NUMBERS_NONE) {
        LOG(view_full, log_text("view", "tree"));
        return TREE_NONE;
    }
    if (number >= tree->room) {
        uint32_t room = tree->room ? tree->room * 2 : 64;
        tree->nodes = memory_resize(tree->nodes, room * sizeof *tree->nodes);
        memset(tree->nodes + tree->room, 0, (room - tree->room) * sizeof *tree->nodes);
        for (uint32_t i = tree->room; i < room; i++)
            tree->nodes[i].parent = TREE_NONE;
        tree->room = room;
    }
    return number;
}

uint32_t tree_number(struct tree *tree, struct id organisation)
{
    pthread_rwlock_wrlock(&tree->lock);
    uint32_t number = number_of(tree, organisation);
    pthread_rwlock_unlock(&tree->lock);
    return number;
}

static void set_name(char **name, struct slice text)
{
    free(*name);
    *name = memory_copy(text.at, text.length);
}

/* The lock is held. */
static void take_in(struct tree *tree, const struct organisation *organisation)
{
    uint32_t number = number_of(tree, organisation->organisation);
    uint32_t parent = organisation->has_parent ? number_of(tree, organisation->parent) : TREE_NONE;
    struct node *node = number == TREE_NONE ? NULL : &tree->nodes[number];
    if (!node || (organisation->has_parent && parent == TREE_NONE) || organisation->version < node->version)
        return;
    set_name(&node->name, organisation->name);
    set_name(&node->short_name, organisation->short_name);
    node->version = organisation->version;
    node->parent = parent;
    tree->known += !node->known;
    tree->dirty += !node->dirty;
    node->known = node->dirty = true;
    if (parent == TREE_NONE)
        tree->root = number;
    series_set(tree->held, tree->known);
}

void tree_apply(void *opaque, const struct record *record)
{
    struct tree *tree = opaque;
    struct organisation organisation;
    struct problem problem;
    problem_none(&problem);
    if (!record->value.at)
        return; /* organisations are never taken away */
    arena_reset(tree->arena);
    if (!decode(DECLARED(organisation), &(struct decode_source){.body = record->value}, DECODE_LENIENT,
                (int)config->json_depth, tree->arena, NULL, &organisation, &problem)) {
        LOG(record_refused, log_text("topic", record->topic), log_number("offset", record->offset),
            log_text("detail", problem.detail));
        return;
    }
    pthread_rwlock_wrlock(&tree->lock);
    take_in(tree, &organisation);
    pthread_rwlock_unlock(&tree->lock);
}

/* Places the node in the board, those above it first. False: one above it is not known yet. */
static bool place(struct tree *tree, uint32_t number)
{
    uint32_t path[DEPTH_MOST], depth = 0;
    for (uint32_t at = number; at != TREE_NONE; at = tree->nodes[at].parent) {
        if (depth == DEPTH_MOST || !tree->nodes[at].known)
            return false;
        path[depth++] = at;
    }
    while (depth--) {
        struct node *node = &tree->nodes[path[depth]];
        if (!node->dirty)
            continue;
        uint32_t parent = node->parent == TREE_NONE ? BOARD_NOWHERE : node->parent;
        if (!board_set_organisation(tree->board, path[depth], parent))
            LOG(view_full, log_text("view", "board"));
        node->dirty = false;
        node->placed = true;
        tree->dirty--;
    }
    return true;
}

bool tree_rested(struct tree *tree)
{
    uint32_t before = tree->dirty;
    if (!before)
        return false;
    pthread_rwlock_wrlock(&tree->lock);
    for (uint32_t i = 0; i < numbers_count(tree->numbers) && tree->dirty; i++)
        if (tree->nodes[i].dirty)
            (void)place(tree, i);
    pthread_rwlock_unlock(&tree->lock);
    return tree->dirty != before;
}

uint32_t tree_find(struct tree *tree, struct id organisation)
{
    pthread_rwlock_rdlock(&tree->lock);
    uint32_t number = numbers_find(tree->numbers, organisation);
    if (number != NUMBERS_NONE && !tree->nodes[number].known)
        number = TREE_NONE;
    pthread_rwlock_unlock(&tree->lock);
    return number;
}

uint32_t tree_root(struct tree *tree)
{
    pthread_rwlock_rdlock(&tree->lock);
    uint32_t root = tree->root;
    pthread_rwlock_unlock(&tree->lock);
    return root;
}

bool tree_within(struct tree *tree, uint32_t organisation, uint32_t top)
{
    bool within = false;
    pthread_rwlock_rdlock(&tree->lock);
    for (int depth = 0; depth < DEPTH_MOST && organisation != TREE_NONE && !within; depth++) {
        assert(organisation < tree->room);
        within = organisation == top;
        organisation = tree->nodes[organisation].parent;
    }
    pthread_rwlock_unlock(&tree->lock);
    return within;
}

bool tree_placed(struct tree *tree, uint32_t organisation)
{
    pthread_rwlock_rdlock(&tree->lock);
    bool placed = organisation < tree->room && tree->nodes[organisation].placed;
    pthread_rwlock_unlock(&tree->lock);
    return placed;
}

bool tree_show(struct tree *tree, uint32_t organisation, struct id *ret_id, struct buffer *name,
               struct buffer *short_name)
{
    pthread_rwlock_rdlock(&tree->lock);
    bool known = organisation < tree->room && tree->nodes[organisation].known;
    if (known) {
        *ret_id = numbers_id(tree->numbers, organisation);
        if (name)
            buffer_add_text(name, tree->nodes[organisation].name);
        if (short_name)
            buffer_add_text(short_name, tree->nodes[organisation].short_name);
    }
    pthread_rwlock_unlock(&tree->lock);
    return known;
}

void tree_lock(struct tree *tree)
{
    pthread_rwlock_rdlock(&tree->lock);
}

void tree_unlock(struct tree *tree)
{
    pthread_rwlock_unlock(&tree->lock);
}

struct slice tree_short_name(const struct tree *tree, uint32_t organisation)
{
    if (organisation >= tree->room || !tree->nodes[organisation].known)
        return SLICE("");
    return slice_of(tree->nodes[organisation].short_name);
}

struct id tree_id(const struct tree *tree, uint32_t organisation)
{
    return organisation < numbers_count(tree->numbers) ? numbers_id(tree->numbers, organisation) : (struct id){0};
}
