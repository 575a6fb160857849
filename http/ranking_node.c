/* The inner nodes of a ranking: children in order, counted by column.  SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>

#include "http/ranking_node.h"

uint32_t node_sum(const struct node *node, uint32_t row, uint32_t slot)
{
    uint32_t sum = 0;
    const uint16_t *narrow = node_narrow(node, row);
    const uint32_t *broad = node_broad(node, row);
    if (node->low)
        for (uint32_t i = 0; i < NODE_CHILDREN; i++) /* all of them, for the compiler to take many at once */
            sum += i < slot ? narrow[i] : 0u;
    else
        for (uint32_t i = 0; i < NODE_CHILDREN; i++)
            sum += i < slot ? broad[i] : 0u;
    return sum;
}

uint32_t node_find(const struct ranking_store *store, const struct node *node, struct target target)
{
    uint32_t low =
        0; /* the last child that begins at or below the key; no branch for the processor to guess */
    for (uint32_t count = node->count; count > 1;) {
        uint32_t half = count / 2;
        low += node->key[low + half] <= target.key ? half : 0;
        count -= half;
    }
    while (low > 0 && node->key[low] == target.key &&
           (!target.number || id_compare(store->ids[node->member[low]], store->ids[target.number]) > 0))
        low--;
    return low;
}

/* Moves everything from slot `from` on to slot `to` of the same node. */
static void node_shift(struct node *node, uint32_t rows, uint32_t from, uint32_t to)
{
    uint32_t count = node->count - from;
    memmove(node->key + to, node->key + from, count * sizeof *node->key);
    memmove(node->member + to, node->member + from, count * sizeof *node->member);
    memmove(node->child + to, node->child + from, count * sizeof *node->child);
    for (uint32_t row = 0; row < rows; row++)
        if (node->low)
            memmove(node_narrow(node, row) + to, node_narrow(node, row) + from, count * sizeof(uint16_t));
        else
            memmove(node_broad(node, row) + to, node_broad(node, row) + from, count * sizeof(uint32_t));
}

void node_open(struct node *node, uint32_t rows, uint32_t slot)
{
    assert(node->count < NODE_CHILDREN);
    node_shift(node, rows, slot, slot + 1);
    node->count++;
    for (uint32_t row = 0; row < rows; row++)
        node_count_set(node, row, slot, 0);
}

void node_close(struct node *node, uint32_t rows, uint32_t slot)
{
    node_shift(node, rows, slot + 1, slot);
    node->count--;
}

void node_move(struct node *to, struct node *from, uint32_t rows, uint32_t slot, uint32_t count)
{
    assert(to->count + count <= NODE_CHILDREN && slot + count == from->count && to->low == from->low);
    memcpy(to->key + to->count, from->key + slot, count * sizeof *from->key);
    memcpy(to->member + to->count, from->member + slot, count * sizeof *from->member);
    memcpy(to->child + to->count, from->child + slot, count * sizeof *from->child);
    for (uint32_t row = 0; row < rows; row++)
        for (uint32_t i = 0; i < count; i++)
            node_count_set(to, row, to->count + i, node_count(from, row, slot + i));
    to->count += count;
    from->count -= count;
}
