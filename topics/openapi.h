/* The OpenAPI 3.1 document of every route, printed from the catalogue's rows.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "process/text.h"

/* Appends the document as JSON, a path a line. */
void openapi_print(struct buffer *buffer);
