/* Inside the server: an exchange's and a connection's body. Only the server's own files include this.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <event2/event.h>
#include <event2/event_struct.h>
#include <netinet/in.h>

#include "http/address.h"
#include "http/lane.h"

struct bufferevent;

enum {
    OUTPUT_MOST =
        64 << 20,     /* one connection's output, whatever the settings: a handler's mistake ends there */
    LINGER_MS = 2000, /* after a refusal: how long what the client still sends is read and dropped */
};

struct exchange {
    struct request request;
    struct connection *connection;
    struct exchange *next; /* in the pool */
    struct arena *arena;
    enum exchange_place place;
    bool continued, mute; /* `100 Continue` was sent; the answer is to HEAD */
    size_t body_ceiling;
    int64_t began, head_read, read_at; /* ms: first byte, empty line, last byte */
    struct body_sink *sink;            /* takes the body piece by piece */
    void *note;
    void (*gone)(struct exchange *exchange, void *context);
    void *gone_context;
};

struct connection {
    struct lane *lane;
    struct connection *next, **link; /* lane->open, or the pool */
    struct connection *dirty_next;
    struct exchange *exchange; /* the present one; NULL between requests */
    int fd;                    /* -1: the client has gone */
    bool dirty, is_reading, is_writing, eof, closing, lingering;
    struct event read_event, write_event;
    struct bufferevent *tls;
    char *in; /* in_start is the present request's first byte while it is read, then the next one's */
    size_t in_size, in_start, in_end;
    struct buffer out;
    struct slice tail; /* a body that stays, behind `out` */
    unsigned served;
    int64_t idle_since, write_deadline, linger_deadline;
    struct loop_timer timer;
    struct address address;
    uint8_t peer_length;
    char peer[INET6_ADDRSTRLEN];
};

/* ---- connection.c: bytes in and out ---- */
/* Takes an accepted descriptor; closes it where it cannot be kept. */
void connection_open(struct lane *lane, int fd, const struct address *address, const char *peer);
/* Looks at the connection when this turn of the loop ends: writes, reads on, closes. */
void connection_later(struct connection *connection);
/* The client is no more: closes the descriptor, tells the exchange's holder. The memory goes at the end of
 * the turn. */
void connection_drop(struct connection *connection);
/* Bytes that wait for the client. */
size_t connection_pending(const struct connection *connection);
/* Serves lane->dirty. */
void lane_turn(struct lane *lane);

/* ---- wire.c: the descriptor, plain or TLS ---- */
/* Sends what waits as far as it goes. */
void wire_flush(struct connection *connection);
/* Plain: lets read and write events come or not, as asked. */
void wire_want(struct connection *connection, bool reading, bool writing);
/* Reads once into the room behind in_end. */
void wire_fill(struct connection *connection);
/* Reads what a refused client still sends, and drops it. */
void wire_discard(struct connection *connection);
MUST bool wire_open(struct connection *connection);
void wire_close(struct connection *connection);
/* Called by the wire: something came, left, or ended. */
void connection_readable(struct connection *connection);
void connection_turn(struct connection *connection);

/* ---- exchange.c ---- */
void exchange_move(struct exchange *exchange, enum exchange_place place);
/* Gives the exchange back to its pool; the connection may read its next request. */
void exchange_finish(struct exchange *exchange);
