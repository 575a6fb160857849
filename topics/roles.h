/* The reference page of roles and of who may call each route, printed from the catalogue's rows.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "process/text.h"

/* Appends the page (Markdown, docs/roles.md). */
void roles_print_manual(struct buffer *buffer);
