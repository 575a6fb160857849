/* The desk of a worker that keeps nothing at hand.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/desk.h"

static void *nothing_opened(void)
{
    return NULL;
}

static bool nothing_fetched(void *desk, struct sql_connection *connection, struct arena *arena)
{
    (void)desk, (void)connection, (void)arena;
    return true;
}

static bool nothing_sent(void *desk, struct sql_connection *connection)
{
    (void)desk, (void)connection;
    return true;
}

static void nothing_cleared(void *desk, bool committed)
{
    (void)desk, (void)committed;
}

static void nothing_closed(void *desk)
{
    (void)desk;
}

const struct desk no_desk = {nothing_opened, nothing_fetched, nothing_sent, nothing_cleared, nothing_closed};
