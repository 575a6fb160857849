/* A sheet's answers read back, to be marked again.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/education/sheet.h"

#include "process/config.h"
#include "topics/decode.h"

bool sheet_answers(struct slice stored, struct arena *arena, const struct written **ret_list)
{
    struct buffer text = buffer_new((size_t)config->message_bytes);
    struct saved_answers answers;
    struct problem problem;
    const struct written *list = NULL;
    problem_none(&problem);
    buffer_add_text(&text, "{\"answers\":");
    buffer_add_slice(&text, stored);
    buffer_add_byte(&text, '}');
    char *copy = text.overflowed ? NULL : arena_copy(arena, buffer_slice(&text));
    struct slice whole = {copy, text.length};
    buffer_free(&text);
    if (!copy || !decode_record(saved_answers_shape(), whole, DECODE_LENIENT, arena, &answers, &problem))
        return false;
    for (size_t i = 0; i < answers.answers.count; i++) {
        const struct saved_answer *saved = &answers.answers.at[i];
        struct written *written = arena_take(arena, sizeof *written);
        if (!written)
            return false;
        *written = (struct written){(struct written *)list, saved->question, saved->writer, saved->seq, saved->answer};
        list = written;
    }
    *ret_list = list;
    return true;
}

bool sheet_mark_again(struct work *work, struct sitting *sitting, struct attempt *attempt)
{
    const struct written *list;
    struct sheet *sheet = &attempt->sheet;
    return sheet_answers(sheet->answers, work->arena, &list) &&
           attempt_mark(work, sitting, attempt, list, sheet->ended, sheet->ended_at, sheet->command);
}
