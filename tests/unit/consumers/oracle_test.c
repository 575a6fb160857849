/* Marks and draws against tests/oracle/grading_oracle.py, case by case.  SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "consumers/education/draw.h"
#include "consumers/education/grading.h"

#define LINE_MOST 65536
#define MANY 256
#define OTHERS_MOST 3

/* A question and an answer, unpacked from a line. */
struct trial {
    struct question_key key, others[OTHERS_MOST];
    struct grading_rule rule;
    struct answer answer;
    uint8_t order[MANY];
    int32_t weights[MANY];
    struct question_blank blanks[MANY];
    struct question_accepted accepted[MANY];
    struct question_number numbers[MANY];
    int64_t listed[MANY];
    struct slice texts[MANY];
    struct pair pairs[MANY];
};

/* ".e5ae" becomes its bytes, in place. */
static struct slice undotted(char *word)
{
    size_t length = 0;
    assert_int_equal(word[0], '.');
    for (char *at = word + 1; at[0] && at[1]; at += 2) {
        char pair[3] = {at[0], at[1], 0};
        word[length++] = (char)strtoul(pair, NULL, 16);
    }
    return (struct slice){word, length};
}

static size_t numbers_of(char *word, int64_t *numbers)
{
    size_t count = 0;
    for (char *one; strcmp(word ? word : "-", "-") != 0 && (one = strsep(&word, ",")); count++)
        numbers[count] = strtoll(one, NULL, 10);
    return count;
}

static void read_rule(struct trial *trial, char *word)
{
    int64_t numbers[MANY];
    assert_int_equal(numbers_of(word, numbers), 6);
    trial->rule = (struct grading_rule){
        .multiple = (enum multiple_mode)numbers[0],
        .order = (enum grading_order)numbers[1],
        .blanks_share = numbers[2],
        .pairs_share = numbers[3],
        .case_matters = numbers[4],
        .penalty = (int32_t)numbers[5],
    };
}

static void read_blanks(struct trial *trial, char *word)
{
    size_t accepted = 0;
    for (char *blank; (blank = strsep(&word, ";"));) {
        struct question_blank *to = &trial->blanks[trial->key.blank_count++];
        to->accepted = &trial->accepted[accepted];
        for (char *one; (one = strsep(&blank, ",")); to->count++) {
            char *text = strsep(&one, ":");
            trial->accepted[accepted++] = (struct question_accepted){undotted(text),
                                                                     (int32_t)strtol(one, NULL, 10)};
        }
    }
    trial->key.blanks = trial->blanks;
}

static void read_choice(struct trial *trial, char *word)
{
    int64_t numbers[MANY];
    trial->key.options = (uint8_t)strtoul(strsep(&word, ";"), NULL, 10);
    size_t count = numbers_of(strsep(&word, ";"), numbers);
    for (size_t i = 0; i < count; i++)
        trial->key.right |= UINT64_C(1) << (numbers[i] - 1);
    count = numbers_of(word, numbers);
    for (size_t i = 0; i < count; i++)
        trial->weights[i] = (int32_t)numbers[i];
    trial->key.weights = count ? trial->weights : NULL;
}

static void read_sequence(struct trial *trial, char *word)
{
    int64_t numbers[MANY];
    if (trial->key.kind == QUESTION_PAIRS)
        trial->key.rights = (uint8_t)strtoul(strsep(&word, ";"), NULL, 10);
    trial->key.options = (uint8_t)numbers_of(word, numbers);
    for (size_t i = 0; i < trial->key.options; i++)
        trial->order[i] = (uint8_t)numbers[i];
    trial->key.order = trial->order;
}

static void read_one_key(struct trial *trial, const char *kind, char *word)
{
    int64_t numbers[MANY];
    static const char *const kinds[] = {"single", "multiple", "truth", "blanks", "number", "order", "pairs"};
    for (size_t i = 0; i <= QUESTION_PAIRS; i++)
        if (strcmp(kind, kinds[i]) == 0)
            trial->key.kind = (enum question_kind)i;
    switch (trial->key.kind) {
    case QUESTION_SINGLE:
    case QUESTION_MULTIPLE:
        read_choice(trial, word);
        break;
    case QUESTION_TRUTH:
        trial->key.truth = word[0] == '1';
        break;
    case QUESTION_BLANKS:
        read_blanks(trial, word);
        break;
    case QUESTION_NUMBER:
        for (char *one; (one = strsep(&word, ";"));) {
            assert_int_equal(numbers_of(one, numbers), 3);
            trial->numbers[trial->key.number_count++] = (struct question_number){
                numbers[0], numbers[0], numbers[1], (int32_t)numbers[2]};
        }
        trial->key.numbers = trial->numbers;
        break;
    case QUESTION_ORDER:
    case QUESTION_PAIRS:
        read_sequence(trial, word);
        break;
    }
}

/* The key, and others that are right as well, each read into the room of a trial of its own. */
static void read_key(struct trial *trial, struct trial *rooms, const char *kind, char *word)
{
    bool voided = word[0] == '!';
    word += voided;
    read_one_key(trial, kind, strsep(&word, "|"));
    trial->key.voided = voided;
    trial->key.others = trial->others;
    for (char *one; (one = strsep(&word, "|"));) {
        struct trial *room = &rooms[trial->key.other_count];
        read_one_key(room, kind, one);
        trial->others[trial->key.other_count++] = room->key;
    }
}

static void read_answer(struct trial *trial, char *word)
{
    struct answer *answer = &trial->answer;
    const char *name = strsep(&word, "=");
    if (strcmp(name, "chosen") == 0 || strcmp(name, "order") == 0) {
        bool order = name[0] == 'o';
        size_t count = numbers_of(word, trial->listed);
        answer->has_order = order;
        answer->has_chosen = !order;
        answer->order.at = answer->chosen.at = trial->listed;
        answer->order.count = answer->chosen.count = count;
    } else if (strcmp(name, "truth") == 0) {
        answer->has_truth = true;
        answer->truth = word[0] == '1';
    } else if (strcmp(name, "number") == 0) {
        answer->has_number = true;
        answer->number = undotted(word);
    } else if (strcmp(name, "blanks") == 0) {
        answer->has_blanks = true;
        for (char *one; strcmp(word ? word : "-", "-") != 0 && (one = strsep(&word, ","));)
            trial->texts[answer->blanks.count++] = undotted(one);
        answer->blanks.at = trial->texts;
    } else if (strcmp(name, "pairs") == 0) {
        answer->has_pairs = true;
        for (char *one; strcmp(word ? word : "-", "-") != 0 && (one = strsep(&word, ","));) {
            int64_t left = strtoll(strsep(&one, ":"), NULL, 10);
            trial->pairs[answer->pairs.count++] = (struct pair){left, strtoll(one, NULL, 10)};
        }
        answer->pairs.at = trial->pairs;
    }
}

static void try_mark(char *rest, const char *line)
{
    struct trial *trial = calloc(1 + OTHERS_MOST, sizeof *trial);
    struct arena *arena = arena_new(1 << 12, 1 << 20);
    long wanted = strtol(strsep(&rest, " "), NULL, 10), marks = strtol(strsep(&rest, " "), NULL, 10);
    assert_non_null(trial);
    const char *kind = strsep(&rest, " ");
    read_rule(trial, strsep(&rest, " "));
    read_key(trial, trial + 1, kind, strsep(&rest, " "));
    read_answer(trial, rest);
    struct grading_item item = {&trial->key, &trial->rule, (int32_t)marks};
    struct grading_paper *paper = grading_paper_new(arena, &item, 1);
    struct grading_line sheet = {1, &trial->answer};
    int32_t mark = -1;
    assert_non_null(paper);
    int64_t total = grading_total(paper, &sheet, 1, &mark);
    if (mark != wanted || total != wanted)
        fail_msg("marked %d where the oracle says %ld: %s", mark, wanted, line);
    arena_free(arena);
    free(trial);
}

static size_t read_rows(char *word, struct blueprint_row *rows)
{
    size_t count = 0;
    for (char *one; strcmp(word ? word : "-", "-") != 0 && (one = strsep(&word, ";")); count++) {
        rows[count].topic = undotted(strsep(&one, ","));
        unsigned long kind = strtoul(strsep(&one, ","), NULL, 10); /* 0: any */
        rows[count].any_kind = kind == 0;
        rows[count].kind = kind ? (enum question_kind)(kind - 1) : 0;
        rows[count].count = (uint32_t)strtoul(one, NULL, 10);
    }
    return count;
}

static size_t read_pool(char *word, struct pool_question *pool)
{
    size_t count = 0;
    for (char *one; strcmp(word ? word : "-", "-") != 0 && (one = strsep(&word, ";")); count++) {
        pool[count].number = strtoll(strsep(&one, ","), NULL, 10);
        pool[count].kind = (enum question_kind)(strtoul(strsep(&one, ","), NULL, 10) - 1);
        pool[count].topic = undotted(strsep(&one, ","));
        pool[count].options = (uint8_t)strtoul(strsep(&one, ","), NULL, 10);
        pool[count].fixed = one[0] == '1';
    }
    return count;
}

static void try_draw(char *rest, const char *line)
{
    struct blueprint_row rows[MANY] = {0};
    struct pool_question pool[MANY] = {0};
    struct arena *arena = arena_new(1 << 14, 1 << 20);
    struct buffer shown = buffer_new(1 << 20);
    size_t count = 0, short_row;
    uint64_t seed = strtoull(strsep(&rest, " "), NULL, 10);
    size_t row_count = read_rows(strsep(&rest, " "), rows), pool_count = read_pool(strsep(&rest, " "), pool);
    const struct drawn *drawn = draw_paper(arena, rows, row_count, pool, pool_count, seed, &count);
    bool suffices = draw_suffices(rows, row_count, pool, pool_count, &short_row);
    assert_true(drawn || !suffices);
    for (size_t i = 0; i < count; i++) {
        buffer_add_format(&shown, "%s%ld:%zu:", i ? ";" : "", (long)drawn[i].number, drawn[i].row);
        for (size_t k = 0; drawn[i].order && k < pool[drawn[i].number - 1].options; k++)
            buffer_add_format(&shown, k ? ",%u" : "%u", drawn[i].order[k]);
        if (!drawn[i].order)
            buffer_add_byte(&shown, '-');
    }
    if (count == 0)
        buffer_add_text(&shown, drawn ? "-" : "short");
    if (!slice_equal(buffer_slice(&shown), slice_of(rest)))
        fail_msg("drew %.*s where the oracle says otherwise: %s", (int)shown.length, shown.at, line);
    buffer_free(&shown);
    arena_free(arena);
}

static void marks_and_draws_are_the_oracles(void **state)
{
    (void)state;
    char command[1024], line[LINE_MOST], kept[LINE_MOST];
    const char *seed = getenv("ORACLE_SEED"), *cases = getenv("ORACLE_CASES");
    size_t tried = 0;
    snprintf(command, sizeof command, "python3 '%s/../oracle/grading_oracle.py' %ld %ld", CASES,
             seed ? strtol(seed, NULL, 10) : 1, cases ? strtol(cases, NULL, 10) : 20000);
    FILE *oracle = popen(command, "r");
    assert_non_null(oracle);
    for (; fgets(line, sizeof line, oracle); tried++) {
        line[strcspn(line, "\n")] = '\0';
        memcpy(kept, line, strlen(line) + 1);
        char *rest = line;
        const char *what = strsep(&rest, " ");
        assert_non_null(rest);
        if (strcmp(what, "mark") == 0)
            try_mark(rest, kept);
        else
            try_draw(rest, kept);
    }
    assert_int_equal(pclose(oracle), 0);
    assert_true(tried > 0);
    if (!cases)
        assert_int_equal(tried, 20000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(marks_and_draws_are_the_oracles)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
