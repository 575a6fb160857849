/* A desk: what one worker keeps at hand from batch to batch, fetched and written for a whole batch at once.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "process/arena.h"
#include "sql/connection.h"

/* All calls are in the worker's thread. Calls that return false leave the reason in the connection. */
struct desk {
    /* Made once a worker. */
    void *(*open)(void);
    /* Before the first decision: fetch what the batch's messages wanted, in the open transaction. */
    bool (*fetch)(void *desk, struct sql_connection *connection, struct arena *arena);
    /* After the last: write what was gathered, in the same transaction. */
    bool (*send)(void *desk, struct sql_connection *connection);
    /* The batch is over, committed or not: forget it. `committed` false: what was learned in it is not true. */
    void (*clear)(void *desk, bool committed);
    void (*close)(void *desk);
};

extern const struct desk no_desk, exam_desk, points_desk;
