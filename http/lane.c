/* A lane: one loop's listener, the ceilings of its connections, and how it stops.
 * SPDX-License-Identifier: Apache-2.0 */
#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/connection.h"
#include "process/memory.h"

enum {
    ACCEPTS_A_TURN = 64,
    ACCEPT_PAUSE_MS = 100, /* when the process is out of descriptors */
};

static void listen_set(struct lane *lane, bool listening)
{
    if (lane->listening == listening || (listening && (lane->stopping || lane->listener < 0)))
        return;
    int fault = listening ? event_add(lane->listen_event, NULL) : event_del(lane->listen_event);
    assert(fault == 0);
    (void)fault;
    lane->listening = listening;
}

static void on_listen_timer(struct loop *loop, struct loop_timer *timer)
{
    (void)loop;
    listen_set((struct lane *)(void *)((char *)timer - offsetof(struct lane, listen_timer)), true);
}

static void peer_text(const struct sockaddr_storage *peer, char text[INET6_ADDRSTRLEN])
{
    const void *at = &((const struct sockaddr_in *)(const void *)peer)->sin_addr;
    if (peer->ss_family == AF_INET6)
        at = &((const struct sockaddr_in6 *)(const void *)peer)->sin6_addr;
    if (!inet_ntop(peer->ss_family, at, text, INET6_ADDRSTRLEN))
        text[0] = '\0';
}

static void take(struct lane *lane, int fd, const struct sockaddr_storage *peer)
{
    struct address address = address_of((const struct sockaddr *)peer);
    char text[INET6_ADDRSTRLEN];
    int on = 1;
    LANE_COUNT(lane, accepted, 1);
    if (!address_enter(lane->addresses, address, lane->settings->address_connections)) {
        LANE_COUNT(lane, turned_away, 1);
        close(fd);
        return;
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    peer_text(peer, text);
    connection_open(lane, fd, &address, text);
}

static void on_accept(evutil_socket_t listener, short what, void *context)
{
    struct lane *lane = context;
    (void)what;
    for (int i = 0; i < ACCEPTS_A_TURN; i++) {
        if (lane->open_count >= lane->settings->connections) {
            listen_set(lane, false);
            return;
        }
        struct sockaddr_storage peer = {0};
        socklen_t length = sizeof peer;
        int fd = accept4(listener, (struct sockaddr *)&peer, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0) {
            take(lane, fd, &peer);
        } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
            listen_set(lane, false);
            loop_timer_set(lane->loop, &lane->listen_timer, ACCEPT_PAUSE_MS, on_listen_timer);
            return;
        } else if (errno == EAGAIN) {
            return;
        }
    }
}

static void on_turn(evutil_socket_t none, short what, void *context)
{
    (void)none;
    (void)what;
    lane_turn(context);
}

void lane_open(struct lane *lane)
{
    lane->last = &lane->dirty;
    lane->addresses = address_table_new(lane->settings->connections);
    lane->listen_event = event_new(loop_base(lane->loop), lane->listener, EV_READ | EV_PERSIST, on_accept,
                                   lane);
    lane->turn_event = event_new(loop_base(lane->loop), -1, 0, on_turn, lane);
    if (!lane->listen_event || !lane->turn_event)
        abort();
    listen_set(lane, true);
}

void lane_room(struct lane *lane)
{
    if (lane->stopping && lane->open_count == 0)
        loop_stop(lane->loop);
    else if (!loop_timer_is_set(&lane->listen_timer))
        listen_set(lane, true);
}

/* Drops every connection that is still there; whoever holds an exchange is told. */
static void drop_all(struct lane *lane)
{
    for (struct connection *connection = lane->open, *next; connection; connection = next) {
        next = connection->next; /* memory goes at the end of the turn, never here */
        connection_drop(connection);
    }
}

static void on_stop_timer(struct loop *loop, struct loop_timer *timer)
{
    drop_all((struct lane *)(void *)((char *)timer - offsetof(struct lane, stop_timer)));
    loop_stop(loop);
}

void lane_stop(struct lane *lane, int64_t grace_ms)
{
    listen_set(lane, false);
    close(lane->listener);
    lane->listener = -1;
    lane->stopping = true;
    for (struct connection *connection = lane->open, *next; connection; connection = next) {
        next = connection->next;
        if (connection->exchange && connection->exchange->place == EXCHANGE_STREAMING)
            connection_drop(connection);
        else
            connection_later(connection);
    }
    loop_timer_set(lane->loop, &lane->stop_timer, grace_ms, on_stop_timer);
    lane_room(lane);
}

void lane_close(struct lane *lane)
{
    if (!lane->addresses)
        return; /* closed before */
    drop_all(lane);
    for (struct connection *connection = lane->open; connection; connection = connection->next)
        if (connection->exchange)
            exchange_finish(connection->exchange); /* its holder was told and did not end it in time */
    for (struct connection *connection = lane->open; connection; connection = connection->next)
        connection_later(connection);
    lane_turn(lane);
    assert(!lane->open);
    loop_timer_clear(lane->loop, &lane->listen_timer);
    loop_timer_clear(lane->loop, &lane->stop_timer);
    lane_pools_free(lane);
    address_table_free(lane->addresses);
    lane->addresses = NULL;
    event_free(lane->listen_event);
    event_free(lane->turn_event);
    if (lane->listener >= 0)
        close(lane->listener);
    lane->listener = -1;
}
