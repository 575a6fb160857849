/* The SQL texts that the host tool put into the program.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stddef.h>

struct embedded_text {
    const char *name; /* the file's, without its folder and ".sql" */
    const char *text;
};

/* sql/queries/, in the order of names. */
extern const struct embedded_text embedded_queries[];
extern const size_t embedded_queries_count;

/* sql/migrations/, in the order of names, which is that of their numbers. */
extern const struct embedded_text embedded_migrations[];
extern const size_t embedded_migrations_count;

/* The place of a statement in embedded_queries; an unknown name is a fault of the program and ends it. */
size_t embedded_query(const char *name);
