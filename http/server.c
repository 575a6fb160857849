/* The server: settings, listening sockets, one thread a lane.  SPDX-License-Identifier: Apache-2.0 */
#include "http/server.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/connection.h"
#include "http/tls.h"
#include "process/memory.h"

enum { LOOPS_MOST = 256, BACKLOG = 4096 };

struct server {
    struct server_settings settings;
    struct server_handlers handlers;
    struct ssl_ctx_st *tls;
    uint16_t port;
    bool running;
    struct lane *lanes;
    pthread_t *threads;
};

struct server_settings server_defaults(void)
{
    return (struct server_settings){
        .address = "127.0.0.1",
        .port = 8080,
        .loops = 1,
        .limits = {.head = 8192, .target = 1024, .headers = 64, .body = 256 << 10, .trailer = 1024},
        .connections = 4096,
        .address_connections = 4096,
        .connection_requests = 10000,
        .head_ms = 10000,
        .body_ms = 10000,
        .idle_ms = 30000,
        .write_ms = 10000,
        .rate = 1024,
        .arena = 4 << 20,
        .large = 32 << 20,
        .output = 64 << 10,
        .stream_pending = 256 << 10,
    };
}

/* A socket address of a numeric address and a port; false for anything else. */
static bool socket_address(const char *address, uint16_t port, struct sockaddr_storage *ret_at,
                           socklen_t *ret_length)
{
    struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons(port)};
    struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
    if (inet_pton(AF_INET, address, &four.sin_addr) == 1) {
        memcpy(ret_at, &four, sizeof four);
        *ret_length = sizeof four;
        return true;
    }
    if (inet_pton(AF_INET6, address, &six.sin6_addr) != 1)
        return false;
    memcpy(ret_at, &six, sizeof six);
    *ret_length = sizeof six;
    return true;
}

/* A bound and listening socket, or -1 with errno. Port 0 becomes the one that the kernel chose. */
static int listener_new(const char *address, uint16_t *port)
{
    struct sockaddr_storage at = {0};
    socklen_t length = sizeof at;
    int on = 1, off = 0;
    if (!socket_address(address, *port, &at, &length)) {
        errno = EINVAL;
        return -1;
    }
    int fd = socket(at.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    if (at.ss_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0 ||
        setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) < 0 ||
        bind(fd, (struct sockaddr *)&at, length) < 0 || listen(fd, BACKLOG) < 0 ||
        getsockname(fd, (struct sockaddr *)&at, &length) < 0) {
        int fault = errno;
        close(fd);
        errno = fault;
        return -1;
    }
    *port = at.ss_family == AF_INET6 ? ntohs(((struct sockaddr_in6 *)(void *)&at)->sin6_port)
                                     : ntohs(((struct sockaddr_in *)(void *)&at)->sin_port);
    return fd;
}

static bool listen_all(struct server *server, char ret_fault[256])
{
    server->port = server->settings.port;
    for (unsigned i = 0; i < server->settings.loops; i++) {
        server->lanes[i].listener = listener_new(server->settings.address, &server->port);
        if (server->lanes[i].listener >= 0)
            continue;
        snprintf(ret_fault, 256, "cannot listen on %.64s port %u: %s", server->settings.address, server->port,
                 strerror(errno));
        return false;
    }
    return true;
}

/* What the program may not set: a mistake of ours, not of the operator, who is stopped by the settings' own
 * ranges. */
static void check(const struct server_settings *settings, const struct server_handlers *handlers)
{
    assert(settings->loops >= 1 && settings->loops <= LOOPS_MOST);
    assert(settings->limits.head >= 64 && settings->limits.head <= UINT16_MAX + 1);
    assert(settings->limits.headers <= REQUEST_HEADERS_MOST);
    assert(settings->connections > 0 && settings->rate > 0 && settings->arena >= BLOCK);
    assert(handlers->on_request);
}

struct server *server_new(const struct server_settings *settings, const struct server_handlers *handlers,
                          char ret_fault[256])
{
    check(settings, handlers);
    struct server *server = memory_new(sizeof *server);
    server->settings = *settings;
    server->handlers = *handlers;
    server->lanes = memory_new_many(settings->loops, sizeof *server->lanes);
    server->threads = memory_new_many(settings->loops, sizeof *server->threads);
    for (unsigned i = 0; i < settings->loops; i++)
        server->lanes[i].listener = -1;
    if (settings->certificate) {
        server->tls = tls_new(settings->certificate, settings->certificate_key, ret_fault);
        if (!server->tls) {
            server_free(server);
            return NULL;
        }
    }
    if (!listen_all(server, ret_fault)) {
        server_free(server);
        return NULL;
    }
    size_t least = 2 * (size_t)settings->connections;
    for (unsigned i = 0; i < settings->loops; i++) {
        struct lane *lane = &server->lanes[i];
        lane->server = server;
        lane->settings = &server->settings;
        lane->handlers = &server->handlers;
        lane->tls = server->tls;
        lane->loop = loop_new(i, settings->posts > least ? settings->posts : least);
        lane_open(lane);
    }
    return server;
}

static void *run(void *argument)
{
    struct lane *lane = argument;
    const struct server_handlers *handlers = lane->handlers;
    if (handlers->on_loop)
        handlers->on_loop(lane->loop, handlers->context);
    loop_run(lane->loop);
    lane_close(lane);
    if (handlers->on_loop_end)
        handlers->on_loop_end(lane->loop, handlers->context);
    return NULL;
}

void server_start(struct server *server)
{
    assert(!server->running);
    signal(SIGPIPE, SIG_IGN);
    server->running = true;
    for (unsigned i = 0; i < server->settings.loops; i++) {
        char name[16];
        snprintf(name, sizeof name, "loop %u", i);
        if (pthread_create(&server->threads[i], NULL, run, &server->lanes[i]) != 0)
            abort();
        pthread_setname_np(server->threads[i], name);
    }
}

struct stop {
    struct lane *lane;
    int64_t grace_ms;
};

static void on_stop(struct loop *loop, void *argument)
{
    struct stop *stop = argument;
    (void)loop;
    lane_stop(stop->lane, stop->grace_ms);
    free(stop);
}

void server_stop(struct server *server, int64_t grace_ms)
{
    if (!server->running)
        return;
    for (unsigned i = 0; i < server->settings.loops; i++) {
        struct stop *stop = memory_new(sizeof *stop);
        *stop = (struct stop){&server->lanes[i], grace_ms};
        while (!loop_post(server->lanes[i].loop, on_stop, stop))
            usleep(1000); /* the queue is full: the loop is draining it */
    }
    for (unsigned i = 0; i < server->settings.loops; i++)
        pthread_join(server->threads[i], NULL);
    server->running = false;
}

void server_free(struct server *server)
{
    if (!server)
        return;
    assert(!server->running);
    for (unsigned i = 0; i < server->settings.loops; i++) {
        struct lane *lane = &server->lanes[i];
        if (lane->loop)
            lane_close(lane);
        else if (lane->listener >= 0)
            close(lane->listener);
        loop_free(lane->loop);
    }
    tls_free(server->tls);
    free(server->lanes);
    free(server->threads);
    free(server);
}

uint16_t server_port(const struct server *server)
{
    return server->port;
}

unsigned server_loops(const struct server *server)
{
    return server->settings.loops;
}

struct loop *server_loop(struct server *server, unsigned index)
{
    assert(index < server->settings.loops);
    return server->lanes[index].loop;
}

void server_count(const struct server *server, struct server_counts *ret_counts)
{
    enum { COUNTS = sizeof *ret_counts / sizeof(uint64_t) };
    uint64_t sums[COUNTS] = {0};
    for (unsigned i = 0; i < server->settings.loops; i++) {
        const uint64_t *counts = (const uint64_t *)&server->lanes[i].counts;
        for (size_t n = 0; n < COUNTS; n++)
            sums[n] += __atomic_load_n(&counts[n], __ATOMIC_RELAXED);
    }
    memcpy(ret_counts, sums, sizeof sums);
}
