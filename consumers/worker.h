/* A worker: fetch a batch, decide it, commit effects, events and position together.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "consumers/handler.h"

/* Runs the worker until the end of the process is asked for. Kafka or PostgreSQL away: it waits, keeps its place in the
 * group, and goes on. Ends the process by life_end() where a person must look (a gap in the log, a wrong schema). */
void worker_run(const struct worker_plan *plan);
