/* The parts of a workbook around its sheet: where the sheet is, and the strings it shares.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "consumers/table/archive.h"

/* A workbook's first visible sheet and its shared strings, by name of part; strings NULL when it has none. */
struct workbook_parts {
    const char *sheet, *strings;
};

MUST enum fault workbook_find(struct archive *archive, struct arena *arena, unsigned depth,
                                       struct workbook_parts *ret_parts);

struct string_list {
    size_t count;
    const struct slice *at;
};

/* The strings of the part, phonetic readings left out, in the arena. */
MUST enum fault workbook_strings(struct archive *archive, const char *part,
                                          const struct table_limits *limits, struct arena *arena,
                                          struct string_list *ret_strings);

/* A copy of the text in the arena with the workbook's _xHHHH_ escapes undone and carriage returns dropped;
 * its `at` is NULL when the arena is full. */
MUST struct slice workbook_text(struct arena *arena, struct slice text);
