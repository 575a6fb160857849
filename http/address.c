/* Connections counted by address: open addressing, entries moved back on removal.
 * SPDX-License-Identifier: Apache-2.0 */
#include "http/address.h"

#include <assert.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/random.h>

#include "process/memory.h"

struct entry {
    struct address address;
    unsigned count; /* 0: free */
};

struct address_table {
    size_t mask, used, ceiling;
    uint64_t secret; /* so that nobody chooses addresses that meet in one place */
    struct entry entries[];
};

struct address_table *address_table_new(size_t ceiling)
{
    size_t size = 16;
    while (size < ceiling * 2)
        size *= 2;
    struct address_table *table = memory_new(sizeof *table + size * sizeof *table->entries);
    table->mask = size - 1;
    table->ceiling = ceiling;
    if (getrandom(&table->secret, sizeof table->secret, 0) != sizeof table->secret)
        abort();
    return table;
}

void address_table_free(struct address_table *table)
{
    free(table);
}

struct address address_of(const struct sockaddr *socket_address)
{
    struct address address = {0, 1};
    if (socket_address->sa_family == AF_INET) {
        struct sockaddr_in four;
        memcpy(&four, socket_address, sizeof four);
        address = (struct address){0, UINT64_C(0xffff00000000) | ntohl(four.sin_addr.s_addr)};
    } else if (socket_address->sa_family == AF_INET6) {
        struct sockaddr_in6 six;
        memcpy(&six, socket_address, sizeof six);
        memcpy(&address.high, six.sin6_addr.s6_addr, 8);
        if (IN6_IS_ADDR_V4MAPPED(&six.sin6_addr)) {
            uint32_t four;
            memcpy(&four, six.sin6_addr.s6_addr + 12, 4);
            address = (struct address){0, UINT64_C(0xffff00000000) | ntohl(four)};
        }
    }
    return address;
}

static size_t home_of(const struct address_table *table, struct address address)
{
    uint64_t mixed = (address.high ^ table->secret) * UINT64_C(0x9e3779b97f4a7c15);
    mixed = (mixed ^ address.low ^ mixed >> 29) * UINT64_C(0xbf58476d1ce4e5b9);
    return (size_t)(mixed ^ mixed >> 32) & table->mask;
}

/* The entry of the address, or the free one where it would stand. */
static size_t find(const struct address_table *table, struct address address)
{
    size_t at = home_of(table, address);
    while (table->entries[at].count > 0 &&
           (table->entries[at].address.high != address.high || table->entries[at].address.low != address.low))
        at = (at + 1) & table->mask;
    return at;
}

bool address_enter(struct address_table *table, struct address address, unsigned most)
{
    struct entry *entry = &table->entries[find(table, address)];
    if (entry->count >= most || (entry->count == 0 && table->used == table->ceiling))
        return false;
    if (entry->count++ == 0) {
        entry->address = address;
        table->used++;
    }
    return true;
}

void address_leave(struct address_table *table, struct address address)
{
    size_t hole = find(table, address);
    assert(table->entries[hole].count > 0);
    if (--table->entries[hole].count > 0)
        return;
    table->used--;
    /* Entries behind the hole that would not be found past it are moved into it. */
    for (size_t at = (hole + 1) & table->mask; table->entries[at].count > 0; at = (at + 1) & table->mask) {
        size_t home = home_of(table, table->entries[at].address);
        if (((at - home) & table->mask) >= ((at - hole) & table->mask)) {
            table->entries[hole] = table->entries[at];
            table->entries[at].count = 0;
            hole = at;
        }
    }
}
