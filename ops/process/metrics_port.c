/* The small server of /metrics, /healthz and /readyz for programs that are no HTTP server.  SPDX-License-Identifier: Apache-2.0 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "process/clock.h"
#include "process/life.h"
#include "process/log.h"
#include "process/metrics.h"

#define LARGEST_HEAD 4096
#define LARGEST_BODY (4 << 20)
#define PATIENCE_US  2000000 /* for one connection, reading and writing */

static pthread_t thread;
static int listener = -1;
static int stop_fd = -1;

/* Waits until the descriptor is ready; false when time is up. */
static bool ready(int fd, short events, int64_t until)
{
    int64_t left = (until - clock_monotonic_us() + 999) / 1000;
    struct pollfd waited = {.fd = fd, .events = events};
    return left > 0 && poll(&waited, 1, (int)left) > 0;
}

/* Reads up to the empty line that ends a head; false if it does not come in time or in LARGEST_HEAD bytes. */
static bool read_head(int fd, char *head, size_t *ret_length, int64_t until)
{
    size_t length = 0;
    while (length < LARGEST_HEAD) {
        if (!ready(fd, POLLIN, until))
            return false;
        ssize_t more = recv(fd, head + length, LARGEST_HEAD - length, MSG_DONTWAIT);
        if (more <= 0)
            return false;
        length += (size_t)more;
        if (memmem(head, length, "\r\n\r\n", 4)) {
            *ret_length = length;
            return true;
        }
    }
    return false;
}

static void write_all(int fd, struct slice bytes, int64_t until)
{
    while (bytes.length && ready(fd, POLLOUT, until)) {
        ssize_t done = send(fd, bytes.at, bytes.length, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (done < 0 && errno != EAGAIN && errno != EINTR)
            return;
        if (done > 0)
            bytes = (struct slice){bytes.at + done, bytes.length - (size_t)done};
    }
}

static bool starts_with(struct slice text, const char *start)
{
    size_t length = strlen(start);
    return text.length >= length && memcmp(text.at, start, length) == 0;
}

/* The body and status for a request head. */
static const char *answer(struct slice head, struct buffer *body, const char **ret_type)
{
    *ret_type = "application/json";
    if (!starts_with(head, "GET "))
        return "405 Method Not Allowed";
    if (starts_with(head, "GET /metrics HTTP/1.")) {
        *ret_type = "text/plain; version=0.0.4; charset=utf-8";
        metrics_print(body);
        return "200 OK";
    }
    if (starts_with(head, "GET /healthz HTTP/1.")) {
        buffer_add_text(body, "{\"status\":\"pass\"}\n");
        return "200 OK";
    }
    if (starts_with(head, "GET /readyz HTTP/1.")) {
        buffer_add_text(body, "{\"waiting_for\":");
        bool is_ready = life_ready(body);
        buffer_add_format(body, ",\"status\":\"%s\"}\n", is_ready ? "pass" : "fail");
        return is_ready ? "200 OK" : "503 Service Unavailable";
    }
    return "404 Not Found";
}

static void serve(int fd)
{
    char head[LARGEST_HEAD];
    size_t length;
    int64_t until = clock_monotonic_us() + PATIENCE_US;
    if (!read_head(fd, head, &length, until))
        return;
    const char *type;
    struct buffer body = buffer_new(LARGEST_BODY), reply = buffer_new(LARGEST_BODY + LARGEST_HEAD);
    const char *status = answer((struct slice){head, length}, &body, &type);
    buffer_add_format(&reply, "HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n",
                      status, type, body.length);
    buffer_add_slice(&reply, buffer_slice(&body));
    write_all(fd, buffer_slice(&reply), until);
    shutdown(fd, SHUT_WR);
    buffer_free(&reply);
    buffer_free(&body);
}

static void *run(void *nothing)
{
    (void)nothing;
    life_thread("metrics");
    for (;;) {
        struct pollfd waited[2] = {{.fd = listener, .events = POLLIN}, {.fd = stop_fd, .events = POLLIN}};
        if (poll(waited, 2, -1) < 0 && errno != EINTR)
            break;
        if (waited[1].revents)
            break;
        int fd = waited[0].revents ? accept4(listener, NULL, NULL, SOCK_CLOEXEC) : -1;
        if (fd < 0)
            continue;
        serve(fd);
        close(fd);
    }
    return NULL;
}

static bool listen_at(const char *address, int port)
{
    struct sockaddr_in place = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int one = 1;
    if (inet_pton(AF_INET, address, &place.sin_addr) != 1) {
        errno = EINVAL;
        return false;
    }
    listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (listener < 0)
        return false;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    return bind(listener, (struct sockaddr *)&place, sizeof place) == 0 && listen(listener, 16) == 0;
}

bool metrics_serve(const char *address, int port)
{
    if (stop_fd >= 0)
        return false; /* one a process */
    bool well = listen_at(address, port);
    int saved = errno;
    if (well) {
        stop_fd = eventfd(0, EFD_CLOEXEC);
        saved = stop_fd < 0 ? errno : pthread_create(&thread, NULL, run, NULL);
        well = saved == 0;
    }
    if (well) {
        LOG(listening, log_text("address", address), log_number("port", port), log_text("for", "metrics"));
        return true;
    }
    LOG(metrics_failed, log_text("address", address), log_number("port", port),
        log_text("reason", strerrordesc_np(saved)));
    if (listener >= 0)
        close(listener);
    if (stop_fd >= 0)
        close(stop_fd);
    listener = stop_fd = -1;
    return false;
}

void metrics_stop(void)
{
    uint64_t one = 1;
    if (stop_fd < 0 || write(stop_fd, &one, sizeof one) != sizeof one)
        return;
    pthread_join(thread, NULL);
    close(listener);
    close(stop_fd);
    listener = stop_fd = -1;
}
