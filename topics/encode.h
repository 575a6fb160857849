/* From a C struct to its JSON, by the catalogue's rows.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "process/text.h"
#include "topics/catalogue.h"

/* Appends the struct's body fields as a JSON object; absent optional fields are left out. Texts must be UTF-8. */
void encode(struct buffer *buffer, const struct shape *shape, const void *message);

/* Appends what stood in the path and the query string as a JSON object, but for the parameter of that name. */
void encode_parameters(struct buffer *buffer, const struct shape *shape, const void *message, const char *but);

/* Appends the message key of an event or state: its key fields' texts, joined by '/'. */
void encode_key(struct buffer *buffer, const struct declaration *declaration, const void *message);

/* Appends texts as a JSON array. */
void encode_texts(struct buffer *buffer, const struct slice *texts, size_t count);

/* Appends hundredths as a decimal number without needless zeros: 950 gives 9.5. */
void encode_hundredths(struct buffer *buffer, int64_t hundredths);
