/* What must hold of every question a reader accepts: it is lawful, and its own key gets the whole mark.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <assert.h>
#include <stdio.h>

#include "consumers/education/grading.h"
#include "consumers/education/question_rows.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

typedef bool (*fuzzed_reader)(struct slice bytes, const struct import_limits *limits, struct arena *arena,
                              struct question_rows *ret_rows, struct file_error *ret_error);

/* The answer that the key calls right. */
static inline struct answer right_answer(const struct question_key *key, int64_t *numbers, struct pair *pairs,
                                         struct slice *texts, char *text)
{
    struct answer answer = {0};
    size_t count = 0;
    for (size_t i = 0; i < key->options && key->kind <= QUESTION_MULTIPLE; i++)
        if (key->right >> i & 1)
            numbers[count++] = (int64_t)i + 1;
    for (size_t i = 0; i < key->options && key->kind >= QUESTION_ORDER; i++) {
        numbers[i] = key->order[i];
        pairs[i] = (struct pair){(int64_t)i + 1, key->order[i]};
    }
    for (size_t i = 0; i < key->blank_count; i++)
        for (size_t j = 0; j < key->blanks[i].count; j++)
            if (key->blanks[i].accepted[j].share == QUESTION_WHOLE)
                texts[i] = key->blanks[i].accepted[j].text;
    for (size_t i = 0; i < key->number_count; i++)
        if (key->numbers[i].share == QUESTION_WHOLE) {
            int64_t value = key->numbers[i].low;
            uint64_t size = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
            snprintf(text, 64, "%s%lu.%06lu", value < 0 ? "-" : "", size / 1000000, size % 1000000);
        }
    answer.has_chosen = answer.has_truth = answer.has_blanks = answer.has_number = true;
    answer.has_order = answer.has_pairs = true;
    answer.chosen.at = answer.order.at = numbers;
    answer.chosen.count = count;
    answer.truth = key->truth;
    answer.blanks.at = texts;
    answer.blanks.count = key->blank_count;
    answer.number = slice_of(text);
    answer.order.count = answer.pairs.count = key->options;
    answer.pairs.at = pairs;
    return answer;
}

static inline void check_rows(fuzzed_reader read, struct slice bytes)
{
    static const struct grading_rule strict = {0};
    struct import_limits limits = {.table.bytes = 1 << 16,
                                   .rows = 100,
                                   .table.columns = 12,
                                   .table.entries = 12,
                                   .table.unpacked = 1 << 18,
                                   .table.ratio = 100,
                                   .table.strings = 200,
                                   .table.depth = 16,
                                   .marks = 100,
                                   .question = question_limits_catalogue};
    struct arena *arena = arena_new(1 << 14, 4 << 20);
    struct question_rows rows;
    struct file_error error = {0};
    int64_t numbers[QUESTION_OPTIONS_MAX];
    struct pair pairs[QUESTION_OPTIONS_MAX];
    struct slice texts[64];
    char text[64] = "";
    if (!read(bytes, &limits, arena, &rows, &error)) {
        assert(error.fault != FAULT_none);
        arena_free(arena);
        return;
    }
    size_t accepted = 0;
    assert(rows.count > 0 && rows.count <= limits.rows);
    for (size_t i = 0; i < rows.count; i++) {
        const struct question *question = rows.rows[i].question;
        struct question_error fault;
        assert(!question == (rows.rows[i].fault != FAULT_none));
        assert(rows.rows[i].line > 0);
        if (!question)
            continue;
        accepted++;
        assert(question_check(question, &limits.question, &fault));
        struct grading_item item = {&question->key, &strict, question->marks};
        struct grading_paper *paper = grading_paper_new(arena, &item, 1);
        struct answer answer = right_answer(&question->key, numbers, pairs, texts, text);
        assert(!paper || grading_mark(paper, 1, &answer) == question->marks);
    }
    assert(accepted == rows.accepted);
    arena_free(arena);
}
