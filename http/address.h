/* How many connections are open from each address, within a table of fixed size.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "process/text.h"

struct sockaddr;

/* What counts as one client: an IPv4 address (also mapped into IPv6), or an IPv6 network of 64 bits. */
struct address {
    uint64_t high, low; /* never both 0 */
};

struct address_table;

/* A table for at most `ceiling` connections. */
struct address_table *address_table_new(size_t ceiling) __attribute__((returns_nonnull));
void address_table_free(struct address_table *table);

/* The client behind a socket's address. */
struct address address_of(const struct sockaddr *socket_address);

/* Counts one connection more and returns true, or returns false where `most` are open already. */
MUST bool address_enter(struct address_table *table, struct address address, unsigned most);

/* Counts one less; the address must have entered. */
void address_leave(struct address_table *table, struct address address);
