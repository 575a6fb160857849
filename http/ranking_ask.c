/* Order statistics: asking a tree of members.  SPDX-License-Identifier: Apache-2.0 */
#include "http/ranking_node.h"

static void clear_below(struct ranking_store *store, struct ranking *ranking, uint32_t level, uint32_t number)
{
    if (level == 0) {
        leaf_free(store, number);
        return;
    }
    const struct node *node = ranking_node(store, ranking, level, number);
    for (uint32_t slot = 0; slot < node->count; slot++)
        clear_below(store, ranking, level - 1, node->child[slot]);
    board_slab_give(node_slab(store, ranking->wide, level == 1), number);
}

void ranking_clear(struct ranking_store *store, struct ranking *ranking)
{
    if (ranking->root)
        clear_below(store, ranking, ranking->height, ranking->root);
    ranking->root = ranking->count = 0;
    ranking->height = 0;
}

uint32_t ranking_count(const struct ranking_store *store, const struct ranking *ranking, uint8_t column)
{
    if (column == RANKING_ALL || !ranking->root)
        return ranking->count;
    if (ranking->height) {
        const struct node *node = ranking_node(store, ranking, ranking->height, ranking->root);
        return node_sum(node, node_row(column), node->count);
    }
    const struct leaf *leaf = leaf_at(store, ranking->root);
    uint32_t count = 0;
    for (uint32_t i = 0; i < leaf->count; i++)
        count += chunk_at(store, leaf, i)->column[i % CHUNK_ENTRIES] == column;
    return count;
}

/* Goes down to the target's leaf and sums what stands before it. */
static const struct leaf *leaf_of(const struct ranking_store *store, const struct ranking *ranking,
                                  struct target target, uint8_t column, uint32_t *ret_before)
{
    uint32_t at = ranking->root, before = 0;
    for (uint32_t level = ranking->height; level > 0; level--) {
        const struct node *node = ranking_node(store, ranking, level, at);
        uint32_t slot = node_find(store, node, target);
        before += node_sum(node, node_row(column), slot);
        at = node->child[slot];
    }
    *ret_before = before;
    return leaf_at(store, at);
}

uint32_t ranking_leaf(const struct ranking_store *store, const struct ranking *ranking, uint32_t order,
                      uint32_t number, uint8_t column)
{
    struct target target = {rival_at(store, order, number, 0).key, number};
    uint32_t at = ranking->root;
    for (uint32_t level = ranking->height; level > 0; level--) {
        const struct node *node = ranking_node(store, ranking, level, at);
        uint32_t slot = node_find(store, node, target);
        node_expect(node, node_row(column), slot);
        at = node->child[slot];
    }
    if (at) {
        __builtin_prefetch(leaf_at(store, at));
        __builtin_prefetch(leaf_at(store, at)->chunk + LEAF_CHUNKS - 1);
    }
    return at;
}

void ranking_expect(const struct ranking_store *store, uint32_t leaf, uint32_t order, bool remove)
{
    if (leaf)
        leaf_expect(store, leaf_at(store, leaf), order, remove);
}

uint32_t ranking_before(const struct ranking_store *store, const struct ranking *ranking, uint32_t order,
                        uint8_t column)
{
    if (!ranking->root)
        return 0;
    uint32_t before;
    const struct leaf *leaf = leaf_of(store, ranking, (struct target){(uint64_t)order << 32, 0}, column,
                                      &before);
    return before + leaf_before(store, leaf, ranking->scores, order, column);
}

uint32_t ranking_place(const struct ranking_store *store, const struct ranking *ranking, uint32_t number,
                       uint8_t column)
{
    if (!ranking->root)
        return 0;
    struct target target = {rival_of(store, ranking->scores, number, column).key, number};
    uint32_t before;
    const struct leaf *leaf = leaf_of(store, ranking, target, column, &before);
    return before + leaf_place(store, leaf, ranking->scores, number, column);
}

size_t ranking_page(const struct ranking_store *store, const struct ranking *ranking, uint8_t column,
                    uint32_t from, size_t limit, uint32_t *ret_numbers)
{
    size_t found = 0;
    uint32_t total = ranking_count(store, ranking, column), row = node_row(column);
    while (found < limit && from < total) {
        uint32_t at = ranking->root, left = from;
        for (uint32_t level = ranking->height; level > 0; level--) {
            const struct node *node = ranking_node(store, ranking, level, at);
            uint32_t slot = 0, count;
            while ((count = node_count(node, row, slot)) <= left) {
                left -= count;
                slot++;
            }
            at = node->child[slot];
        }
        size_t more = leaf_page(store, leaf_at(store, at), ranking->scores, column, left, limit - found,
                                ret_numbers + found);
        found += more;
        from += (uint32_t)more;
    }
    return found;
}
