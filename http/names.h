/* Names of members, which PostgreSQL holds sealed: put into its answers, and found by a part of them.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "http/visit.h"

struct arguments;

/* Whether the record's field `name` is put in by the front: it is personal and stands beside a field `member`. */
MUST bool names_concern(const struct shape *record);

/* Appends what PostgreSQL answered, a record or an array of them, and puts into each the name of its `member`, empty where
 * nobody has that account. They come without a name. False: it is not such JSON. */
MUST bool names_fill(struct visit *visit, struct slice json, struct buffer *out);

/* Adds the accounts whose name or log-in name holds the text as an argument uuid[]. False: more than the setting
 * named_accounts, and the visit's problem says so. */
MUST bool names_find(struct visit *visit, const struct field *field, struct slice text, struct arguments *arguments);
