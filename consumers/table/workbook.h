/* Reading a workbook (.xlsx).  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "consumers/table/table.h"

/* Reads the first visible sheet of the workbook: shared and inline strings, numbers, truth values, a
 * formula's last value. Bombs end at the limits (entries, unpacked, ratio, strings, columns, rows, depth); a
 * DTD, a password and two entries of one name are refused. */
MUST table_reader workbook_read;
