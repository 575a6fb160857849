/* A zip archive in memory, read part by part within ceilings.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "consumers/table/table.h"

/* An open archive; freed by archive_free. */
struct archive;

/* Opens the archive in `bytes` (borrowed) under the limits (borrowed): bytes, entries, unpacked, ratio. Gives
 * a fault of the file_ and archive_ kind, or FAULT_none and the archive. */
MUST enum fault archive_open(struct slice bytes, const struct table_limits *limits,
                                      struct archive **ret_archive);

void archive_free(struct archive *archive);

static inline void archive_free_at(struct archive **archive)
{
    archive_free(*archive);
}
#define auto_archive __attribute__((cleanup(archive_free_at))) struct archive *

/* Whether there is an entry of that name, in the very bytes. */
MUST bool archive_has(const struct archive *archive, const char *name);

/* Unpacks an entry piece by piece into `take`, which may end it by giving a fault. What is unpacked counts
 * against the archive's ceiling whatever the entry's own headers claim. */
MUST enum fault archive_unpack(struct archive *archive, const char *name,
                                        enum fault (*take)(void *to, struct slice piece), void *to);
