/* Inside the server: a lane, one loop's part of it. Only the server's own files include this.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "http/server.h"

struct address_table;
struct connection;
struct event;
struct ssl_ctx_st;

enum {
    BLOCK = 8192,      /* what a connection reads into and writes out of; idle ones hold none */
    BLOCKS_KEPT = 256, /* of each kind in a lane's pools */
};

/* One loop's part of the server. Everything in it belongs to the loop's thread, but for the counts, which
 * others read. */
struct lane {
    struct server *server;
    const struct server_settings *settings;
    const struct server_handlers *handlers;
    struct ssl_ctx_st *tls;
    struct loop *loop;
    int listener;
    struct event *listen_event, *turn_event;
    struct loop_timer listen_timer, stop_timer;
    struct connection *open;          /* all connections, also those whose client has gone */
    struct connection *dirty, **last; /* those to look at when this turn of the loop ends, in order */
    struct address_table *addresses;
    void *blocks; /* pools, chained through their first bytes */
    struct exchange *exchanges;
    struct connection *connections;
    unsigned blocks_kept, exchanges_kept, connections_kept;
    unsigned open_count;
    bool stopping, listening;
    size_t large;
    struct response_date date;
    struct server_counts counts;
};

#define LANE_COUNT(lane, field, step)                                                                        \
    __atomic_store_n(&(lane)->counts.field, (lane)->counts.field + (uint64_t)(int64_t)(step),                \
                     __ATOMIC_RELAXED)

/* ---- pool.c: what is used again and again ---- */
char *lane_block(struct lane *lane);
void lane_block_back(struct lane *lane, char *block, size_t size);
struct exchange *lane_exchange(struct lane *lane);
void lane_exchange_back(struct lane *lane, struct exchange *exchange);
struct connection *lane_connection(struct lane *lane);
void lane_connection_back(struct lane *lane, struct connection *connection);
void lane_pools_free(struct lane *lane);

/* ---- lane.c ---- */
/* Opens the lane on its listening descriptor (owned from here on), in the loop's thread or before it runs. */
void lane_open(struct lane *lane);
/* Frees what is left of a lane whose loop has ended or never ran; a second call does nothing. */
void lane_close(struct lane *lane);
/* A connection's place is free again: listens on, or ends the loop of a stopping lane that has none left. */
void lane_room(struct lane *lane);
/* Stops accepting; ends the loop when all is answered, or after `grace_ms`. */
void lane_stop(struct lane *lane, int64_t grace_ms);
