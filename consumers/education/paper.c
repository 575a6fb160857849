/* A published examination in the grading worker's memory.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/education/paper.h"

#include <stdlib.h>

#include "process/config.h"
#include "process/log.h"
#include "process/memory.h"
#include "topics/decode.h"

enum { PAPER_ARENA_BYTES = 64 << 20, SECTIONS_MOST = 20 };

/* Section n's questions are told apart by this word in the draw. */
static const struct slice section_words[SECTIONS_MOST] = {
    SLICE("0"),  SLICE("1"),  SLICE("2"),  SLICE("3"),  SLICE("4"),  SLICE("5"),  SLICE("6"),
    SLICE("7"),  SLICE("8"),  SLICE("9"),  SLICE("10"), SLICE("11"), SLICE("12"), SLICE("13"),
    SLICE("14"), SLICE("15"), SLICE("16"), SLICE("17"), SLICE("18"), SLICE("19"),
};

static bool key_options(const struct answer_key *stored, struct question_key *key, struct arena *arena)
{
    for (size_t i = 0; i < stored->right.count; i++) {
        if (stored->right.at[i] > key->options)
            return false;
        key->right |= UINT64_C(1) << (stored->right.at[i] - 1);
    }
    if (!stored->has_weights)
        return key->right != 0;
    int32_t *weights = arena_take(arena, stored->weights.count * sizeof *weights);
    if (!weights || stored->weights.count != key->options)
        return false;
    for (size_t i = 0; i < stored->weights.count; i++)
        weights[i] = (int32_t)stored->weights.at[i];
    key->weights = weights;
    return true;
}

static bool key_order(const struct answer_key *stored, struct question_key *key, size_t bound, struct arena *arena)
{
    uint8_t *order = arena_take(arena, stored->order.count);
    if (!order || stored->order.count != key->options)
        return false;
    for (size_t i = 0; i < stored->order.count; i++) {
        if ((size_t)stored->order.at[i] > bound)
            return false;
        order[i] = (uint8_t)stored->order.at[i];
    }
    key->order = order;
    return true;
}

static bool key_blanks(const struct answer_key *stored, struct question_key *key, struct arena *arena)
{
    struct question_blank *blanks = arena_take(arena, stored->blanks.count * sizeof *blanks);
    if (!blanks || stored->blanks.count == 0)
        return false;
    for (size_t i = 0; i < stored->blanks.count; i++) {
        const struct blank_key *from = &stored->blanks.at[i];
        struct question_accepted *accepted = arena_take(arena, from->accepted.count * sizeof *accepted);
        if (!accepted)
            return false;
        for (size_t n = 0; n < from->accepted.count; n++)
            accepted[n] = (struct question_accepted){from->accepted.at[n].text, (int32_t)from->accepted.at[n].share};
        blanks[i] = (struct question_blank){from->accepted.count, accepted};
    }
    key->blank_count = stored->blanks.count;
    key->blanks = blanks;
    return true;
}

static bool key_numbers(const struct answer_key *stored, struct question_key *key, struct arena *arena)
{
    struct question_number *numbers = arena_take(arena, stored->numbers.count * sizeof *numbers);
    if (!numbers || stored->numbers.count == 0)
        return false;
    for (size_t i = 0; i < stored->numbers.count; i++) {
        const struct accepted_number *from = &stored->numbers.at[i];
        numbers[i] = (struct question_number){from->value, from->low, from->high, (int32_t)from->share};
        if (from->low > from->high)
            return false;
    }
    key->number_count = stored->numbers.count;
    key->numbers = numbers;
    return true;
}

/* The members of its kind; `ret_key` holds kind, options and rights. */
static bool key_of_kind(const struct answer_key *stored, struct arena *arena, struct question_key *ret_key)
{
    switch (ret_key->kind) {
    case QUESTION_SINGLE:
    case QUESTION_MULTIPLE:
        return stored->has_right && key_options(stored, ret_key, arena);
    case QUESTION_TRUTH:
        ret_key->truth = stored->truth;
        return stored->has_truth;
    case QUESTION_BLANKS:
        return stored->has_blanks && key_blanks(stored, ret_key, arena);
    case QUESTION_NUMBER:
        return stored->has_numbers && key_numbers(stored, ret_key, arena);
    case QUESTION_ORDER:
        return stored->has_order && key_order(stored, ret_key, ret_key->options, arena);
    case QUESTION_PAIRS:
        return stored->has_order && key_order(stored, ret_key, ret_key->rights, arena);
    }
    return false;
}

static bool key_others(const struct answer_key *stored, struct question_key *key, struct arena *arena)
{
    struct question_key *others = arena_take(arena, stored->others.count * sizeof *others);
    if (!others || key->kind == QUESTION_BLANKS || key->kind == QUESTION_NUMBER)
        return false;
    for (size_t i = 0; i < stored->others.count; i++) {
        const struct right_set *from = &stored->others.at[i];
        struct answer_key other = {.has_right = from->has_right, .has_truth = from->has_truth, .truth = from->truth,
                                   .has_order = from->has_order};
        other.right.at = from->right.at;
        other.right.count = from->right.count;
        other.order.at = from->order.at;
        other.order.count = from->order.count;
        others[i] = (struct question_key){.kind = key->kind, .options = key->options, .rights = key->rights};
        if (!key_of_kind(&other, arena, &others[i]))
            return false;
    }
    key->other_count = stored->others.count;
    key->others = others;
    return true;
}

bool paper_key(const struct answer_key *stored, enum question_kind kind, size_t options, size_t rights,
               struct arena *arena, struct question_key *ret_key)
{
    *ret_key = (struct question_key){.kind = kind, .options = (uint8_t)options, .rights = (uint8_t)rights,
                                     .voided = stored->has_voided && stored->voided};
    return key_of_kind(stored, arena, ret_key) && (!stored->has_others || key_others(stored, ret_key, arena));
}

static bool stored_options(const struct question_key *key, struct arena *arena, struct answer_key *ret_stored)
{
    int64_t *right = arena_take(arena, key->options * sizeof *right);
    int64_t *weights = arena_take(arena, key->options * sizeof *weights);
    if (!right || !weights)
        return false;
    ret_stored->has_right = true;
    ret_stored->right.at = right;
    for (int n = 1; n <= key->options; n++) {
        if (key->right >> (n - 1) & 1)
            right[ret_stored->right.count++] = n;
        if (key->weights)
            weights[n - 1] = key->weights[n - 1];
    }
    ret_stored->has_weights = key->weights != NULL;
    ret_stored->weights.at = weights;
    ret_stored->weights.count = key->options;
    return true;
}

static bool stored_blanks(const struct question_key *key, struct arena *arena, struct answer_key *ret_stored)
{
    struct blank_key *blanks = arena_take(arena, key->blank_count * sizeof *blanks);
    if (!blanks)
        return false;
    for (size_t i = 0; i < key->blank_count; i++) {
        struct accepted_text *accepted = arena_take(arena, key->blanks[i].count * sizeof *accepted);
        if (!accepted)
            return false;
        for (size_t n = 0; n < key->blanks[i].count; n++)
            accepted[n] = (struct accepted_text){key->blanks[i].accepted[n].text, key->blanks[i].accepted[n].share};
        blanks[i].accepted.at = accepted;
        blanks[i].accepted.count = key->blanks[i].count;
    }
    ret_stored->has_blanks = true;
    ret_stored->blanks.at = blanks;
    ret_stored->blanks.count = key->blank_count;
    return true;
}

static bool stored_numbers(const struct question_key *key, struct arena *arena, struct answer_key *ret_stored)
{
    struct accepted_number *numbers = arena_take(arena, key->number_count * sizeof *numbers);
    if (!numbers)
        return false;
    for (size_t i = 0; i < key->number_count; i++)
        numbers[i] = (struct accepted_number){key->numbers[i].value, key->numbers[i].low, key->numbers[i].high,
                                              key->numbers[i].share};
    ret_stored->has_numbers = true;
    ret_stored->numbers.at = numbers;
    ret_stored->numbers.count = key->number_count;
    return true;
}

static bool stored_order(const struct question_key *key, struct arena *arena, struct answer_key *ret_stored)
{
    int64_t *order = arena_take(arena, key->options * sizeof *order);
    if (!order)
        return false;
    for (int i = 0; i < key->options; i++)
        order[i] = key->order[i];
    ret_stored->has_order = true;
    ret_stored->order.at = order;
    ret_stored->order.count = key->options;
    return true;
}

static bool stored_of_kind(const struct question_key *key, struct arena *arena, struct answer_key *ret_stored)
{
    switch (key->kind) {
    case QUESTION_SINGLE:
    case QUESTION_MULTIPLE:
        return stored_options(key, arena, ret_stored);
    case QUESTION_TRUTH:
        ret_stored->has_truth = true;
        ret_stored->truth = key->truth;
        return true;
    case QUESTION_BLANKS:
        return stored_blanks(key, arena, ret_stored);
    case QUESTION_NUMBER:
        return stored_numbers(key, arena, ret_stored);
    case QUESTION_ORDER:
    case QUESTION_PAIRS:
        return stored_order(key, arena, ret_stored);
    }
    return false;
}

static bool stored_others(const struct question_key *key, struct arena *arena, struct answer_key *ret_stored)
{
    struct right_set *others = arena_take(arena, key->other_count * sizeof *others);
    for (size_t i = 0; others && i < key->other_count; i++) {
        struct answer_key other = {0};
        if (!stored_of_kind(&key->others[i], arena, &other))
            return false;
        others[i] = (struct right_set){.has_right = other.has_right, .has_truth = other.has_truth, .truth = other.truth,
                                       .has_order = other.has_order};
        others[i].right.at = other.right.at;
        others[i].right.count = other.right.count;
        others[i].order.at = other.order.at;
        others[i].order.count = other.order.count;
    }
    ret_stored->has_others = key->other_count > 0;
    ret_stored->others.at = others;
    ret_stored->others.count = key->other_count;
    return others != NULL;
}

bool paper_key_stored(const struct question_key *key, struct arena *arena, struct answer_key *ret_stored)
{
    *ret_stored = (struct answer_key){.has_voided = key->voided, .voided = key->voided};
    return stored_of_kind(key, arena, ret_stored) && stored_others(key, arena, ret_stored);
}

static bool take_question(struct paper *paper, const struct rows *rows, size_t i)
{
    struct answer_key stored;
    struct problem problem;
    struct slice json = row_text(rows, i, 5), copy = {arena_copy(paper->arena, json), json.length};
    int section = (int)row_number(rows, i, 1);
    enum question_kind kind = (enum question_kind)row_number(rows, i, 2);
    size_t options = (size_t)row_number(rows, i, 3), rights = (size_t)row_number(rows, i, 4);
    problem_none(&problem);
    if (!copy.at || section >= SECTIONS_MOST || row_number(rows, i, 0) != (int64_t)i + 1 ||
        !decode_record(answer_key_shape(), copy, DECODE_LENIENT, paper->arena, &stored, &problem) ||
        !paper_key(&stored, kind, options, rights, paper->arena, &paper->keys[i]))
        return false;
    paper->pool[i] = (struct pool_question){
        .number = (int64_t)i + 1,
        .kind = kind,
        .topic = section_words[section],
        .options = (uint8_t)(kind == QUESTION_PAIRS ? rights : options),
    };
    paper->items[i] = (struct grading_item){&paper->keys[i], &paper->rule, (int32_t)row_number(rows, i, 6)};
    return true;
}

static bool take_sections(struct paper *paper, const struct rows *rows)
{
    struct section_list list;
    struct problem problem;
    struct slice json = row_text(rows, 0, 0), copy = {arena_copy(paper->arena, json), json.length};
    problem_none(&problem);
    if (!copy.at || !decode_record(section_list_shape(), copy, DECODE_LENIENT, paper->arena, &list, &problem))
        return false;
    struct blueprint_row *blueprint = arena_take(paper->arena, list.sections.count * sizeof *blueprint);
    if (!blueprint)
        return false;
    for (size_t i = 0; i < list.sections.count; i++)
        blueprint[i] = (struct blueprint_row){
            .topic = section_words[i], .any_kind = true, .count = (uint32_t)list.sections.at[i].draw};
    paper->rows = blueprint;
    paper->row_count = list.sections.count;
    return true;
}

static bool read_questions(struct paper *paper, struct sql_connection *connection, const struct exam_terms *terms)
{
    auto_arguments arguments = arguments_new(64);
    auto_rows *rows = NULL, *sections = NULL;
    value_id(argument(&arguments), terms->exam.bytes);
    if (!sql_run(connection, "exam_sections", &arguments, &sections))
        return false;
    value_int4(argument(&arguments), terms->key_version);
    if (!sql_run(connection, "paper_questions", &arguments, &rows))
        return false;
    paper->count = rows_count(rows);
    paper->pool = arena_take(paper->arena, paper->count * sizeof *paper->pool);
    paper->keys = arena_take(paper->arena, paper->count * sizeof *paper->keys);
    paper->items = arena_take(paper->arena, paper->count * sizeof *paper->items);
    if (!paper->pool || !paper->keys || !paper->items || !take_sections(paper, sections))
        return false;
    for (size_t i = 0; i < paper->count; i++)
        if (!take_question(paper, rows, i))
            return false;
    paper->grading = grading_paper_new(paper->arena, paper->items, paper->count);
    return paper->grading != NULL;
}

struct paper *paper_load(struct sql_connection *connection, const struct exam_terms *terms)
{
    struct paper *paper = memory_new(sizeof *paper);
    paper->exam = terms->exam;
    paper->key_version = terms->key_version;
    paper->arena = arena_new(65536, PAPER_ARENA_BYTES);
    paper->rule = (struct grading_rule){
        .multiple = terms->multiple,
        .blanks_share = true,
        .pairs_share = true,
        .penalty = (int32_t)terms->penalty,
    };
    if (read_questions(paper, connection, terms))
        return paper;
    LOG(failed, log_id("exam", terms->exam.bytes), log_text("detail", "the paper cannot be read"));
    paper_free(paper);
    return NULL;
}

void paper_free(struct paper *paper)
{
    arena_free(paper->arena);
    free(paper);
}

const struct drawn *paper_draw(const struct paper *paper, uint64_t seed, struct arena *arena, size_t *ret_count)
{
    return draw_paper(arena, paper->rows, paper->row_count, paper->pool, paper->count, seed, ret_count);
}
