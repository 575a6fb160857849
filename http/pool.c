/* A lane's pools: blocks, exchanges and connections that are used again, so that a request allocates nothing.
 * SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <stdlib.h>

#include "http/connection.h"
#include "process/memory.h"

enum { ARENA_BLOCK = 4096, ARENA_KEPT = 16384 }; /* a request's memory, that of a hand-in kept for the next */

char *lane_block(struct lane *lane)
{
    char *block = lane->blocks;
    if (!block)
        return memory_resize(NULL, BLOCK);
    memcpy(&lane->blocks, block, sizeof lane->blocks);
    lane->blocks_kept--;
    return block;
}

void lane_block_back(struct lane *lane, char *block, size_t size)
{
    if (size != BLOCK || lane->blocks_kept == BLOCKS_KEPT) {
        free(block);
        return;
    }
    memcpy(block, &lane->blocks, sizeof lane->blocks);
    lane->blocks = block;
    lane->blocks_kept++;
}

struct exchange *lane_exchange(struct lane *lane)
{
    struct exchange *exchange = lane->exchanges;
    if (exchange) {
        lane->exchanges = exchange->next;
        lane->exchanges_kept--;
    } else {
        exchange = memory_new(sizeof *exchange);
        exchange->arena = arena_new(ARENA_BLOCK, lane->settings->arena);
        if (!arena_take(exchange->arena, 1)) /* so that the block it keeps for ever is a small one */
            abort();
        arena_keep(exchange->arena, ARENA_KEPT);
    }
    request_reset(&exchange->request);
    struct arena *arena = exchange->arena;
    size_t behind = offsetof(struct exchange, connection);
    memset((char *)exchange + behind, 0, sizeof *exchange - behind);
    exchange->arena = arena;
    return exchange;
}

void lane_exchange_back(struct lane *lane, struct exchange *exchange)
{
    if (lane->exchanges_kept == BLOCKS_KEPT) {
        arena_free(exchange->arena);
        free(exchange);
        return;
    }
    arena_reset(exchange->arena);
    exchange->next = lane->exchanges;
    lane->exchanges = exchange;
    lane->exchanges_kept++;
}

struct connection *lane_connection(struct lane *lane)
{
    struct connection *connection = lane->connections;
    if (connection) {
        lane->connections = connection->next;
        lane->connections_kept--;
        memset(connection, 0, sizeof *connection);
        return connection;
    }
    return memory_new(sizeof *connection);
}

void lane_connection_back(struct lane *lane, struct connection *connection)
{
    assert(!connection->dirty && !loop_timer_is_set(&connection->timer));
    if (lane->connections_kept == BLOCKS_KEPT) {
        free(connection);
        return;
    }
    connection->next = lane->connections;
    lane->connections = connection;
    lane->connections_kept++;
}

void lane_pools_free(struct lane *lane)
{
    while (lane->blocks) {
        char *block = lane->blocks;
        memcpy(&lane->blocks, block, sizeof lane->blocks);
        free(block);
    }
    while (lane->exchanges) {
        struct exchange *exchange = lane->exchanges;
        lane->exchanges = exchange->next;
        arena_free(exchange->arena);
        free(exchange);
    }
    while (lane->connections) {
        struct connection *connection = lane->connections;
        lane->connections = connection->next;
        free(connection);
    }
}
