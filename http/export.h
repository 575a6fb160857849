/* Workbooks: queries whose rows leave as one Excel file.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "http/front.h"

/* Registers all declared workbooks with the front. */
void exports_offer(struct front *front);
