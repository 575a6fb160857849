/* Verifying the audit trail.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/security/trail.h"

#include <stdio.h>

#include "consumers/fetched.h"
#include "process/hex.h"
#include "topics/digest.h"

enum { PAGE = 1000, CANONICAL_BYTES = 65536 };

/* Where the walk stands. */
struct walk {
    struct trail_report *report;
    struct trail_head *heads;
    size_t count;
    char chain[TRAIL_CHAIN];
    int64_t number;
    uint8_t hash[TRAIL_HASH];
    size_t bytes; /* of that hash: none before a chain's first entry */
};

/* A part with its length, as audit.part() writes it. */
static void add_part(struct buffer *buffer, struct slice text)
{
    if (!text.at) {
        buffer_add_byte(buffer, '-');
        return;
    }
    buffer_add_number(buffer, (int64_t)text.length);
    buffer_add_byte(buffer, ':');
    buffer_add_slice(buffer, text);
}

static void add_number_part(struct buffer *buffer, int64_t number)
{
    char text[24];
    int length = snprintf(text, sizeof text, "%lld", (long long)number);
    add_part(buffer, (struct slice){text, (size_t)length});
}

static void add_id_part(struct buffer *buffer, const struct rows *rows, size_t row, size_t column)
{
    char text[ID_TEXT] = "";
    if (!row_null(rows, row, column))
        id_text(id_at(rows, row, column), text);
    add_part(buffer, row_null(rows, row, column) ? (struct slice){NULL, 0} : slice_of(text));
}

/* The row as audit.canonical() writes it: chain, number, at, actor, action, object, organisation, field, reason, digest. */
static void add_canonical(struct buffer *buffer, const struct rows *rows, size_t row)
{
    char digest[2 * 64 + 1] = "";
    struct slice bytes = row_text(rows, row, 9);
    size_t length = bytes.length < 64 ? bytes.length : 64;
    add_part(buffer, row_text(rows, row, 0));
    add_number_part(buffer, row_number(rows, row, 1));
    add_number_part(buffer, row_time(rows, row, 2));
    add_id_part(buffer, rows, row, 3);
    add_part(buffer, row_text(rows, row, 4));
    add_id_part(buffer, rows, row, 5);
    add_id_part(buffer, rows, row, 6);
    add_part(buffer, row_text(rows, row, 7));
    add_part(buffer, row_text(rows, row, 8));
    hex_put(digest, (const uint8_t *)bytes.at, length);
    add_part(buffer, (struct slice){digest, 2 * length});
}

static bool wrong(struct walk *walk, const char *chain, int64_t number, const char *what)
{
    snprintf(walk->report->chain, sizeof walk->report->chain, "%s", chain);
    walk->report->number = number;
    snprintf(walk->report->what, sizeof walk->report->what, "%s", what);
    return false;
}

/* Whether a head that the log holds is this entry's. */
static bool meet(struct walk *walk)
{
    for (size_t i = 0; i < walk->count; i++) {
        struct trail_head *head = &walk->heads[i];
        if (strcmp(head->chain, walk->chain) != 0 || head->number != walk->number)
            continue;
        if (memcmp(head->hash, walk->hash, TRAIL_HASH) != 0)
            return wrong(walk, walk->chain, walk->number, "the log holds another hash of it: the chain was written anew");
        head->met = true;
    }
    return true;
}

static void begin_chain(struct walk *walk, struct slice chain)
{
    snprintf(walk->chain, sizeof walk->chain, "%.*s", (int)chain.length, chain.at);
    walk->number = 0;
    walk->bytes = 0;
    walk->report->chains++;
}

static bool step(struct walk *walk, const struct rows *rows, size_t row, struct buffer *text)
{
    struct slice chain = row_text(rows, row, 0), hash = row_text(rows, row, 10);
    int64_t number = row_number(rows, row, 1);
    uint8_t reckoned[TRAIL_HASH];
    if (!slice_equal(chain, slice_of(walk->chain)))
        begin_chain(walk, chain);
    if (number != walk->number + 1)
        return wrong(walk, walk->chain, walk->number + 1, "it is missing");
    buffer_empty(text);
    buffer_add(text, walk->hash, walk->bytes);
    add_canonical(text, rows, row);
    digest_sha256(buffer_slice(text), reckoned);
    if (hash.length != TRAIL_HASH || memcmp(hash.at, reckoned, TRAIL_HASH) != 0)
        return wrong(walk, walk->chain, number, "its hash does not follow from it and the one before");
    memcpy(walk->hash, reckoned, TRAIL_HASH);
    walk->bytes = TRAIL_HASH;
    walk->number = number;
    walk->report->entries++;
    return meet(walk);
}

static bool next_page(struct sql_connection *connection, const struct walk *walk, struct rows **ret_rows)
{
    auto_arguments arguments = arguments_new(256);
    value_text(argument(&arguments), slice_of(walk->chain));
    value_int8(argument(&arguments), walk->number);
    value_int8(argument(&arguments), PAGE);
    return sql_run(connection, "audit_chain", &arguments, ret_rows);
}

/* A head that no entry met was cut off, with all behind it. */
static void miss(struct walk *walk)
{
    for (size_t i = 0; i < walk->count && !walk->report->what[0]; i++)
        if (!walk->heads[i].met)
            (void)wrong(walk, walk->heads[i].chain, walk->heads[i].number,
                        "the log holds its hash, the chain ends before it");
}

bool trail_verify(struct sql_connection *connection, struct trail_head *heads, size_t count,
                  struct trail_report *ret_report)
{
    struct walk walk = {.report = ret_report, .heads = heads, .count = count};
    struct buffer text = buffer_new(CANONICAL_BYTES);
    bool good = true;
    *ret_report = (struct trail_report){.entries = 0};
    for (size_t came = PAGE; came == PAGE && good;) {
        auto_rows *rows = NULL;
        if (!next_page(connection, &walk, &rows)) {
            buffer_free(&text);
            return false;
        }
        came = rows_count(rows);
        for (size_t i = 0; i < came && good; i++)
            good = step(&walk, rows, i, &text);
    }
    buffer_free(&text);
    miss(&walk);
    return true;
}
