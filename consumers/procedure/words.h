/* Texts in both languages, with words put in their places.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "consumers/procedure/calendar.h"

/* A word as it stands in an English and in a Chinese text. */
struct word {
    struct slice english, chinese;
};

#define WORDS(...) ((const struct word[]){__VA_ARGS__})

/* The titles of a row. */
#define WORD_OF(row) ((struct word){(row)->title, (row)->title_zh})

/* A number, a day, a span as words; empty where there is no arena or it is full. */
struct word word_number(struct arena *arena, int64_t number);
struct word word_day(struct arena *arena, int32_t day);
struct word word_span(struct arena *arena, const struct pack_span *span);

/* Appends the text, its %1 … %9 replaced by the words in that language. */
void words_add(struct buffer *buffer, const char *text, const struct word *words, bool chinese);

/* The same into the arena; empty where it is full. */
struct slice words_text(struct arena *arena, const char *text, const struct word *words, bool chinese);
