/* The view of examinations and their questions without keys, fed from the topic of papers.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "http/tree.h"
#include "process/arena.h"
#include "process/problem.h"

/* Written by the views' thread, read by all. */
struct papers;

/* An empty view of at most `most` examinations and `bytes` of questions. */
struct papers *papers_new(struct tree *tree, uint32_t most, size_t bytes) __attribute__((returns_nonnull));
void papers_free(struct papers *papers);

/* Takes in a record: an examination or one of its questions (`opaque` is the view). Views' thread. */
void papers_apply(void *opaque, const struct record *record);

/* Whether the examination is published; its organisation and how many questions its paper has. */
MUST bool papers_find(struct papers *papers, struct id exam, uint32_t *ret_organisation, int64_t *ret_questions);

struct front;

/* Registers with the front: what references to examinations and questions mean, how a start is shown, the list. */
void papers_offer(struct front *front);
