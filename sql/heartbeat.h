/* The heartbeat of a process: a row that says until when its silence is no news.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "sql/connection.h"

/* Begins the process's life; each call of the two below is from one thread. */
void heartbeat_begin(const char *process);

/* Whether one is due; asking is cheap. */
bool heartbeat_due(void);

/* The arguments of the statement process_beat, for who asks it from a loop. `handled`: messages or requests so far. */
void heartbeat_arguments(struct arguments *arguments, int64_t handled);

/* Says it, in the caller's transaction if there is one; the next is due heartbeat_ms later, however it went. */
MUST bool heartbeat_say(struct sql_connection *connection, int64_t handled);
