/* Texts in both languages.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/procedure/words.h"

#include "process/clock.h"

enum { TEXT_MOST = 4000 };

static struct slice kept(struct arena *arena, struct buffer *buffer)
{
    char *copy = arena ? arena_copy(arena, buffer_slice(buffer)) : NULL;
    struct slice text = {copy ? copy : "", copy ? buffer->length : 0};
    buffer_free(buffer);
    return text;
}

struct word word_number(struct arena *arena, int64_t number)
{
    struct buffer buffer = buffer_new(32);
    buffer_add_number(&buffer, number);
    struct slice text = kept(arena, &buffer);
    return (struct word){text, text};
}

struct word word_day(struct arena *arena, int32_t day)
{
    char text[CLOCK_DAY_TEXT];
    clock_day_text(day, text);
    char *copy = arena ? arena_copy(arena, (struct slice){text, CLOCK_DAY_TEXT - 1}) : NULL;
    struct slice said = slice_of(copy ? copy : "");
    return (struct word){said, said};
}

struct word word_span(struct arena *arena, const struct pack_span *span)
{
    static const char *const units[][3] = {
        [SPAN_MONTHS] = {"month", "months", "个月"},
        [SPAN_DAYS] = {"day", "days", "日"},
        [SPAN_WORKING_DAYS] = {"working day", "working days", "个工作日"},
    };
    struct buffer english = buffer_new(64), chinese = buffer_new(64);
    buffer_add_format(&english, "%lld %s", (long long)span->count, units[span->unit][span->count > 1]);
    buffer_add_format(&chinese, "%lld %s", (long long)span->count, units[span->unit][2]);
    struct slice text = kept(arena, &english);
    return (struct word){text, kept(arena, &chinese)};
}

void words_add(struct buffer *buffer, const char *text, const struct word *words, bool chinese)
{
    for (; *text; text++) {
        if (*text != '%') {
            buffer_add_byte(buffer, *text);
            continue;
        }
        const struct word *word = &words[*++text - '1'];
        buffer_add_slice(buffer, chinese ? word->chinese : word->english);
    }
}

struct slice words_text(struct arena *arena, const char *text, const struct word *words, bool chinese)
{
    struct buffer buffer = buffer_new(TEXT_MOST);
    words_add(&buffer, text, words, chinese);
    return kept(arena, &buffer);
}
