/* Workbooks: queries whose rows leave as one Excel file.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "http/front.h"

/* Registers all declared workbooks with the front. */
void exports_offer(struct front *front);

/* Counts one more workbook under way, which front->exports is told the end of; false: too many are, and the visit is
 * answered. */
MUST bool export_begin(struct visit *visit);

/* Answers with a workbook, as a file of that name and Chinese title, stamped with the time. */
void export_answer(struct visit *visit, const char *name, const char *title, struct slice file);
