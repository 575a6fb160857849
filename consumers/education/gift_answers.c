/* GIFT's answers: choices, truth, words, numbers, pairs.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/education/gift_answers.h"

#include "consumers/education/decimal.h"
#include "consumers/education/markup.h"
#include "consumers/table/normalise.h"

/* One answer of a block: `right` if it began with =; its weight in millionths where one was written. */
struct part {
    struct slice text, feedback;
    bool right, weighted;
    int32_t weight;
};

struct part_list {
    size_t count;
    struct part at[QUESTION_OPTIONS_MAX];
};

static bool is_escape(struct slice text, size_t at)
{
    return text.at[at] == '\\' && at + 1 < text.length && memchr("\\:#={}~n", text.at[at + 1], 8);
}

size_t gift_find(struct slice text, size_t from, const char *any)
{
    while (from < text.length &&
           (is_escape(text, from) || !strchr(any, text.at[from]) || text.at[from] == '\0'))
        from += is_escape(text, from) ? 2 : 1;
    return from < text.length ? from : text.length;
}

static struct slice cut(struct slice text, size_t from, size_t to)
{
    return (struct slice){text.at + from, to - from};
}

struct slice gift_format(struct slice text, bool *ret_html)
{
    static const char *const formats[] = {"[html]", "[moodle]", "[plain]", "[markdown]"};
    text = slice_trim(text);
    for (size_t i = 0; i < 4; i++)
        if (text.length >= strlen(formats[i]) && memcmp(text.at, formats[i], strlen(formats[i])) == 0) {
            *ret_html = i == 0;
            return slice_trim(cut(text, strlen(formats[i]), text.length));
        }
    return text;
}

enum fault gift_value(struct gift_reading *reading, struct slice text, struct slice *ret_value)
{
    bool html = reading->html;
    size_t length = 0;
    reading->at = text.at;
    text = gift_format(text, &html);
    char *value = arena_take(reading->arena, text.length + 1);
    if (!value)
        return FAULT_memory_ceiling;
    for (size_t i = 0; i < text.length; i++) {
        bool escape = is_escape(text, i);
        i += escape;
        value[length++] = escape && text.at[i] == 'n' ? '\n' : text.at[i];
    }
    struct slice plain = slice_trim((struct slice){value, length});
    if (html)
        return markup_text(plain, reading->arena, ret_value);
    if (plain.length && memmem(plain.at, plain.length, "@@PLUGINFILE@@", 14))
        return FAULT_gift_picture;
    *ret_value = plain;
    return FAULT_none;
}

/* Takes a %weight% off the part's text. Other text between percent signs is text, as Moodle has it. */
MUST static enum fault take_weight(struct part *part)
{
    struct slice text = part->text;
    const char *end = text.length > 1 && text.at[0] == '%' ? memchr(text.at + 1, '%', text.length - 1) : NULL;
    if (!end)
        return FAULT_none;
    struct slice weight = cut(text, 1, (size_t)(end - text.at));
    size_t digits = strspn(weight.at, "-0123456789.");
    if (weight.length == 0 || digits < weight.length)
        return FAULT_none;
    int64_t number;
    bool rest;
    if (weight.at[weight.length - 1] == '.')
        weight.length--;
    if (!decimal_floor(weight, DECIMAL_MILLIONTHS - 2, &number, &rest))
        return FAULT_gift_weight_unreadable;
    if (number < -QUESTION_WHOLE || number > QUESTION_WHOLE)
        return FAULT_weight_range;
    part->weighted = true;
    part->weight = (int32_t)number;
    part->text = slice_trim(cut(text, (size_t)(end - text.at) + 1, text.length));
    return FAULT_none;
}

/* Parts the block at each unescaped byte of `marks`; what stands before the first is a part if it is not
 * empty. */
MUST static enum fault read_parts(struct gift_reading *reading, struct slice block,
                                           const char *marks, struct part_list *parts)
{
    parts->count = 0;
    for (size_t start = 0; start <= block.length;) {
        size_t end = gift_find(block, start, marks);
        struct slice text = cut(block, start, end);
        bool first = start == 0;
        struct part part = {.right = !first && block.at[start - 1] == '='};
        size_t hash = gift_find(text, 0, "#");
        start = end + 1;
        if (first && slice_trim(text).length == 0)
            continue;
        reading->at = text.at;
        part.text = slice_trim(cut(text, 0, hash));
        part.feedback = hash < text.length ? cut(text, hash + 1, text.length) : (struct slice){NULL, 0};
        enum fault fault = take_weight(&part);
        if (!fault && parts->count == QUESTION_OPTIONS_MAX)
            fault = FAULT_options_many;
        if (fault)
            return fault;
        parts->at[parts->count++] = part;
    }
    return FAULT_none;
}

/* Whether the weights say more than which options are right, each of them worth the same. */
static bool uneven(const struct part_list *parts, bool single)
{
    int32_t each = 0;
    for (size_t i = 0; i < parts->count; i++) {
        int32_t weight = parts->at[i].weight;
        if (weight < 0 || (single && weight > 0 && !parts->at[i].right) ||
            (weight > 0 && each > 0 && weight != each))
            return true;
        each = weight > 0 ? weight : each;
    }
    return false;
}

/* Checks a choice's weights and finds its right options. */
MUST static enum fault weigh_choices(struct gift_reading *reading, struct part_list *parts,
                                              bool single)
{
    struct question_key *key = &reading->question->key;
    int64_t sum = 0;
    for (size_t i = 0; i < parts->count; i++) {
        struct part *part = &parts->at[i];
        reading->at = part->text.at;
        if (part->right && part->weighted && part->weight != QUESTION_WHOLE)
            return FAULT_gift_choice_weight;
        if (part->right && key->right)
            return FAULT_gift_choices_several;
        if (part->right)
            part->weight = QUESTION_WHOLE;
        sum += part->weight > 0 ? part->weight : 0;
        if (single ? !part->right : part->weight <= 0)
            continue;
        key->right |= UINT64_C(1) << i;
        if (!reading->feedback.length)
            reading->feedback = part->feedback;
    }
    return single || sum == 0 || question_weights_fit(sum) ? FAULT_none : FAULT_weight_sum;
}

MUST static enum fault read_choices(struct gift_reading *reading, struct slice block)
{
    struct part_list parts;
    struct question *question = reading->question;
    bool single = gift_find(block, 0, "=") < block.length;
    enum fault fault = read_parts(reading, block, "~=", &parts);
    question->key.kind = single ? QUESTION_SINGLE : QUESTION_MULTIPLE;
    if (!fault)
        fault = weigh_choices(reading, &parts, single);
    if (fault)
        return fault;
    struct slice *options = arena_take(reading->arena, parts.count * sizeof *options + 1);
    int32_t *weights = arena_take(reading->arena, parts.count * sizeof *weights + 1);
    if (!options || !weights)
        return FAULT_memory_ceiling;
    for (size_t i = 0; i < parts.count && !fault; i++) {
        fault = gift_value(reading, parts.at[i].text, &options[i]);
        weights[i] = parts.at[i].weight;
    }
    question->options = options;
    question->option_count = parts.count;
    question->key.options = (uint8_t)parts.count;
    question->key.weights = uneven(&parts, single) ? weights : NULL;
    return fault;
}

MUST static enum fault read_pairs(struct gift_reading *reading, struct slice block)
{
    struct part_list parts;
    struct question *question = reading->question;
    enum fault fault = read_parts(reading, block, "=", &parts);
    if (fault)
        return fault;
    question->key.kind = QUESTION_PAIRS;
    struct slice *sides = arena_take(reading->arena, 2 * parts.count * sizeof *sides + 1);
    uint8_t *order = arena_take(reading->arena, parts.count + 1);
    if (!sides || !order)
        return FAULT_memory_ceiling;
    struct slice *rights = sides + parts.count;
    for (size_t i = 0; i < parts.count && !fault; i++) {
        struct slice text = parts.at[i].text, left, right;
        const char *arrow = text.length ? memmem(text.at, text.length, "->", 2) : NULL;
        reading->at = text.at;
        if (!arrow)
            return FAULT_pair_shape;
        size_t at = (size_t)(arrow - text.at), same = 0;
        fault = gift_value(reading, cut(text, at + 2, text.length), &right);
        if (!fault)
            fault = gift_value(reading, cut(text, 0, at), &left);
        if (fault)
            return fault;
        while (same < question->right_count && !slice_equal(rights[same], right))
            same++;
        if (same == question->right_count)
            rights[question->right_count++] = right;
        if (left.length == 0)
            continue;
        order[question->option_count] = (uint8_t)(same + 1);
        sides[question->option_count++] = left;
    }
    question->options = sides;
    question->rights = rights;
    question->key.order = order;
    question->key.options = (uint8_t)question->option_count;
    question->key.rights = (uint8_t)question->right_count;
    return FAULT_none;
}

/* Undoes \* and refuses a bare *, Moodle's wildcard. */
MUST static enum fault read_wildcard(struct slice *text)
{
    char *value = (char *)(uintptr_t)text->at;
    size_t length = 0;
    for (size_t i = 0; i < text->length; i++) {
        if (value[i] == '*')
            return FAULT_accepted_wildcard;
        if (value[i] == '\\' && i + 1 < text->length && value[i + 1] == '*')
            i++;
        value[length++] = value[i];
    }
    text->length = length;
    return FAULT_none;
}

MUST static enum fault read_words(struct gift_reading *reading, struct slice block)
{
    struct part_list parts;
    enum fault fault = read_parts(reading, block, "=", &parts);
    struct question_blank *blank = arena_take(reading->arena, sizeof *blank);
    if (fault)
        return fault;
    struct question_accepted *accepted = arena_take(reading->arena, parts.count * sizeof *accepted + 1);
    if (!blank || !accepted)
        return FAULT_memory_ceiling;
    reading->question->key.kind = QUESTION_BLANKS;
    for (size_t i = 0; i < parts.count; i++) {
        struct part *part = &parts.at[i];
        if (part->weighted && part->weight == 0)
            continue; /* only there for its feedback */
        struct question_accepted *one = &accepted[blank->count++];
        one->share = part->weighted ? part->weight : QUESTION_WHOLE;
        fault = gift_value(reading, part->text, &one->text);
        if (!fault)
            fault = read_wildcard(&one->text);
        if (fault)
            return fault;
        if (one->share == QUESTION_WHOLE && !reading->feedback.length)
            reading->feedback = part->feedback;
    }
    blank->accepted = accepted;
    reading->question->key.blanks = blank;
    reading->question->key.blank_count = blank->count ? 1 : 0;
    return FAULT_none;
}

MUST static bool read_decimal(struct slice text, int64_t *ret_number)
{
    char form[64];
    size_t length = normalise(text, false, form, sizeof form);
    return length != NORMALISE_UNFIT &&
           decimal_read((struct slice){form, length}, DECIMAL_MILLIONTHS, ret_number);
}

/* min..max, value:tolerance or value. */
MUST static enum fault read_number(struct slice text, struct question_number *number)
{
    int64_t first, second = 0;
    const char *dots = text.length ? memmem(text.at, text.length, "..", 2) : NULL;
    size_t colon = gift_find(text, 0, ":");
    size_t end = dots ? (size_t)(dots - text.at) : colon;
    size_t next = dots ? end + 2 : end + 1;
    if (!read_decimal(cut(text, 0, end), &first) ||
        (end < text.length && !read_decimal(cut(text, next, text.length), &second)))
        return FAULT_number_unreadable;
    bool fits = dots ? question_number_between(first, second, number)
                     : question_number_absolute(first, second, number);
    return fits ? FAULT_none : FAULT_number_range;
}

MUST static enum fault read_numbers(struct gift_reading *reading, struct slice block)
{
    struct part_list parts;
    struct question_key *key = &reading->question->key;
    size_t wrong = gift_find(block, 1, "~"); /* ~# gives the feedback of a wrong answer */
    enum fault fault = read_parts(reading, cut(block, 1, wrong), "=", &parts);
    if (fault)
        return fault;
    struct question_number *numbers = arena_take(reading->arena, parts.count * sizeof *numbers + 1);
    key->kind = QUESTION_NUMBER;
    key->numbers = numbers;
    if (!numbers)
        return FAULT_memory_ceiling;
    for (size_t i = 0; i < parts.count; i++) {
        struct part *part = &parts.at[i];
        if (part->weighted && part->weight == 0)
            continue;
        reading->at = part->text.at;
        fault = read_number(part->text, &numbers[key->number_count]);
        if (fault)
            return fault;
        numbers[key->number_count++].share = part->weighted ? part->weight : QUESTION_WHOLE;
        if (!reading->feedback.length && (!part->weighted || part->weight == QUESTION_WHOLE))
            reading->feedback = part->feedback;
    }
    return FAULT_none;
}

/* T#if wrong#if right; false if the block is not of that kind. */
MUST static bool read_truth(struct gift_reading *reading, struct slice block)
{
    size_t first = gift_find(block, 0, "#");
    struct slice word = slice_trim(cut(block, 0, first));
    bool yes = slice_equal(word, SLICE("T")) || slice_equal(word, SLICE("TRUE"));
    if (!yes && !slice_equal(word, SLICE("F")) && !slice_equal(word, SLICE("FALSE")))
        return false;
    size_t second = first < block.length ? gift_find(block, first + 1, "#") : block.length;
    if (second < block.length)
        reading->feedback = cut(block, second + 1, block.length);
    reading->question->key.kind = QUESTION_TRUTH;
    reading->question->key.truth = yes;
    return true;
}

/* true, False, t…: Moodle would make a fill-in of it. */
static bool is_small_truth(struct slice block)
{
    char form[8];
    size_t length = normalise(cut(block, 0, gift_find(block, 0, "#")), true, form, sizeof form);
    struct slice word = {form, length};
    return length != NORMALISE_UNFIT && (slice_equal(word, SLICE("t")) || slice_equal(word, SLICE("true")) ||
                                         slice_equal(word, SLICE("f")) || slice_equal(word, SLICE("false")));
}

enum fault gift_answers(struct gift_reading *reading, struct slice block)
{
    block = slice_trim(block);
    reading->at = block.at;
    if (block.length == 0)
        return FAULT_gift_essay;
    if (block.at[0] == '#')
        return read_numbers(reading, block);
    if (gift_find(block, 0, "~") < block.length)
        return read_choices(reading, block);
    if (gift_find(block, 0, "=") < block.length && memmem(block.at, block.length, "->", 2))
        return read_pairs(reading, block);
    if (read_truth(reading, block))
        return FAULT_none;
    return is_small_truth(block) ? FAULT_gift_truth_case : read_words(reading, block);
}
