/* What every request goes through: route, caller, role, message, and then who serves it.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "http/exchange.h"

/* The server's handler (server_handlers.on_request); `context` is the front. */
void serve_request(struct exchange *exchange, void *context);

/* The most bytes that a request's body may have (server_handlers.body_ceiling). */
size_t serve_body_ceiling(const struct request *request, void *context);
