/* JSON Schema (2020-12) of the catalogue's shapes, for both documents.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "process/text.h"
#include "topics/catalogue.h"

/* Appends the schema of one value of a row: a scalar, an array, or a reference to "#/components/schemas/<record>". */
void schema_json_field(struct buffer *buffer, const struct field *field);

/* Appends the closed object schema of a shape's rows of that place (BODY for what is sent as JSON). */
void schema_json_shape(struct buffer *buffer, const struct shape *shape);

/* Appends `"name": schema` for every record, one-of, event and state, separated by commas, and "problem". */
void schema_json_components(struct buffer *buffer);

/* Appends `,"description":"…"` or, with `first`, without the comma. */
void schema_json_text(struct buffer *buffer, const char *text, bool first);
