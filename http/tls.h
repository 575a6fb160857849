/* TLS of the server's own side: the certificate, and a bufferevent for an accepted descriptor.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "process/text.h"

struct bufferevent;
struct event_base;
struct ssl_ctx_st;

/* TLS 1.2 and later with the certificate chain and key of two PEM files. NULL: ret_fault says in one line why
 * not. */
MUST struct ssl_ctx_st *tls_new(const char *certificate, const char *key, char ret_fault[256]);

/* NULL is nothing. */
void tls_free(struct ssl_ctx_st *tls);

/* A bufferevent that will shake hands on the descriptor and owns it; its callbacks are deferred. NULL: no
 * memory, and the descriptor is still the caller's. */
MUST struct bufferevent *tls_accept(struct ssl_ctx_st *tls, struct event_base *base, int fd);

/* Says good-bye as far as that goes at once, then frees the bufferevent and closes its descriptor. */
void tls_close(struct bufferevent *connection);
