/* Names of members, which PostgreSQL holds sealed: put into its answers, and found by a part of them.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "http/visit.h"

struct arguments;

/* Appends what PostgreSQL answered the query, a record or an array of them. Where the record has a personal field `name`
 * beside a field `member` (likewise `proposed_name` beside `proposed_by`, `confirmed_name` beside `confirmed_by`), it came
 * without the name: it gets that account's, empty where nobody has it, none where the record does not say whose. False: it
 * is not such JSON. */
MUST bool names_fill(struct visit *visit, struct slice json, struct buffer *out);

/* Adds the accounts whose name or log-in name holds the text as an argument uuid[]. False: more than the setting
 * named_accounts, and the visit's problem says so. */
MUST bool names_find(struct visit *visit, const struct field *field, struct slice text, struct arguments *arguments);
