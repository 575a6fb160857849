/* The rows of an import that have faults, as an Excel file to be mended and brought again.  SPDX-License-Identifier: Apache-2.0 */
#pragma once

struct front;

/* Registers with the front. */
void mending_offer(struct front *front);
