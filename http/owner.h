/* The view of what organisations own: things that no other view knows, fed from the topic of the tree.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "http/tree.h"

/* Written by the views' thread, read by all. */
struct owners;

/* An empty view of at most `most` things. */
struct owners *owners_new(struct tree *tree, uint32_t most) __attribute__((returns_nonnull));
void owners_free(struct owners *owners);

/* Takes in a record (`opaque` is the view). Views' thread. */
void owners_apply(void *opaque, const struct record *record);

struct front;

/* Registers with the front what references to owned things mean. */
void owners_offer(struct front *front);
