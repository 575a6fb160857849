/* The server: a loop a core on one port, connections kept within ceilings, one handler for every request.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "http/exchange.h"

struct server;

/* Everything that bounds the server; server_defaults() gives the shipped figures. Times in milliseconds,
 * sizes in bytes. Connections and bytes are counted a loop: the process holds `loops` times as many. */
struct server_settings {
    const char *address;     /* numeric: "127.0.0.1", "::" */
    uint16_t port;           /* 0: the kernel's choice, see server_port() */
    unsigned loops;          /* threads, each with a listener of its own (SO_REUSEPORT) */
    const char *certificate; /* PEM files; both NULL: no TLS */
    const char *certificate_key;
    struct request_limits limits;
    unsigned connections;         /* open at once; beyond, the kernel's backlog holds them */
    unsigned address_connections; /* open at once from one address (IPv6: one /64); beyond, closed at once */
    unsigned connection_requests; /* then `Connection: close`; 0: no end */
    int64_t head_ms;              /* from a request's first byte to its empty line: 408 */
    int64_t body_ms;              /* then this and a second for each `rate` bytes of its body: 408 */
    int64_t idle_ms;              /* between requests: closed */
    int64_t write_ms; /* for a reply to leave, and a second for each `rate` bytes of it: dropped */
    size_t rate;
    size_t arena;          /* of one exchange; at least 8 KiB */
    size_t large;          /* held together by requests of more than one block (8 KiB); beyond, 503 */
    size_t output;         /* waiting on one connection before its next request is read */
    size_t stream_pending; /* waiting on one stream before its reader is dropped */
    size_t posts;          /* see loop_post(); never less than two a connection */
};

struct server_settings server_defaults(void);

/* What takes a request's body piece by piece, so that it is never whole in memory. */
struct body_sink {
    void (*take)(struct body_sink *sink, struct slice piece);
    void (*drop)(struct body_sink *sink); /* the exchange has ended */
};

/* What the program gives the server; `context` is handed to each. Only `on_request` is needed. */
struct server_handlers {
    void *context;
    /* In each loop's thread before its first connection: the place to make what belongs to a loop. */
    void (*on_loop)(struct loop *loop, void *context);
    /* In each loop's thread after its last connection: the place to take that down (events on the base first
     * of all). */
    void (*on_loop_end)(struct loop *loop, void *context);
    /* When a request's head is read and a body follows: the most bytes that it may have (413), instead of
     * limits.body. */
    size_t (*body_ceiling)(const struct request *request, void *context);
    /* A whole, well-formed request. */
    void (*on_request)(struct exchange *exchange, void *context);
    /* Behind body_ceiling(): what takes that body piece by piece; NULL: it is read into memory. */
    struct body_sink *(*body_sink)(struct exchange *exchange, void *context);
};

/* Binds the port and reads the certificate; no thread runs yet. NULL: `ret_fault` (256 bytes) says in one
 * line why not. The strings of the settings must outlive the server. */
MUST struct server *server_new(const struct server_settings *settings, const struct server_handlers *handlers,
                               char ret_fault[256]);

/* Starts the loops, one thread each. */
void server_start(struct server *server);

/* Stops accepting, ends streams and idle connections, gives the rest `grace_ms` to be answered (with
 * Connection: close), then drops them, and joins the threads. Afterwards no exchange is left and loop_post()
 * takes nothing. */
void server_stop(struct server *server, int64_t grace_ms);

/* Frees a stopped (or never started) server. */
void server_free(struct server *server);

uint16_t server_port(const struct server *server);
unsigned server_loops(const struct server *server);
struct loop *server_loop(struct server *server, unsigned index);

/* Counts since the start, all loops together; any thread. */
struct server_counts {
    uint64_t accepted, turned_away; /* connections; of these over a ceiling */
    uint64_t requests;              /* handed to the handler */
    uint64_t refused, timeouts;     /* answered by the server itself; of these 408 */
    uint64_t dropped;               /* slow readers */
    uint64_t gone;                  /* clients that left before their answer */
    uint64_t open, waiting, streaming; /* now: connections, exchanges, exchanges */
};

void server_count(const struct server *server, struct server_counts *ret_counts);
