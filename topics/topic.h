/* Making topics as they are declared.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "process/problem.h"
#include "topics/catalogue.h"

/* Makes the missing topics and brings the settings of the others (retention or compaction,
 * min.insync.replicas, largest message) to what is declared, with the settings replication and min_insync;
 * can be repeated. A topic with another number of partitions is refused, because keys would change their
 * partition, and nothing is changed then. */
MUST bool topics_make(const struct topic *topics, size_t count, struct problem *problem);
