/* Names of members, which PostgreSQL holds sealed: put into its answers, and found by a part of them.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "http/visit.h"

struct arguments;
struct route;

/* Appends what PostgreSQL answered the query, a record or an array of them. Where the record has a personal field `name`
 * beside a field `member` (likewise `proposed_name` beside `proposed_by`, and so with confirmed, given, ended), it came
 * without the name: it gets that account's, empty where nobody has it, none where the record does not say whose. False: it
 * is not such JSON. */
MUST bool names_fill(struct visit *visit, struct slice json, struct buffer *out);

/* Appends a document that PostgreSQL wrote: whom it names stands there as his account's id between two NAMES_MARK, and
 * comes as his name, or as the id where nobody has it. Last comes the line with the SHA-256 of all before it. */
#define NAMES_MARK '\x1e'
void names_print(struct visit *visit, struct slice text, struct buffer *out);

/* Finds the accounts whose name or log-in name holds the query's text that names members, named_slice of them at each of the
 * loop's turns, and proceeds; at once where no text was given. Answers itself where they are more than named_accounts. */
void names_seek(struct visit *visit, const struct route *route,
                void (*proceed)(struct visit *visit, const struct route *route));

/* Adds them as an argument uuid[], NULL where no text was given. */
void names_add(const struct visit *visit, struct arguments *arguments);
