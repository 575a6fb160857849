/* Sends hand-ins on a schedule, watches each to the leaderboard.  SPDX-License-Identifier: Apache-2.0 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* journey PORT FILE RATE EVERY: FILE holds four pieces a member, each behind its length and a line feed: the
 * hand-in as a request, a request for the own place on the board, the member's id, nothing. RATE hand-ins leave
 * a second; of every EVERY-th the board is asked each 5 ms until its points are others than before. Latencies
 * run from the scheduled instant. */
#define LINKS 64
#define ROOM 131072u
#define ASK_EVERY 0.005
#define PATIENCE 60.0

struct piece {
    char *at;
    size_t length;
};

struct member {
    struct piece hand_in, ask, id, nothing;
    char before[24]; /* its points as the board wrote them; empty: not there */
    double due, next_ask, accepted, seen;
    bool watched, sent, asking;
};

struct link {
    int fd;
    struct member *of; /* NULL: free */
    bool asks;
    char *in;
    size_t got;
};

struct journey {
    struct member *members;
    size_t count, next, answered, refused, watched, seen;
    struct link hands[LINKS], eyes[LINKS];
    int epoll;
    bool before; /* the round that only learns what the board shows before */
};

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void fail(const char *what)
{
    fprintf(stderr, "journey: %s: %s\n", what, strerror(errno));
    exit(1);
}

static bool piece_read(FILE *file, struct piece *piece)
{
    if (fscanf(file, "%zu", &piece->length) != 1 || fgetc(file) != '\n')
        return false;
    piece->at = malloc(piece->length + 1);
    if (!piece->at || fread(piece->at, 1, piece->length, file) != piece->length)
        fail("the file is cut short");
    piece->at[piece->length] = 0;
    return true;
}

static void members_read(struct journey *journey, const char *path, unsigned every)
{
    FILE *file = fopen(path, "rb");
    struct member member = {.watched = false};
    if (!file)
        fail(path);
    while (piece_read(file, &member.hand_in)) {
        if (!piece_read(file, &member.ask) || !piece_read(file, &member.id) ||
            !piece_read(file, &member.nothing))
            fail("the file is cut short");
        if (journey->count % 1024 == 0)
            journey->members = realloc(journey->members, (journey->count + 1024) * sizeof member);
        if (!journey->members)
            fail("memory");
        member.watched = journey->count % every == 0;
        journey->watched += member.watched;
        journey->members[journey->count++] = member;
    }
    fclose(file);
}

static void links_open(struct journey *journey, struct link *links, uint16_t port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int one = 1;
    for (int i = 0; i < LINKS; i++) {
        struct link *link = &links[i];
        *link = (struct link){.fd = socket(AF_INET, SOCK_STREAM, 0), .in = malloc(ROOM)};
        if (link->fd < 0 || !link->in || connect(link->fd, (struct sockaddr *)&address, sizeof address) != 0)
            fail("connect");
        setsockopt(link->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        fcntl(link->fd, F_SETFL, O_NONBLOCK);
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = link};
        epoll_ctl(journey->epoll, EPOLL_CTL_ADD, link->fd, &event);
    }
}

static struct link *link_free(struct link *links)
{
    for (int i = 0; i < LINKS; i++)
        if (!links[i].of)
            return &links[i];
    return NULL;
}

/* Requests are far smaller than a socket's buffer, and each connection carries one at a time. */
static void ask(struct link *link, struct member *member, const struct piece *piece, bool asks)
{
    link->of = member;
    link->asks = asks;
    link->got = 0;
    if (send(link->fd, piece->at, piece->length, MSG_NOSIGNAL) != (ssize_t)piece->length)
        fail("send");
}

/* The member's own points in a reply, as text; empty when it has no place. */
static void points_of(const struct member *member, const char *body, char ret_points[static 24])
{
    const char *row = strstr(body, member->id.at), *points = row ? strstr(row, "\"points\":") : NULL;
    size_t length = points ? strspn(points + 9, "-.0123456789") : 0;
    memset(ret_points, 0, 24);
    if (points && length < 24)
        memcpy(ret_points, points + 9, length);
}

static void take_reply(struct journey *journey, struct link *link, const char *body)
{
    struct member *member = link->of;
    char points[24];
    link->of = NULL;
    if (!link->asks) {
        bool accepted = memcmp(link->in, "HTTP/1.1 202", 12) == 0;
        member->accepted = now();
        journey->answered++;
        journey->refused += !accepted;
        if (!accepted && journey->refused == 1)
            fprintf(stderr, "journey: a hand-in was answered: %.300s\n", link->in);
        return;
    }
    member->asking = false;
    if (memcmp(link->in, "HTTP/1.1 200", 12) != 0)
        return;
    points_of(member, body, points);
    if (journey->before)
        memcpy(member->before, points, sizeof points);
    if (journey->before || strcmp(points, member->before) != 0) {
        member->seen = now();
        journey->seen++;
    }
}

static void link_readable(struct journey *journey, struct link *link)
{
    ssize_t got = recv(link->fd, link->in + link->got, ROOM - 1 - link->got, 0);
    if (got <= 0) {
        if (got < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        fail("the connection ended");
    }
    link->got += (size_t)got;
    link->in[link->got] = 0;
    const char *end = strstr(link->in, "\r\n\r\n"), *length = strcasestr(link->in, "\r\nContent-Length:");
    if (!link->of || !end || !length || length > end)
        return;
    if (link->got >= (size_t)(end + 4 - link->in) + strtoul(length + 17, NULL, 10))
        take_reply(journey, link, end + 4);
}

/* Whatever is due leaves, as far as connections are free. */
static void leave(struct journey *journey)
{
    double instant = now();
    struct link *link;
    while (!journey->before && journey->next < journey->count &&
           journey->members[journey->next].due <= instant && (link = link_free(journey->hands))) {
        struct member *member = &journey->members[journey->next++];
        member->sent = true;
        member->next_ask = instant;
        ask(link, member, &member->hand_in, false);
    }
    for (size_t i = 0; i < journey->count; i++) {
        struct member *member = &journey->members[i];
        if (!member->watched || member->asking || member->seen > 0 ||
            !(member->sent || journey->before) || member->next_ask > instant)
            continue;
        if (!(link = link_free(journey->eyes)))
            break;
        member->asking = true;
        member->next_ask = instant + ASK_EVERY;
        ask(link, member, &member->ask, true);
    }
}

/* Until all is answered and seen, or nothing more is to be hoped for. */
static void run(struct journey *journey)
{
    double until = journey->before ? now() : journey->members[journey->count - 1].due;
    while (now() < until + PATIENCE && ((!journey->before && journey->answered < journey->count) ||
                                        journey->seen < journey->watched)) {
        struct epoll_event events[LINKS];
        leave(journey);
        int count = epoll_wait(journey->epoll, events, LINKS, 1);
        for (int i = 0; i < count; i++)
            link_readable(journey, events[i].data.ptr);
    }
}

static int by_size(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static void tell(const char *what, double *values, size_t count)
{
    qsort(values, count, sizeof *values, by_size);
    if (count)
        printf(" %s_p50=%.1f %s_p99=%.1f %s_max=%.1f", what, values[count / 2] * 1e3, what,
               values[count * 99 / 100] * 1e3, what, values[count - 1] * 1e3);
}

int main(int count, char **arguments)
{
    if (count != 5) {
        fprintf(stderr, "usage: journey PORT FILE RATE EVERY\n");
        return 2;
    }
    struct journey journey = {.epoll = epoll_create1(0), .before = true};
    double rate = strtod(arguments[3], NULL), last = 0;
    uint16_t port = (uint16_t)strtoul(arguments[1], NULL, 10);
    members_read(&journey, arguments[2], (unsigned)strtoul(arguments[4], NULL, 10));
    links_open(&journey, journey.hands, port);
    links_open(&journey, journey.eyes, port);
    run(&journey);
    if (journey.seen < journey.watched)
        fail("the board could not be asked");
    journey.before = false;
    journey.seen = 0;
    double begin = now() + 0.1;
    double *accepted = malloc(journey.count * sizeof *accepted), *seen = malloc(journey.count * sizeof *seen);
    if (!accepted || !seen)
        fail("memory");
    for (size_t i = 0; i < journey.count; i++) {
        journey.members[i].due = begin + (double)i / rate;
        journey.members[i].seen = 0;
    }
    run(&journey);
    size_t answers = 0, sights = 0;
    for (size_t i = 0; i < journey.count; i++) {
        const struct member *member = &journey.members[i];
        if (member->accepted > 0)
            accepted[answers++] = member->accepted - member->due;
        if (member->watched && member->seen > 0)
            seen[sights++] = member->seen - member->due;
        last = member->seen > last ? member->seen : last;
    }
    printf("RESULT answered=%zu refused=%zu watched=%zu seen=%zu seconds=%.3f", answers, journey.refused,
           journey.watched, sights, last - begin);
    tell("accepted", accepted, answers);
    tell("board", seen, sights);
    printf("\n");
    return 0;
}
