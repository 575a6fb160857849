/* A connection's descriptor: read, written and closed, directly where it is plain, by a bufferevent where it
 * is TLS. SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "http/connection.h"
#include "http/tls.h"

/* ---- plain: read(2) into the block, sendmsg(2) out of the output; one system call each for a request that
 * fits ---- */

static void on_readable(evutil_socket_t fd, short what, void *context)
{
    (void)fd;
    (void)what;
    connection_readable(context);
}

static void on_writable(evutil_socket_t fd, short what, void *context)
{
    struct connection *connection = context;
    (void)fd;
    (void)what;
    connection_turn(connection);
}

static bool is_passing(int fault)
{
    return fault == EAGAIN || fault == EINTR;
}

static void plain_flush(struct connection *connection)
{
    struct buffer *out = &connection->out;
    struct slice *tail = &connection->tail;
    while (out->length + tail->length > 0) {
        struct iovec pieces[2] = {{out->at, out->length}, {(void *)(uintptr_t)tail->at, tail->length}};
        struct msghdr message = {.msg_iov = pieces, .msg_iovlen = tail->length ? 2 : 1};
        ssize_t sent = tail->length ? sendmsg(connection->fd, &message, MSG_NOSIGNAL)
                                    : send(connection->fd, out->at, out->length, MSG_NOSIGNAL);
        if (sent < 0) {
            if (!is_passing(errno))
                connection_drop(connection);
            return;
        }
        size_t head = (size_t)sent < out->length ? (size_t)sent : out->length, rest = (size_t)sent - head;
        bool all = head == out->length && rest == tail->length;
        if (head > 0 && head < out->length)
            memmove(out->at, out->at + head, out->length - head);
        out->length -= head;
        *tail = (struct slice){tail->at ? tail->at + rest : NULL, tail->length - rest};
        if (connection->exchange && connection->exchange->place == EXCHANGE_STREAMING)
            connection->write_deadline = 0; /* a stream need only go on moving */
        if (!all)
            return;
    }
}

/* ---- TLS ---- */

static void on_tls_read(struct bufferevent *tls, void *context)
{
    (void)tls;
    connection_readable(context);
}

static void on_tls_written(struct bufferevent *tls, void *context)
{
    struct connection *connection = context;
    (void)tls;
    if (connection->exchange && connection->exchange->place == EXCHANGE_STREAMING)
        connection->write_deadline = 0;
    connection_turn(connection);
}

static void on_tls_event(struct bufferevent *tls, short what, void *context)
{
    struct connection *connection = context;
    (void)tls;
    if (what & BEV_EVENT_CONNECTED)
        return;
    if (what & BEV_EVENT_EOF) {
        connection->eof = true;
        connection_turn(connection);
        return;
    }
    connection_drop(connection);
}

static void tls_flush(struct connection *connection)
{
    struct buffer *out = &connection->out;
    struct slice *tail = &connection->tail;
    struct evbuffer *output = bufferevent_get_output(connection->tls);
    int fault = 0;
    if (out->length > 0)
        fault = evbuffer_add(output, out->at, out->length);
    if (fault == 0 && tail->length > 0)
        fault = evbuffer_add_reference(output, tail->at, tail->length, NULL, NULL);
    buffer_empty(out);
    *tail = (struct slice){NULL, 0};
    if (fault)
        connection_drop(connection);
}

/* ---- both ---- */

void wire_flush(struct connection *connection)
{
    if (connection->out.length + connection->tail.length > 0) {
        if (connection->tls)
            tls_flush(connection);
        else
            plain_flush(connection);
    }
    if (connection->out.at && connection->out.length == 0 && connection->fd >= 0) {
        lane_block_back(connection->lane, connection->out.at, connection->out.room);
        connection->out = buffer_new(OUTPUT_MOST);
    }
}

size_t connection_pending(const struct connection *connection)
{
    size_t pending = connection->out.length + connection->tail.length;
    if (connection->tls)
        pending += evbuffer_get_length(bufferevent_get_output(connection->tls));
    return pending;
}

void wire_want(struct connection *connection, bool reading, bool writing)
{
    if (connection->tls)
        return; /* its watermark bounds what it reads, and it writes by itself */
    if (reading != connection->is_reading) {
        int fault = reading ? event_add(&connection->read_event, NULL) : event_del(&connection->read_event);
        assert(fault == 0);
        connection->is_reading = reading;
    }
    if (writing != connection->is_writing) {
        int fault = writing ? event_add(&connection->write_event, NULL) : event_del(&connection->write_event);
        assert(fault == 0);
        connection->is_writing = writing;
    }
}

void wire_fill(struct connection *connection)
{
    if (!connection->in) {
        connection->in = lane_block(connection->lane);
        connection->in_size = BLOCK;
        connection->in_start = connection->in_end = 0;
    }
    char *end = connection->in + connection->in_end;
    size_t room = connection->in_size - connection->in_end;
    if (room == 0)
        return;
    if (connection->tls) {
        int taken = evbuffer_remove(bufferevent_get_input(connection->tls), end, room);
        connection->in_end += taken > 0 ? (size_t)taken : 0;
        return;
    }
    ssize_t got = recv(connection->fd, end, room, 0);
    if (got > 0)
        connection->in_end += (size_t)got;
    else if (got == 0)
        connection->eof = true;
    else if (!is_passing(errno))
        connection_drop(connection);
}

void wire_discard(struct connection *connection)
{
    char nowhere[4096];
    ssize_t got = recv(connection->fd, nowhere, sizeof nowhere, 0);
    if (got == 0 || (got < 0 && !is_passing(errno)))
        connection_drop(connection);
}

bool wire_open(struct connection *connection)
{
    struct event_base *base = loop_base(connection->lane->loop);
    if (!connection->lane->tls) {
        event_assign(&connection->read_event, base, connection->fd, EV_READ | EV_PERSIST, on_readable,
                     connection);
        event_assign(&connection->write_event, base, connection->fd, EV_WRITE | EV_PERSIST, on_writable,
                     connection);
        return true;
    }
    connection->tls = tls_accept(connection->lane->tls, base, connection->fd);
    if (!connection->tls)
        return false;
    bufferevent_setcb(connection->tls, on_tls_read, on_tls_written, on_tls_event, connection);
    bufferevent_setwatermark(connection->tls, EV_READ, 0, BLOCK);
    return bufferevent_enable(connection->tls, EV_READ | EV_WRITE) == 0;
}

void wire_close(struct connection *connection)
{
    if (connection->tls) {
        tls_close(connection->tls);
        connection->tls = NULL;
    } else {
        wire_want(connection, false, false);
        close(connection->fd);
    }
    connection->fd = -1;
}
