/* The law of questions: what makes one fit to be asked and marked.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/education/question.h"

#include "consumers/education/decimal.h"
#include "consumers/table/normalise.h"

/* What the weights of the right options may miss the whole by, since three thirds are written 33.333%. */
#define WEIGHT_SLACK 1000

const char *question_column_name(enum question_column column)
{
    static const char *const names[COLUMN_COUNT] = {"",        "number", "kind",  "topic",       "stem",
                                                    "options", "key",    "marks", "explanation", "source"};
    return names[column];
}

const struct question_limits question_limits_catalogue = {
    .title = 60,
    .topic = 40,
    .stem = 4000,
    .option = 1000,
    .explanation = 4000,
    .source = 200,
    .accepted_text = 200,
    .options = 50,
    .blanks = 20,
    .accepted = 20,
    .marks = 100000,
};

bool question_number_absolute(int64_t value, int64_t tolerance, struct question_number *ret_number)
{
    if (tolerance < 0 || tolerance > DECIMAL_MOST || value > DECIMAL_MOST - tolerance ||
        value < -DECIMAL_MOST + tolerance)
        return false;
    *ret_number = (struct question_number){value, value - tolerance, value + tolerance, QUESTION_WHOLE};
    return true;
}

bool question_number_relative(int64_t value, int64_t tolerance, struct question_number *ret_number)
{
    if (tolerance < 0 || value > DECIMAL_MOST || value < -DECIMAL_MOST)
        return false;
    /* |x - value| is an integer of millionths, so it is within the tolerance when it is within its whole
     * part. */
    __int128 size = value < 0 ? -(__int128)value : value;
    __int128 reach = size * tolerance / QUESTION_WHOLE;
    return reach <= DECIMAL_MOST && question_number_absolute(value, (int64_t)reach, ret_number);
}

bool question_number_between(int64_t low, int64_t high, struct question_number *ret_number)
{
    if (low > high || low < -DECIMAL_MOST || high > DECIMAL_MOST)
        return false;
    int64_t middle = low / 2 + high / 2 + (low % 2 + high % 2) / 2;
    *ret_number = (struct question_number){middle, low, high, QUESTION_WHOLE};
    return true;
}

static enum fault text_fault(struct slice text, uint32_t points, enum fault too_long)
{
    int64_t length = slice_points(text);
    if (length < 0)
        return FAULT_text_encoding;
    for (size_t i = 0; i < text.length; i++) {
        unsigned char byte = (unsigned char)text.at[i];
        if ((byte < 0x20 && byte != '\n' && byte != '\t') || byte == 0x7f)
            return FAULT_text_control;
    }
    return length > points ? too_long : FAULT_none;
}

/* The first fault of the entries, and which has it, from 1. */
static enum fault options_fault(const struct slice *options, size_t count, uint32_t points, size_t *ret_entry)
{
    for (size_t i = 0; i < count; i++) {
        *ret_entry = i + 1;
        if (slice_trim(options[i]).length == 0)
            return FAULT_option_empty;
        enum fault fault = text_fault(options[i], points, FAULT_option_long);
        if (fault)
            return fault;
        for (size_t j = 0; j < i; j++)
            if (slice_equal(options[i], options[j]))
                return FAULT_option_twice;
    }
    *ret_entry = 0;
    return FAULT_none;
}

bool question_weights_fit(int64_t sum)
{
    return sum >= QUESTION_WHOLE - WEIGHT_SLACK && sum <= QUESTION_WHOLE + WEIGHT_SLACK;
}

static enum fault weights_fault(const struct question_key *key)
{
    int64_t sum = 0, most = 0;
    for (size_t i = 0; i < key->options; i++) {
        int32_t weight = key->weights[i];
        bool right = key->right >> i & 1;
        if (weight < -QUESTION_WHOLE || weight > QUESTION_WHOLE)
            return FAULT_weight_range;
        if (key->kind == QUESTION_MULTIPLE && right != (weight > 0))
            return FAULT_key_unreadable;
        sum += weight > 0 ? weight : 0;
        most = weight > most ? weight : most;
    }
    int64_t whole = key->kind == QUESTION_MULTIPLE ? sum : most;
    return question_weights_fit(whole) ? FAULT_none : FAULT_weight_sum;
}

static enum fault choice_fault(const struct question_key *key)
{
    if (key->options < QUESTION_OPTIONS_MAX && key->right >> key->options)
        return FAULT_key_range;
    if (key->right == 0)
        return FAULT_key_missing;
    return key->weights ? weights_fault(key) : FAULT_none;
}

static enum fault order_fault(const struct question_key *key)
{
    uint64_t seen = 0;
    for (size_t i = 0; i < key->options; i++) {
        if (key->order[i] < 1 || key->order[i] > key->options)
            return FAULT_key_range;
        seen |= UINT64_C(1) << (key->order[i] - 1);
    }
    return __builtin_popcountll(seen) == key->options ? FAULT_none : FAULT_order_incomplete;
}

static enum fault pairs_fault(const struct question_key *key)
{
    for (size_t i = 0; i < key->options; i++)
        if (key->order[i] < 1 || key->order[i] > key->rights)
            return FAULT_key_range;
    return FAULT_none;
}

static enum fault accepted_fault(const struct question_accepted *accepted, uint32_t points)
{
    char form[QUESTION_ACCEPTED_BYTES];
    if (accepted->text.length > sizeof form)
        return FAULT_accepted_long;
    enum fault fault = text_fault(accepted->text, points, FAULT_accepted_long);
    if (fault)
        return fault;
    size_t length = normalise(accepted->text, true, form, sizeof form);
    if (length == 0 || length == NORMALISE_UNFIT)
        return FAULT_accepted_empty;
    return accepted->share < 1 || accepted->share > QUESTION_WHOLE ? FAULT_weight_range : FAULT_none;
}

static enum fault blanks_fault(const struct question_key *key, const struct question_limits *limits)
{
    if (key->blank_count == 0)
        return FAULT_key_missing;
    if (key->blank_count > limits->blanks)
        return FAULT_blanks_many;
    for (size_t i = 0; i < key->blank_count; i++) {
        const struct question_blank *blank = &key->blanks[i];
        if (blank->count == 0)
            return FAULT_accepted_empty;
        if (blank->count > limits->accepted)
            return FAULT_accepted_many;
        int32_t best = 0;
        for (size_t j = 0; j < blank->count; j++) {
            enum fault fault = accepted_fault(&blank->accepted[j], limits->accepted_text);
            if (fault)
                return fault;
            best = blank->accepted[j].share > best ? blank->accepted[j].share : best;
        }
        if (best != QUESTION_WHOLE)
            return FAULT_weight_sum;
    }
    return FAULT_none;
}

static enum fault numbers_fault(const struct question_key *key, const struct question_limits *limits)
{
    int32_t best = 0;
    if (key->number_count == 0)
        return FAULT_key_missing;
    if (key->number_count > limits->accepted)
        return FAULT_accepted_many;
    for (size_t i = 0; i < key->number_count; i++) {
        const struct question_number *number = &key->numbers[i];
        if (number->low > number->value || number->value > number->high || number->low < -DECIMAL_MOST ||
            number->high > DECIMAL_MOST)
            return FAULT_number_range;
        if (number->share < 1 || number->share > QUESTION_WHOLE)
            return FAULT_weight_range;
        best = number->share > best ? number->share : best;
    }
    return best == QUESTION_WHOLE ? FAULT_none : FAULT_weight_sum;
}

/* How many options the kind wants: the fault of having too few, too many, or any. */
static enum fault count_fault(const struct question *question, const struct question_limits *limits)
{
    size_t most = limits->options < QUESTION_OPTIONS_MAX ? limits->options : QUESTION_OPTIONS_MAX;
    enum question_kind kind = question->key.kind;
    if (kind == QUESTION_TRUTH || kind == QUESTION_BLANKS || kind == QUESTION_NUMBER)
        return question->option_count || question->right_count ? FAULT_options_unwanted : FAULT_none;
    if (question->option_count > most || question->right_count > most)
        return FAULT_options_many;
    if (kind == QUESTION_PAIRS)
        return question->option_count < 1 || question->right_count < 2 ? FAULT_options_few : FAULT_none;
    if (question->right_count)
        return FAULT_options_unwanted;
    return question->option_count < 2 ? FAULT_options_few : FAULT_none;
}

static enum fault one_key_fault(const struct question_key *key, const struct question_limits *limits)
{
    switch (key->kind) {
    case QUESTION_SINGLE:
    case QUESTION_MULTIPLE:
        return choice_fault(key);
    case QUESTION_TRUTH:
        return FAULT_none;
    case QUESTION_BLANKS:
        return blanks_fault(key, limits);
    case QUESTION_NUMBER:
        return numbers_fault(key, limits);
    case QUESTION_ORDER:
        return order_fault(key);
    case QUESTION_PAIRS:
        return pairs_fault(key);
    }
    return FAULT_kind_unknown;
}

enum fault question_key_fault(const struct question_key *key, const struct question_limits *limits)
{
    enum fault fault = one_key_fault(key, limits);
    for (size_t i = 0; i < key->other_count && !fault; i++)
        fault = one_key_fault(&key->others[i], limits);
    return fault;
}

/* The key as its author gives it: for this question's options, and of a single choice one. */
static enum fault own_key_fault(const struct question *question,
                                         const struct question_limits *limits)
{
    const struct question_key *key = &question->key;
    if (key->options != question->option_count || key->rights != question->right_count)
        return FAULT_key_unreadable;
    if (key->kind == QUESTION_SINGLE && __builtin_popcountll(key->right) > 1)
        return FAULT_key_one;
    return question_key_fault(key, limits);
}

static enum fault texts_fault(const struct question *question, const struct question_limits *limits,
                                       enum question_column *ret_column)
{
    const struct {
        struct slice text;
        uint32_t points;
        enum fault too_long;
        enum question_column column;
    } texts[] = {
        {question->number, limits->title, FAULT_title_long, COLUMN_NUMBER},
        {question->title, limits->title, FAULT_title_long, COLUMN_NUMBER},
        {question->topic, limits->topic, FAULT_topic_long, COLUMN_TOPIC},
        {question->stem, limits->stem, FAULT_stem_long, COLUMN_STEM},
        {question->explanation, limits->explanation, FAULT_explanation_long, COLUMN_EXPLANATION},
        {question->source, limits->source, FAULT_source_long, COLUMN_SOURCE},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        enum fault fault = text_fault(texts[i].text, texts[i].points, texts[i].too_long);
        if (fault) {
            *ret_column = texts[i].column;
            return fault;
        }
    }
    *ret_column = COLUMN_STEM;
    return slice_trim(question->stem).length ? FAULT_none : FAULT_stem_missing;
}

/* Options and right sides: their number, their texts. */
static enum fault entries_fault(const struct question *question, const struct question_limits *limits,
                                         struct question_error *ret_place)
{
    enum fault fault = count_fault(question, limits);
    if (!fault)
        fault = options_fault(question->options, question->option_count, limits->option, &ret_place->entry);
    if (fault == FAULT_option_twice && question->key.kind == QUESTION_PAIRS)
        fault = FAULT_pair_left_twice;
    if (fault)
        return fault;
    fault = options_fault(question->rights, question->right_count, limits->option, &ret_place->entry);
    ret_place->of_rights = fault != FAULT_none;
    return fault;
}

bool question_check(const struct question *question, const struct question_limits *limits,
                    struct question_error *ret_error)
{
    const struct question_key *key = &question->key;
    struct question_error place = {0};
    enum question_column column = COLUMN_KIND;
    enum fault fault = key->kind > QUESTION_PAIRS ? FAULT_kind_unknown : FAULT_none;
    if (!fault)
        fault = texts_fault(question, limits, &column);
    if (!fault) {
        column = COLUMN_OPTIONS;
        fault = entries_fault(question, limits, &place);
    }
    if (!fault) {
        column = COLUMN_KEY;
        fault = own_key_fault(question, limits);
    }
    if (!fault) {
        column = COLUMN_MARKS;
        fault = question->marks < 1 || question->marks > limits->marks ? FAULT_marks_range : FAULT_none;
    }
    if (fault)
        *ret_error = (struct question_error){fault, column, place.of_rights, place.entry};
    return !fault;
}
