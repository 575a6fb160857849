/* Reading a CSV file.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "consumers/table/table.h"

/* RFC 4180 with what spreadsheets really write: UTF-8 with or without a byte order mark, UTF-16 with one,
 * GB18030; comma, semicolon or tab (whichever the header row has most of, or what a first line `sep=;` says);
 * any line end; line ends within quoted fields. Texts lie in the arenas and in `bytes`. */
MUST table_reader csv_read;
