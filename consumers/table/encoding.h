/* What encoding a file of text came in, and the same text as UTF-8.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "consumers/table/table.h"

/* The file's text: a byte order mark says UTF-8 or UTF-16; else it is UTF-8 if it is well-formed as that, else GB18030
 * (what Chinese Windows writes), unless it is plainly UTF-8 with damage. With `mend` each byte that fits nothing becomes
 * U+FFFD, for whoever reads the rows to name. ret_text lies in `bytes` or in the arena. Gives FAULT_none,
 * FAULT_file_encoding or FAULT_memory_ceiling. */
MUST enum fault encoding_read(struct slice bytes, bool mend, struct arena *arena, struct slice *ret_text);
