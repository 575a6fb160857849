/* Questions written by hand: checked by the law that imports are checked by, each fault at its field.  SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "consumers/table/normalise.h"
#include "consumers/education/paper.h"
#include "consumers/education/question_take.h"
#include "consumers/handler.h"

enum verdict question_add_decide(struct work *work, const struct question_add *command);
enum verdict question_change_decide(struct work *work, const struct question_change *command);

enum { MARKS = 100, ENTRIES_MOST = 50 }; /* a question in a bank brings none of its own; the law wants some, in hundredths */

/* Says a fault at a member of the text; `inside` is one of that member's, NULL: the member as a whole. */
static bool refuse(struct work *work, enum fault fault, const char *member, const char *inside)
{
    problem_say(&work->problem, PROBLEM_invalid, "%1$s%2$.0s", "%1$.0s%2$s", fault_english(fault),
                fault_chinese(fault));
    if (inside)
        problem_under(&work->problem, slice_of(inside));
    problem_under(&work->problem, slice_of(member));
    return problem_under(&work->problem, SLICE("text"));
}

static bool refuse_error(struct work *work, const struct question_error *error)
{
    char entry[24];
    const char *member = error->column == COLUMN_NUMBER ? "title" : question_column_name(error->column);
    snprintf(entry, sizeof entry, "%zu", error->entry - 1);
    return refuse(work, error->fault, error->of_rights ? "rights" : member, error->entry ? entry : NULL);
}

/* The first member of a key that its kind does not have, or that only a correction has; NULL: none. */
static const char *stray_member(const struct answer_key *key, int kind)
{
    bool chosen = kind == QUESTION_SINGLE || kind == QUESTION_MULTIPLE;
    bool placed = kind == QUESTION_ORDER || kind == QUESTION_PAIRS;
    const struct {
        bool stray;
        const char *name;
    } members[] = {
        {key->has_right && !chosen, "right"},
        {key->has_weights && !chosen, "weights"},
        {key->has_truth && kind != QUESTION_TRUTH, "truth"},
        {key->has_blanks && kind != QUESTION_BLANKS, "blanks"},
        {key->has_numbers && kind != QUESTION_NUMBER, "numbers"},
        {key->has_order && !placed, "order"},
        {key->has_others, "others"},
        {key->has_voided && key->voided, "voided"},
    };
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        if (members[i].stray)
            return members[i].name;
    return NULL;
}

/* Why a key does not fit its question at all, and the member that its kind has. */
static enum fault misfit(const struct answer_key *key, const struct question_key *of, const char **ret_member)
{
    switch (of->kind) {
    case QUESTION_SINGLE:
    case QUESTION_MULTIPLE:
        *ret_member = "right";
        if (key->has_right && key->has_weights && key->weights.count != of->options) {
            *ret_member = "weights";
            return FAULT_key_unreadable;
        }
        return key->has_right ? FAULT_key_range : FAULT_key_missing;
    case QUESTION_TRUTH:
        *ret_member = "truth";
        return FAULT_key_missing;
    case QUESTION_BLANKS:
        *ret_member = "blanks";
        return key->has_blanks ? FAULT_key_unreadable : FAULT_key_missing;
    case QUESTION_NUMBER:
        *ret_member = "numbers";
        return key->has_numbers ? FAULT_number_range : FAULT_key_missing;
    case QUESTION_ORDER:
    case QUESTION_PAIRS:
        *ret_member = "order";
        if (!key->has_order)
            return FAULT_key_missing;
        return key->order.count == of->options ? FAULT_key_range : FAULT_order_incomplete;
    }
    return FAULT_kind_unknown;
}

/* The texts without the blanks around them, as an import takes them; NULL when the arena is full. */
static struct slice *trimmed(struct arena *arena, const struct slice *texts, size_t count)
{
    struct slice *made = arena_take(arena, (count + 1) * sizeof *made);
    for (size_t i = 0; made && i < count; i++)
        made[i] = slice_trim(texts[i]);
    return made;
}

/* Where the key does not fit, what the rest of the question is checked with. */
static struct question_key stand_in(const struct question_key *of)
{
    static const uint8_t first[ENTRIES_MOST] = {0};
    return (struct question_key){.kind = of->kind, .options = of->options, .rights = of->rights, .order = first};
}

/* The question that was written, if it is lawful; NULL and a problem if not, or without one when the arena is full. */
static const struct question *read_text(struct work *work, const struct question_text *text)
{
    struct question *question = arena_take(work->arena, sizeof *question);
    struct question_error error = {0};
    struct slice *options = trimmed(work->arena, text->options.at, text->options.count);
    struct slice *rights = trimmed(work->arena, text->rights.at, text->rights.count);
    if (!question || !options || !rights)
        return NULL;
    *question = (struct question){
        .title = slice_trim(text->title),
        .topic = slice_trim(text->topic),
        .stem = slice_trim(text->stem),
        .explanation = slice_trim(text->explanation),
        .source = slice_trim(text->source),
        .marks = MARKS,
        .option_count = text->options.count,
        .right_count = text->rights.count,
        .options = options,
        .rights = rights,
    };
    bool fits = paper_key(&text->key, (enum question_kind)text->kind, question->option_count, question->right_count,
                          work->arena, &question->key);
    if (!fits)
        question->key = stand_in(&question->key);
    bool lawful = question_check(question, &question_limits_catalogue, &error);
    const char *stray = stray_member(&text->key, text->kind), *own = NULL;
    enum fault amiss = fits ? FAULT_none : misfit(&text->key, &question->key, &own);
    if (!lawful && error.column != COLUMN_KEY)
        refuse_error(work, &error);
    else if (stray)
        refuse(work, FAULT_key_unreadable, "key", stray);
    else if (amiss)
        refuse(work, amiss, "key", own);
    else if (!lawful)
        refuse_error(work, &error);
    return work->problem.code == PROBLEM_none ? question : NULL;
}

/* A title belongs to one question of a bank: an import finds it by that. False with a problem, or where SQL failed. */
static bool title_free(struct work *work, struct id bank, int64_t number, struct slice title)
{
    int64_t found;
    if (title.length == 0)
        return true;
    if (!question_titled(work, bank, title, &found))
        return false;
    if (found == 0 || found == number)
        return true;
    problem_say(&work->problem, PROBLEM_exists, "Question %lld of the bank has this title", "题库第 %lld 题已用此标题",
                (long long)found);
    problem_under(&work->problem, SLICE("title"));
    return problem_under(&work->problem, SLICE("text"));
}

/* Takes what was written as that number's next version; `version` is the one it has. */
static enum verdict write(struct work *work, struct id bank, int64_t number, int64_t version,
                          const struct question_text *text)
{
    struct question_taken result = {number, version};
    int64_t taken = 0;
    const struct question *question = read_text(work, text);
    if (!question || !title_free(work, bank, number, question->title) ||
        !question_take(work, bank, number, question, &taken))
        return work->problem.code == PROBLEM_none ? FAILED : REJECTED;
    if (taken)
        result.version = taken;
    work_return(work, &result);
    return APPLIED;
}

enum verdict question_add_decide(struct work *work, const struct question_add *command)
{
    int64_t next;
    if (!bank_lock(work, command->bank, &next))
        return FAILED;
    if (next == 0)
        return work_reject(work, unknown_reference, "There is no such bank", "没有这个题库");
    return write(work, command->bank, next, 0, &command->text);
}

enum verdict question_change_decide(struct work *work, const struct question_change *command)
{
    int64_t next;
    auto_arguments arguments = arguments_new(64);
    auto_rows *rows = NULL;
    if (!bank_lock(work, command->bank, &next))
        return FAILED;
    value_id(argument(&arguments), command->bank.bytes);
    value_int8(argument(&arguments), command->number);
    if (!sql_run(work->connection, "question_version", &arguments, &rows))
        return FAILED;
    int64_t version = rows_count(rows) == 1 ? row_number(rows, 0, 0) : 0;
    if (version == 0)
        return work_reject(work, not_found, "The bank has no such question", "题库中没有这道题");
    if (version != command->version)
        return work_reject(work, conflict, "Another changed it meanwhile: it is at version %lld",
                           "此题已被他人修改，当前为第 %lld 版", (long long)version);
    return write(work, command->bank, command->number, version, &command->text);
}
