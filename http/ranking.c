/* Order statistics: changing a tree of members.  SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>

#include "http/ranking_node.h"

struct ranking_store ranking_store_new(const struct id *ids, uint32_t columns, uint64_t entries, bool huge)
{
    assert(columns < RANKING_ALL);
    struct ranking_store store = {.ids = ids, .columns = columns};
    store.chunks = board_slab_new(sizeof(struct chunk), entries / 4 + 4096, huge);
    store.leaves = board_slab_new(sizeof(struct leaf), entries / 16 + 4096, huge);
    for (unsigned wide = 0; wide < 2; wide++)
        for (unsigned low = 0; low < 2; low++) {
            size_t counts = (size_t)(wide ? 1 + columns : 1) * NODE_CHILDREN * (low ? 2 : 4);
            store.nodes[wide][low] = board_slab_new(sizeof(struct node) + counts,
                                                    entries / (low ? 256 : 2048) + 256, huge);
        }
    return store;
}

void ranking_store_free(struct ranking_store *store)
{
    board_slab_free(&store->chunks);
    board_slab_free(&store->leaves);
    for (unsigned i = 0; i < 4; i++)
        board_slab_free(&store->nodes[i / 2][i % 2]);
}

static inline uint32_t id_prefix(const struct id *id)
{
    return (uint32_t)id->bytes[0] << 24 | (uint32_t)id->bytes[1] << 16 | (uint32_t)id->bytes[2] << 8 |
           id->bytes[3];
}

struct rival rival_at(const struct ranking_store *store, uint32_t order, uint32_t number, uint8_t column)
{
    return (struct rival){(uint64_t)order << 32 | id_prefix(&store->ids[number]), number, column};
}

struct rival rival_of(const struct ranking_store *store, const uint8_t *scores, uint32_t number,
                      uint8_t column)
{
    return rival_at(store, score_order(scores, number), number, column);
}

bool rival_before(const struct ranking_store *store, const struct rival *a, const struct rival *b)
{
    if (a->key != b->key)
        return a->key < b->key;
    return id_compare(store->ids[a->number], store->ids[b->number]) < 0;
}

static void rivals_insert(const struct ranking_store *store, struct rival *rivals, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        struct rival rival = rivals[i];
        uint32_t at = i;
        for (; at > 0 && rival_before(store, &rival, &rivals[at - 1]); at--)
            rivals[at] = rivals[at - 1];
        rivals[at] = rival;
    }
}

/* Moves what comes before the middle one of three to the front; returns where the right part begins (Hoare).
 */
static uint32_t rivals_part(const struct ranking_store *store, struct rival *rivals, uint32_t count)
{
    struct rival three[3] = {rivals[0], rivals[count / 2], rivals[count - 1]};
    rivals_insert(store, three, 3);
    uint32_t low = 0, high = count - 1;
    for (;;) {
        while (rival_before(store, &rivals[low], &three[1]))
            low++;
        while (rival_before(store, &three[1], &rivals[high]))
            high--;
        if (low >= high)
            return low;
        struct rival swapped = rivals[low];
        rivals[low++] = rivals[high];
        rivals[high--] = swapped;
    }
}

void rivals_sort(const struct ranking_store *store, struct rival *rivals, uint32_t count, uint32_t from,
                 uint32_t to)
{
    while (count > 16) {
        uint32_t right = rivals_part(store, rivals, count);
        if (from < right && to > right)
            rivals_sort(store, rivals, right, from, right);
        if (to <= right) {
            count = right;
            continue;
        }
        rivals += right;
        count -= right;
        to -= right;
        from = from > right ? from - right : 0;
    }
    rivals_insert(store, rivals, count);
}

static inline uint32_t ranking_rows(const struct ranking_store *store, const struct ranking *ranking)
{
    return ranking->wide ? 1 + store->columns : 1;
}

static struct target target_of(const struct ranking_store *store, const struct ranking *ranking,
                               uint32_t number)
{
    return (struct target){rival_of(store, ranking->scores, number, 0).key, number};
}

/* Whether the child below a node of that level can take no more. */
static bool child_full(const struct ranking_store *store, const struct ranking *ranking, uint32_t level,
                       uint32_t child)
{
    if (level == 1)
        return leaf_at(store, child)->count == LEAF_ENTRIES;
    return ranking_node(store, ranking, level - 1, child)->count == NODE_CHILDREN;
}

/* Counts the members below a node of that level's child, all and by column. */
static void child_counts(const struct ranking_store *store, const struct ranking *ranking, uint32_t level,
                         uint32_t child, uint32_t counts[static RANKING_ALL + 1])
{
    uint32_t rows = ranking_rows(store, ranking);
    memset(counts, 0, (RANKING_ALL + 1) * sizeof *counts);
    if (level > 1) {
        const struct node *node = ranking_node(store, ranking, level - 1, child);
        for (uint32_t row = 0; row < rows; row++)
            counts[row] = node_sum(node, row, node->count);
        return;
    }
    const struct leaf *leaf = leaf_at(store, child);
    counts[0] = leaf->count;
    for (uint32_t i = 0; ranking->wide && i < leaf->count; i++) {
        uint8_t column = chunk_at(store, leaf, i)->column[i % CHUNK_ENTRIES];
        if (column != RANKING_ALL)
            counts[1 + column]++;
    }
}

static uint32_t node_new(struct ranking_store *store, const struct ranking *ranking, uint32_t level)
{
    struct board_slab *slab = node_slab(store, ranking->wide, level == 1);
    uint32_t number = board_slab_take(slab);
    memset(board_slab_at(slab, number), 0, slab->item);
    ranking_node(store, ranking, level, number)->low = level == 1;
    return number;
}

/* Splits the full child in the slot in two. */
static void child_split(struct ranking_store *store, struct ranking *ranking, struct node *node,
                        uint32_t level, uint32_t slot)
{
    uint32_t rows = ranking_rows(store, ranking), counts[RANKING_ALL + 1], right;
    struct target from;
    if (level == 1) {
        right = leaf_split(store, leaf_at(store, node->child[slot]), ranking->scores, &from);
    } else {
        right = node_new(store, ranking, level - 1);
        struct node *new = ranking_node(store, ranking, level - 1, right);
        struct node *old = ranking_node(store, ranking, level - 1, node->child[slot]);
        node_move(new, old, rows, NODE_CHILDREN / 2, NODE_CHILDREN / 2);
        from = (struct target){new->key[0], new->member[0]};
    }
    node_open(node, rows, slot + 1);
    node->key[slot + 1] = from.key;
    node->member[slot + 1] = from.number;
    node->child[slot + 1] = right;
    child_counts(store, ranking, level, right, counts);
    for (uint32_t row = 0; row < rows; row++) {
        node_count_set(node, row, slot + 1, counts[row]);
        node_count_set(node, row, slot, node_count(node, row, slot) - counts[row]);
    }
}

/* Puts a node of one child above the root. */
static void ranking_grow(struct ranking_store *store, struct ranking *ranking)
{
    uint32_t level = ranking->height + 1u, counts[RANKING_ALL + 1];
    assert(level < RANKING_HEIGHT);
    uint32_t number = node_new(store, ranking, level);
    struct node *node = ranking_node(store, ranking, level, number);
    node->count = 1;
    node->child[0] = ranking->root;
    child_counts(store, ranking, level, ranking->root, counts);
    for (uint32_t row = 0; row < ranking_rows(store, ranking); row++)
        node_count_set(node, row, 0, counts[row]);
    ranking->root = number;
    ranking->height = (uint8_t)level;
}

static void slot_change(const struct ranking *ranking, struct node *node, uint32_t slot, uint8_t column,
                        uint32_t by)
{
    node_count_set(node, 0, slot, node_count(node, 0, slot) + by);
    if (ranking->wide && column != RANKING_ALL)
        node_count_set(node, node_row(column), slot, node_count(node, node_row(column), slot) + by);
}

void ranking_add(struct ranking_store *store, struct ranking *ranking, uint32_t number, uint8_t column)
{
    if (!ranking->root)
        ranking->root = leaf_new(store, 1);
    if (child_full(store, ranking, ranking->height + 1u, ranking->root))
        ranking_grow(store, ranking);
    struct target target = target_of(store, ranking, number);
    uint32_t at = ranking->root;
    for (uint32_t level = ranking->height; level > 0; level--) {
        struct node *node = ranking_node(store, ranking, level, at);
        uint32_t slot = node_find(store, node, target);
        if (child_full(store, ranking, level, node->child[slot])) {
            child_split(store, ranking, node, level, slot);
            slot = node_find(store, node, target);
        }
        slot_change(ranking, node, slot, column, 1);
        at = node->child[slot];
    }
    leaf_add(store, leaf_at(store, at), ranking->scores, number, column);
    ranking->count++;
}

static uint32_t child_size(const struct ranking_store *store, const struct ranking *ranking, uint32_t level,
                           uint32_t child)
{
    return level == 1 ? leaf_at(store, child)->count : ranking_node(store, ranking, level - 1, child)->count;
}

/* Joins a child that has become small with a neighbour, where both together leave room. */
static void child_join(struct ranking_store *store, struct ranking *ranking, struct node *node,
                       uint32_t level, uint32_t slot)
{
    uint32_t ceiling = level == 1 ? LEAF_ENTRIES : NODE_CHILDREN, rows = ranking_rows(store, ranking);
    if (child_size(store, ranking, level, node->child[slot]) >= ceiling / 4 || node->count == 1)
        return;
    uint32_t left = slot + 1 < node->count ? slot : slot - 1;
    uint32_t other = node->child[left + 1];
    if (child_size(store, ranking, level, node->child[left]) + child_size(store, ranking, level, other) >
        ceiling / 4 * 3)
        return;
    if (level == 1) {
        leaf_take_in(store, leaf_at(store, node->child[left]), other, ranking->scores);
    } else {
        struct node *from = ranking_node(store, ranking, level - 1, other);
        from->key[0] = node->key[left + 1];
        from->member[0] = node->member[left + 1];
        node_move(ranking_node(store, ranking, level - 1, node->child[left]), from, rows, 0, from->count);
        board_slab_give(node_slab(store, ranking->wide, level == 2), other);
    }
    for (uint32_t row = 0; row < rows; row++)
        node_count_set(node, row, left, node_count(node, row, left) + node_count(node, row, left + 1));
    node_close(node, rows, left + 1);
}

void ranking_remove(struct ranking_store *store, struct ranking *ranking, uint32_t number, uint8_t column)
{
    struct target target = target_of(store, ranking, number);
    struct node *node[RANKING_HEIGHT];
    uint32_t slot[RANKING_HEIGHT], at = ranking->root;
    assert(at);
    for (uint32_t level = ranking->height; level > 0; level--) {
        node[level] = ranking_node(store, ranking, level, at);
        slot[level] = node_find(store, node[level], target);
        slot_change(ranking, node[level], slot[level], column, UINT32_MAX);
        at = node[level]->child[slot[level]];
    }
    leaf_remove(store, leaf_at(store, at), ranking->scores, number);
    ranking->count--;
    for (uint32_t level = 1; level <= ranking->height; level++)
        child_join(store, ranking, node[level], level, slot[level]);
    while (ranking->height && ranking_node(store, ranking, ranking->height, ranking->root)->count == 1) {
        uint32_t old = ranking->root;
        ranking->root = ranking_node(store, ranking, ranking->height, old)->child[0];
        board_slab_give(node_slab(store, ranking->wide, ranking->height == 1), old);
        ranking->height--;
    }
}
