/* Files of cases for the readers of questions: what a file gives, written out, against what is expected.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "consumers/education/question_rows.h"

typedef bool (*case_reader)(struct slice bytes, const struct import_limits *limits, struct arena *arena,
                            struct question_rows *ret_rows, struct file_error *ret_error);

static const struct import_limits case_limits = {
    .table.bytes = 1 << 20,
    .rows = 40,
    .table.columns = 12,
    .table.entries = 40,
    .table.unpacked = 8 << 20,
    .table.ratio = 200,
    .table.strings = 2000,
    .table.depth = 24,
    .marks = 100,
    .question = {.title = 60,
                 .topic = 60,
                 .stem = 500,
                 .option = 120,
                 .explanation = 300,
                 .source = 60,
                 .accepted_text = 120,
                 .options = 12,
                 .blanks = 4,
                 .accepted = 6,
                 .marks = 10000},
};

static const char *const case_kinds[] = {"single", "multiple", "truth", "blanks", "number", "order", "pairs"};

static inline void case_key(struct buffer *out, const struct question *question)
{
    const struct question_key *key = &question->key;
    for (size_t i = 0; i < question->option_count; i++) {
        buffer_add_format(out, "  %zu %.*s", i + 1, (int)question->options[i].length,
                          question->options[i].at);
        if (key->kind == QUESTION_PAIRS)
            buffer_add_format(out, " => %u", key->order[i]);
        else if (key->kind != QUESTION_ORDER && (key->right >> i & 1))
            buffer_add_text(out, " *");
        if ((key->kind == QUESTION_SINGLE || key->kind == QUESTION_MULTIPLE) && key->weights)
            buffer_add_format(out, " %d", key->weights[i]);
        buffer_add_byte(out, '\n');
    }
    for (size_t i = 0; i < question->right_count; i++)
        buffer_add_format(out, "  right %zu %.*s\n", i + 1, (int)question->rights[i].length,
                          question->rights[i].at);
    for (size_t i = 0; key->kind == QUESTION_ORDER && i < key->options; i++)
        buffer_add_format(out, i ? ",%u" : "  order %u", key->order[i]);
    for (size_t i = 0; i < key->blank_count; i++)
        for (size_t j = 0; j < key->blanks[i].count; j++)
            buffer_add_format(out, "  blank %zu %.*s %d\n", i + 1,
                              (int)key->blanks[i].accepted[j].text.length, key->blanks[i].accepted[j].text.at,
                              key->blanks[i].accepted[j].share);
    for (size_t i = 0; i < key->number_count; i++)
        buffer_add_format(out, "  number %ld from %ld to %ld %d\n", (long)key->numbers[i].value,
                          (long)key->numbers[i].low, (long)key->numbers[i].high, key->numbers[i].share);
    if (key->kind == QUESTION_TRUTH)
        buffer_add_format(out, "  %s\n", key->truth ? "true" : "false");
    if (key->kind == QUESTION_ORDER)
        buffer_add_byte(out, '\n');
}

static inline void case_text(struct buffer *out, const char *name, struct slice text)
{
    if (text.length)
        buffer_add_format(out, "  %s: %.*s\n", name, (int)text.length, text.at);
}

/* Writes out what the reader makes of the bytes. */
static inline void case_show(case_reader read, const struct import_limits *limits, struct slice bytes,
                             struct buffer *out)
{
    struct arena *arena = arena_new(1 << 16, 16 << 20);
    struct question_rows rows;
    struct file_error error = {0};
    if (!read(bytes, limits, arena, &rows, &error)) {
        assert_true(error.fault != FAULT_none);
        buffer_add_format(out, "file %s at %u:%u\n", fault_code(error.fault), error.line,
                          error.column);
        arena_free(arena);
        return;
    }
    size_t accepted = 0;
    for (size_t i = 0; i < rows.count; i++) {
        const struct question *question = rows.rows[i].question;
        buffer_add_format(out, "%u:%u ", rows.rows[i].line, rows.rows[i].column);
        assert_true(!question == (rows.rows[i].fault != FAULT_none));
        if (!question) {
            buffer_add_format(out, "refused %s\n", fault_code(rows.rows[i].fault));
            continue;
        }
        struct question_error fault;
        assert_true(question_check(question, &limits->question, &fault));
        accepted++;
        buffer_add_format(out, "%s %d\n", case_kinds[question->key.kind], question->marks);
        case_text(out, "number", question->number);
        case_text(out, "title", question->title);
        case_text(out, "topic", question->topic);
        case_text(out, "stem", question->stem);
        case_key(out, question);
        case_text(out, "explanation", question->explanation);
        case_text(out, "source", question->source);
    }
    assert_int_equal(accepted, rows.accepted);
    arena_free(arena);
}

static inline void case_load(const char *folder, const char *name, const char *file, struct buffer *bytes)
{
    char path[512], piece[4096];
    snprintf(path, sizeof path, "%s/%s/%s/%s", CASES, folder, name, file);
    FILE *from = fopen(path, "rb");
    if (!from)
        fail_msg("cannot read %s", path);
    for (size_t length; (length = fread(piece, 1, sizeof piece, from)) > 0;)
        buffer_add(bytes, piece, length);
    fclose(from);
}

/* Reads every case of the folder (`in`) and compares with its `out`; CASES_WRITE in the environment writes
 * them anew. */
static inline void case_run(const char *folder, case_reader read)
{
    char path[512];
    size_t wrong = 0, seen = 0;
    struct dirent **names = NULL;
    snprintf(path, sizeof path, "%s/%s", CASES, folder);
    int count = scandir(path, &names, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        struct buffer in = buffer_new(4 << 20), wanted = buffer_new(4 << 20), out = buffer_new(4 << 20);
        const char *name = names[i]->d_name;
        if (name[0] == '.') {
            free(names[i]);
            continue;
        }
        seen++;
        case_load(folder, name, "in", &in);
        case_show(read, &case_limits, buffer_slice(&in), &out);
        snprintf(path, sizeof path, "%s/%s/%s/out", CASES, folder, name);
        FILE *to = getenv("CASES_WRITE") ? fopen(path, "wb") : NULL;
        if (to) {
            fwrite(out.at, 1, out.length, to);
            fclose(to);
        }
        case_load(folder, name, "out", &wanted);
        if (!slice_equal(buffer_slice(&wanted), buffer_slice(&out))) {
            print_error("case %s/%s gives:\n%.*s", folder, name, (int)out.length, out.at);
            wrong++;
        }
        buffer_free(&in);
        buffer_free(&wanted);
        buffer_free(&out);
        free(names[i]);
    }
    free(names);
    assert_true(seen > 0);
    assert_int_equal(wrong, 0);
}
