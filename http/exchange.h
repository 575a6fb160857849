/* An exchange: one request and its reply, answered at once or later from the loop's thread.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "http/loop.h"
#include "http/request.h"
#include "http/response.h"
#include "http/target.h"

struct exchange;

/* Where an exchange is; exchange_move() in exchange.c is the only place that moves it. */
enum exchange_place {
    EXCHANGE_READING,   /* its head or body is arriving */
    EXCHANGE_CHECKED,   /* whole and well-formed; the handler has it now */
    EXCHANGE_WAITING,   /* the handler has returned and will answer later */
    EXCHANGE_STREAMING, /* the reply's head is sent, its body follows piece by piece */
    EXCHANGE_ANSWERED,  /* the reply is in the connection's output: the exchange is over */
    EXCHANGE_GONE,      /* the client left (or was dropped) first; whoever holds it must still end it */
};

/* The rules. All calls are made in the loop's thread: another thread goes through loop_post(exchange_loop(…),
 * …). The handler, or whom it left the exchange to, ends it exactly once: exchange_answer(),
 * exchange_problem() or exchange_stream_end(). It lives until then, even when its client has gone, and not a
 * moment longer: request, arena and everything in the arena end with it. */

/* The request; its slices live as long as the exchange. */
const struct request *exchange_request(const struct exchange *exchange);

/* Memory that ends with the exchange, at most the setting `arena` bytes. */
struct arena *exchange_arena(struct exchange *exchange);

/* The loop that the exchange belongs to. */
struct loop *exchange_loop(const struct exchange *exchange);

/* The place it is in; EXCHANGE_GONE tells that an answer would reach nobody. */
enum exchange_place exchange_place(const struct exchange *exchange);

/* When its last byte had been read: loop_now()'s milliseconds. */
int64_t exchange_read_at(const struct exchange *exchange);

/* The client's address as text, without the port; as long as the exchange. */
struct slice exchange_peer(const struct exchange *exchange);

struct body_sink;

/* What took its body piece by piece; NULL: the body stands in the request. */
struct body_sink *exchange_body_sink(const struct exchange *exchange);

/* One pointer of the handler's own, NULL at first. */
void exchange_set_note(struct exchange *exchange, void *note);
void *exchange_note(const struct exchange *exchange);

/* `gone` is called once, from the loop, if the client leaves before the exchange is ended; it may end the
 * exchange itself. NULL takes it back. */
void exchange_on_gone(struct exchange *exchange, void (*gone)(struct exchange *exchange, void *context),
                      void *context);

/* Ends the exchange with a reply (see struct response: what it points to is copied). */
void exchange_answer(struct exchange *exchange, const struct response *response);

/* Ends it with a problem of constant texts (503 with Retry-After); what is richer is made by the caller and
 * given to exchange_answer(). */
void exchange_problem(struct exchange *exchange, enum problem_code code, const char *detail,
                      const char *detail_zh);

/* Begins a reply whose body comes in pieces (server-sent events); `head` has no body. To a HEAD request the
 * pieces are dropped. From here on a client that closes its sending side counts as gone. */
void exchange_stream_start(struct exchange *exchange, const struct response *head);

/* Sends a piece (copied). False: the client has gone, or is dropped just now because more than the setting
 * `stream_pending` would wait for it; end the stream. Pieces of one turn of the loop leave in one write.
 * `gone` is not called for what this call reports. */
MUST bool exchange_stream_write(struct exchange *exchange, struct slice bytes);

/* How many bytes the client has not taken yet (without what the kernel holds). */
size_t exchange_stream_pending(const struct exchange *exchange);

/* Ends the stream and the exchange. */
void exchange_stream_end(struct exchange *exchange);
