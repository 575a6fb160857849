/* The AsyncAPI 3.0 document of every topic and message, printed from the catalogue's rows.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "process/text.h"

/* Appends the document as JSON, a channel a line. */
void asyncapi_print(struct buffer *buffer);
