/* State records of the front.  SPDX-License-Identifier: Apache-2.0 */
#include "http/said.h"

#include "sql/outbox.h"
#include "topics/envelope.h"

enum { HEADERS_MOST = 4096 };

void said_pack(struct buffer *packed, const struct declaration *declaration, struct id key, struct id actor, int64_t now,
               struct slice value)
{
    struct buffer headers = buffer_new(HEADERS_MOST);
    char text[ID_TEXT];
    id_text(key, text);
    struct envelope envelope = {.id = id_derive(now, id_random(), "front", 0), .type = slice_of(declaration->name),
                                .version = 1, .source = SLICE("front"), .accepted_ms = now, .actor = actor, .cause = key,
                                .digest = digest_of(value), .trace = trace_new()};
    envelope_pack(&headers, &envelope);
    outbox_pack(packed, &(struct outbox_row){declaration->topic->name, slice_of(text), buffer_slice(&headers), value});
    buffer_free(&headers);
}
