/* A stream sealed in pieces, for what is too large to be held whole.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "topics/seal.h"

/* The sealed form: a head that names the key, then pieces of SEAL_PIECE bytes, of which the last may be shorter, each with
 * a tag behind. AES-256-GCM under a key of the stream's own; a piece is bound to its place and to being the last or not,
 * so that none can be changed, moved or cut off. */
enum { SEAL_HEAD = 32, SEAL_PIECE = 65536, SEAL_TAG = 16 };

struct seal_stream;

/* A new stream to seal; sets its head. */
struct seal_stream *seal_stream_new(const struct seal *seal, uint8_t ret_head[static SEAL_HEAD])
    __attribute__((returns_nonnull));

/* A stream to open; false where the head is none or its key is not in the key file. */
MUST bool seal_stream_open(const struct seal *seal, const uint8_t head[static SEAL_HEAD],
                           struct seal_stream **ret_stream, struct problem *problem);

/* Frees and wipes; NULL is nothing. */
void seal_stream_free(struct seal_stream *stream);

/* Seals the next piece into `ret_sealed`, SEAL_TAG bytes longer. */
void seal_stream_hide(struct seal_stream *stream, struct slice plain, bool last, uint8_t *ret_sealed);

/* Opens the next piece into `ret_plain`, SEAL_TAG bytes shorter; false where it is not what was sealed at this place. */
MUST bool seal_stream_show(struct seal_stream *stream, struct slice sealed, bool last, uint8_t *ret_plain);
