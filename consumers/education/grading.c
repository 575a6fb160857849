/* The pure core of marking: integers in, integers out, no clock, no database.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/education/grading.h"

#include <assert.h>

#include "consumers/education/decimal.h"
#include "consumers/table/normalise.h"

/* A question ready to mark: its key, its rule, and its accepted texts in the form that answers are compared
 * in. */
struct ready {
    struct question_key key;
    struct grading_rule rule;
    int32_t marks;
};

struct grading_paper {
    size_t count, voided_count;
    int64_t *voided;
    struct ready questions[];
};

/* `part` of `whole` of the mark, half a hundredth up; never below nothing nor above the mark. */
static int32_t share(int32_t marks, int64_t part, int64_t whole)
{
    if (part <= 0)
        return 0;
    return part >= whole ? marks : (int32_t)((2 * part * marks + whole) / (2 * whole));
}

static int32_t mark_choice(const struct ready *ready, const struct answer *answer)
{
    const struct question_key *key = &ready->key;
    uint64_t chosen = 0;
    for (size_t i = 0; i < answer->chosen.count; i++) {
        if (answer->chosen.at[i] < 1 || answer->chosen.at[i] > key->options)
            return 0;
        chosen |= UINT64_C(1) << (answer->chosen.at[i] - 1);
    }
    bool single = key->kind == QUESTION_SINGLE, one = __builtin_popcountll(chosen) == 1;
    if (single ? one && (chosen & key->right) : chosen == key->right)
        return ready->marks;
    if (single ? !one || !key->weights : ready->rule.multiple == MULTIPLE_ALL_OR_NOTHING)
        return 0;
    if (key->weights) {
        int64_t sum = 0;
        for (uint64_t rest = chosen; rest; rest &= rest - 1)
            sum += key->weights[__builtin_ctzll(rest)];
        return share(ready->marks, sum, QUESTION_WHOLE);
    }
    int64_t right = __builtin_popcountll(chosen & key->right),
            wrong = __builtin_popcountll(chosen & ~key->right);
    return share(ready->marks, 100 * right - ready->rule.penalty * wrong,
                 100 * (int64_t)__builtin_popcountll(key->right));
}

static int32_t blank_share(const struct question_blank *blank, struct slice text, bool fold)
{
    char form[QUESTION_ACCEPTED_BYTES];
    int32_t best = 0;
    size_t length = normalise(text, fold, form, sizeof form);
    for (size_t i = 0; length > 0 && length != NORMALISE_UNFIT && i < blank->count; i++) {
        const struct question_accepted *accepted = &blank->accepted[i];
        if (accepted->share > best && slice_equal(accepted->text, (struct slice){form, length}))
            best = accepted->share;
    }
    return best;
}

static int32_t mark_blanks(const struct ready *ready, const struct answer *answer)
{
    int64_t sum = 0, whole = QUESTION_WHOLE * (int64_t)ready->key.blank_count;
    if (answer->blanks.count > ready->key.blank_count)
        return 0;
    for (size_t i = 0; i < answer->blanks.count; i++)
        sum += blank_share(&ready->key.blanks[i], answer->blanks.at[i], !ready->rule.case_matters);
    if (ready->rule.blanks_share || ready->key.blank_count == 1)
        return share(ready->marks, sum, whole);
    return sum == whole ? ready->marks : 0; /* an accepted text of a lesser share is then not enough */
}

static int32_t mark_number(const struct ready *ready, const struct answer *answer)
{
    char form[128];
    int64_t number;
    bool rest;
    int32_t best = 0;
    size_t length = normalise(answer->number, false, form, sizeof form);
    if (length == NORMALISE_UNFIT ||
        !decimal_floor((struct slice){form, length}, DECIMAL_MILLIONTHS, &number, &rest))
        return 0;
    for (size_t i = 0; i < ready->key.number_count; i++) {
        const struct question_number *accepted = &ready->key.numbers[i];
        if (accepted->share > best && number >= accepted->low && number <= accepted->high - rest)
            best = accepted->share;
    }
    return share(ready->marks, best, QUESTION_WHOLE);
}

static int32_t mark_order(const struct ready *ready, const struct answer *answer)
{
    size_t count = ready->key.options, places = 0, neighbours = 0;
    uint8_t after[QUESTION_OPTIONS_MAX + 1];
    uint64_t seen = 0;
    if (answer->order.count != count)
        return 0;
    for (size_t i = 0; i < count; i++) {
        if (answer->order.at[i] < 1 || answer->order.at[i] > (int64_t)count)
            return 0;
        seen |= UINT64_C(1) << (answer->order.at[i] - 1);
        after[answer->order.at[i]] = i + 1 < count ? (uint8_t)answer->order.at[i + 1] : 0;
        places += answer->order.at[i] == ready->key.order[i];
    }
    if ((size_t)__builtin_popcountll(seen) != count)
        return 0;
    for (size_t i = 0; i + 1 < count; i++)
        neighbours += after[ready->key.order[i]] == ready->key.order[i + 1];
    if (ready->rule.order == ORDER_ALL)
        return places == count ? ready->marks : 0;
    return ready->rule.order == ORDER_PLACES ? share(ready->marks, (int64_t)places, (int64_t)count)
                                             : share(ready->marks, (int64_t)neighbours, (int64_t)count - 1);
}

static int32_t mark_pairs(const struct ready *ready, const struct answer *answer)
{
    const struct question_key *key = &ready->key;
    uint64_t seen = 0;
    int64_t right = 0;
    for (size_t i = 0; i < answer->pairs.count; i++) {
        const struct pair *pair = &answer->pairs.at[i];
        if (pair->left < 1 || pair->left > key->options || pair->right < 1 || pair->right > key->rights ||
            (seen >> (pair->left - 1) & 1))
            return 0;
        seen |= UINT64_C(1) << (pair->left - 1);
        right += key->order[pair->left - 1] == pair->right;
    }
    if (!ready->rule.pairs_share)
        return right == key->options ? ready->marks : 0;
    return share(ready->marks, right, key->options);
}

static int32_t mark_one(const struct ready *ready, const struct answer *answer)
{
    switch (ready->key.kind) {
    case QUESTION_SINGLE:
    case QUESTION_MULTIPLE:
        return answer->has_chosen ? mark_choice(ready, answer) : 0;
    case QUESTION_TRUTH:
        return answer->has_truth && answer->truth == ready->key.truth ? ready->marks : 0;
    case QUESTION_BLANKS:
        return answer->has_blanks ? mark_blanks(ready, answer) : 0;
    case QUESTION_NUMBER:
        return answer->has_number ? mark_number(ready, answer) : 0;
    case QUESTION_ORDER:
        return answer->has_order ? mark_order(ready, answer) : 0;
    case QUESTION_PAIRS:
        return answer->has_pairs ? mark_pairs(ready, answer) : 0;
    }
    return 0;
}

int32_t grading_mark(const struct grading_paper *paper, int64_t number, const struct answer *answer)
{
    if (number < 1 || (uint64_t)number > paper->count)
        return 0;
    const struct ready *ready = &paper->questions[number - 1];
    if (ready->key.voided || !answer)
        return ready->key.voided ? ready->marks : 0;
    int32_t best = mark_one(ready, answer);
    for (size_t i = 0; i < ready->key.other_count; i++) {
        struct ready other = {ready->key.others[i], ready->rule, ready->marks};
        int32_t mark = mark_one(&other, answer);
        best = mark > best ? mark : best;
    }
    return best;
}

const int64_t *grading_voided(const struct grading_paper *paper, size_t *ret_count)
{
    *ret_count = paper->voided_count;
    return paper->voided;
}

int64_t grading_total(const struct grading_paper *paper, const struct grading_line *lines, size_t count,
                      int32_t *ret_marks)
{
    int64_t total = 0;
    for (size_t i = 0; i < count; i++) {
        ret_marks[i] = grading_mark(paper, lines[i].number, lines[i].answer);
        total += ret_marks[i];
    }
    return total;
}

/* The accepted texts of a blank in their compared form; false when the arena is full. */
MUST static bool ready_blank(struct arena *arena, const struct question_blank *from, bool fold,
                             struct question_blank *ret_blank)
{
    struct question_accepted *accepted = arena_take(arena, from->count * sizeof *accepted);
    if (!accepted)
        return false;
    for (size_t i = 0; i < from->count; i++) {
        char *form = arena_take(arena, from->accepted[i].text.length + 1);
        if (!form)
            return false;
        size_t length = normalise(from->accepted[i].text, fold, form, from->accepted[i].text.length);
        assert(length != NORMALISE_UNFIT);
        accepted[i] = (struct question_accepted){{form, length}, from->accepted[i].share};
    }
    *ret_blank = (struct question_blank){from->count, accepted};
    return true;
}

/* Lists the void questions; false when the arena is full. */
MUST static bool list_voided(struct arena *arena, struct grading_paper *paper)
{
    size_t count = 0;
    for (size_t i = 0; i < paper->count; i++)
        count += paper->questions[i].key.voided;
    paper->voided = arena_take(arena, count * sizeof *paper->voided);
    for (size_t i = 0; paper->voided && i < paper->count; i++)
        if (paper->questions[i].key.voided)
            paper->voided[paper->voided_count++] = (int64_t)i + 1;
    return paper->voided != NULL;
}

struct grading_paper *grading_paper_new(struct arena *arena, const struct grading_item *items, size_t count)
{
    struct grading_paper *paper = arena_take(arena, sizeof *paper + count * sizeof *paper->questions);
    if (!paper)
        return NULL;
    paper->count = count;
    for (size_t i = 0; i < count; i++) {
        struct ready *ready = &paper->questions[i];
        *ready = (struct ready){*items[i].key, *items[i].rule, items[i].marks};
        if (ready->key.kind != QUESTION_BLANKS)
            continue;
        struct question_blank *blanks = arena_take(arena, ready->key.blank_count * sizeof *blanks);
        if (!blanks)
            return NULL;
        for (size_t j = 0; j < ready->key.blank_count; j++)
            if (!ready_blank(arena, &items[i].key->blanks[j], !ready->rule.case_matters, &blanks[j]))
                return NULL;
        ready->key.blanks = blanks;
    }
    return list_voided(arena, paper) ? paper : NULL;
}
