/* From the words of a sheet's cells to a question.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/education/question_cells.h"

#include "consumers/education/decimal.h"
#include "consumers/table/normalise.h"

#define CELL_FORM 512 /* bytes of a kind, key or mark in its compared form */
#define PARTS_MAX 256

struct reading {
    struct arena *arena;
    const struct question_cells *cells;
    struct question *question;
};

struct parts {
    size_t count;
    struct slice at[PARTS_MAX];
};

static bool kind_of(struct slice text, enum question_kind *ret_kind)
{
    static const struct {
        const char *name;
        enum question_kind kind;
    } names[] = {
        {"single", QUESTION_SINGLE},     {"单选", QUESTION_SINGLE},   {"单选题", QUESTION_SINGLE},
        {"multiple", QUESTION_MULTIPLE}, {"多选", QUESTION_MULTIPLE}, {"多选题", QUESTION_MULTIPLE},
        {"truth", QUESTION_TRUTH},       {"判断", QUESTION_TRUTH},    {"判断题", QUESTION_TRUTH},
        {"blanks", QUESTION_BLANKS},     {"填空", QUESTION_BLANKS},   {"填空题", QUESTION_BLANKS},
        {"number", QUESTION_NUMBER},     {"数值", QUESTION_NUMBER},   {"数值题", QUESTION_NUMBER},
        {"order", QUESTION_ORDER},       {"排序", QUESTION_ORDER},    {"排序题", QUESTION_ORDER},
        {"pairs", QUESTION_PAIRS},       {"连线", QUESTION_PAIRS},    {"连线题", QUESTION_PAIRS},
        {"匹配", QUESTION_PAIRS},        {"匹配题", QUESTION_PAIRS},  {"配对", QUESTION_PAIRS},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (slice_equal(text, slice_of(names[i].name))) {
            *ret_kind = names[i].kind;
            return true;
        }
    return false;
}

/* Parts the text at `mark` (or its full-width twin), passing over marks behind a backslash; false past
 * PARTS_MAX. */
MUST static bool split(struct slice text, char mark, const char *wide, struct parts *parts)
{
    size_t start = 0;
    parts->count = 0;
    for (size_t i = 0; i <= text.length;) {
        size_t step = i < text.length && text.at[i] == '\\' && i + 1 < text.length ? 2 : 1;
        bool plain = i < text.length && text.at[i] == mark;
        bool full = text.length - i >= 3 && memcmp(text.at + i, wide, 3) == 0;
        if (i == text.length || plain || full) {
            if (parts->count == PARTS_MAX)
                return false;
            parts->at[parts->count++] = slice_trim((struct slice){text.at + start, i - start});
            step = full ? 3 : 1;
            start = i + step;
        }
        i += step;
    }
    return true;
}

/* The text without the backslashes that protect | / and \; {NULL, 0} when the arena is full. */
static struct slice plain(struct arena *arena, struct slice text)
{
    char *copy = arena_copy(arena, text);
    size_t length = 0;
    if (!copy)
        return (struct slice){NULL, 0};
    for (size_t i = 0; i < text.length; i++) {
        if (text.at[i] == '\\' && i + 1 < text.length && memchr("|/\\", text.at[i + 1], 3))
            i++;
        copy[length++] = text.at[i];
    }
    return (struct slice){copy, length};
}

static enum fault read_options(struct reading *reading)
{
    struct parts parts;
    struct slice text = reading->cells->texts[COLUMN_OPTIONS];
    if (text.length == 0)
        return FAULT_options_few;
    if (!split(text, '|', "｜", &parts) || parts.count > QUESTION_OPTIONS_MAX)
        return FAULT_options_many;
    struct slice *options = arena_take(reading->arena, parts.count * sizeof *options);
    for (size_t i = 0; options && i < parts.count; i++)
        if (!(options[i] = plain(reading->arena, parts.at[i])).at)
            return FAULT_memory_ceiling;
    reading->question->options = options;
    reading->question->option_count = parts.count;
    reading->question->key.options = (uint8_t)parts.count;
    return options ? FAULT_none : FAULT_memory_ceiling;
}

/* The length of a separator between a key's options at `at`, 0 if there is none. */
static size_t separator(struct slice text, size_t at)
{
    if (memchr(",; /|+", text.at[at], 6))
        return 1;
    return text.length - at >= 3 && memcmp(text.at + at, "、", 3) == 0 ? 3 : 0;
}

/* The option numbers that a key names, by number or letter. False if it cannot be read. */
MUST static bool read_numbers(struct slice text, uint8_t *numbers, size_t *ret_count)
{
    size_t count = 0;
    for (size_t i = 0; i < text.length;) {
        size_t skip = separator(text, i);
        unsigned number = 0;
        if (skip) {
            i += skip;
            continue;
        }
        char letter = (char)(text.at[i] | 0x20);
        if (letter >= 'a' && letter <= 'z') {
            number = (unsigned)(letter - 'a') + 1;
            i++;
        } else {
            size_t digits = 0;
            for (; i < text.length && text.at[i] >= '0' && text.at[i] <= '9'; i++, digits++)
                number = number < 1000 ? number * 10 + (unsigned)(text.at[i] - '0') : number;
            if (digits == 0)
                return false;
        }
        if (count == QUESTION_OPTIONS_MAX)
            return false;
        numbers[count++] = number > UINT8_MAX ? UINT8_MAX : (uint8_t)number;
    }
    *ret_count = count;
    return true;
}

static enum fault read_choice(struct reading *reading, struct slice key)
{
    uint8_t numbers[QUESTION_OPTIONS_MAX];
    size_t count;
    if (!read_numbers(key, numbers, &count))
        return FAULT_key_unreadable;
    for (size_t i = 0; i < count; i++) {
        if (numbers[i] < 1 || numbers[i] > reading->question->option_count)
            return FAULT_key_range;
        reading->question->key.right |= UINT64_C(1) << (numbers[i] - 1);
    }
    return FAULT_none;
}

static enum fault read_order(struct reading *reading, struct slice key)
{
    uint8_t numbers[QUESTION_OPTIONS_MAX];
    size_t count = reading->question->option_count;
    if (key.length == 0) {
        for (size_t i = 0; i < count; i++)
            numbers[i] = (uint8_t)(i + 1);
    } else if (!read_numbers(key, numbers, &count)) {
        return FAULT_key_unreadable;
    } else if (count != reading->question->option_count) {
        return FAULT_order_incomplete;
    }
    reading->question->key.order = (uint8_t *)arena_copy(reading->arena,
                                                         (struct slice){(char *)numbers, count});
    return reading->question->key.order ? FAULT_none : FAULT_memory_ceiling;
}

static enum fault read_truth(struct reading *reading, struct slice key)
{
    static const char *const words[] = {"true", "false", "t",    "f",  "yes", "no", "对",
                                        "错",   "正确",  "错误", "是", "否",  "√",  "×"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (slice_equal(key, slice_of(words[i]))) {
            reading->question->key.truth = i % 2 == 0;
            return FAULT_none;
        }
    return key.length ? FAULT_key_unreadable : FAULT_key_missing;
}

static enum fault read_blank(struct arena *arena, struct slice text,
                                      struct question_blank *ret_blank)
{
    struct parts parts;
    if (!split(text, '/', "／", &parts))
        return FAULT_accepted_many;
    struct question_accepted *accepted = arena_take(arena, parts.count * sizeof *accepted);
    for (size_t i = 0; accepted && i < parts.count; i++) {
        accepted[i] = (struct question_accepted){plain(arena, parts.at[i]), QUESTION_WHOLE};
        if (!accepted[i].text.at)
            return FAULT_memory_ceiling;
    }
    *ret_blank = (struct question_blank){parts.count, accepted};
    return accepted ? FAULT_none : FAULT_memory_ceiling;
}

static enum fault read_blanks(struct reading *reading)
{
    struct parts parts;
    struct slice options = reading->cells->texts[COLUMN_OPTIONS], key = reading->cells->texts[COLUMN_KEY];
    if (options.length && key.length)
        return FAULT_key_twice;
    if (options.length + key.length == 0)
        return FAULT_key_missing;
    if (!split(options.length ? options : key, '|', "｜", &parts))
        return FAULT_blanks_many;
    struct question_blank *blanks = arena_take(reading->arena, parts.count * sizeof *blanks);
    enum fault fault = blanks ? FAULT_none : FAULT_memory_ceiling;
    for (size_t i = 0; !fault && i < parts.count; i++)
        fault = read_blank(reading->arena, parts.at[i], &blanks[i]);
    reading->question->key.blank_count = parts.count;
    reading->question->key.blanks = blanks;
    return fault;
}

/* Where `mark` stands in the text, or the text's length. */
static size_t find(struct slice text, const char *mark)
{
    const char *found = text.length ? memmem(text.at, text.length, mark, strlen(mark)) : NULL;
    return found ? (size_t)(found - text.at) : text.length;
}

/* A number with its tolerance or its two ends. */
static enum fault read_number_key(struct slice key, struct question_number *number)
{
    static const char *const marks[] = {"±", "+/-", "..", "~"};
    size_t at = key.length, mark = 0;
    for (mark = 0; mark < 4 && (at = find(key, marks[mark])) == key.length;)
        mark++;
    struct slice first = slice_trim((struct slice){key.at, at});
    struct slice second = {NULL, 0};
    if (mark < 4)
        second = slice_trim(
            (struct slice){key.at + at + strlen(marks[mark]), key.length - at - strlen(marks[mark])});
    int64_t value, other = 0;
    bool relative = mark < 2 && second.length && second.at[second.length - 1] == '%';
    second.length -= relative;
    if (!decimal_read(first, DECIMAL_MILLIONTHS, &value) ||
        (mark < 4 && !decimal_read(second, relative ? DECIMAL_MILLIONTHS - 2 : DECIMAL_MILLIONTHS, &other)))
        return FAULT_number_unreadable;
    bool fits = relative                ? question_number_relative(value, other, number)
                : mark < 2 || mark == 4 ? question_number_absolute(value, other, number)
                                        : question_number_between(value, other, number);
    return fits ? FAULT_none : FAULT_number_range;
}

static enum fault read_number(struct reading *reading, struct slice key)
{
    struct question_number *number = arena_take(reading->arena, sizeof *number);
    reading->question->key.number_count = 1;
    reading->question->key.numbers = number;
    if (key.length == 0)
        return FAULT_key_missing;
    return number ? read_number_key(key, number) : FAULT_memory_ceiling;
}

/* The number of the right side, made if it is a new one; 0 when the arena is full. */
static uint8_t right_side(struct arena *arena, struct question *question, struct slice *rights,
                          struct slice text)
{
    struct slice right = plain(arena, text);
    for (size_t i = 0; right.at && i < question->right_count; i++)
        if (slice_equal(rights[i], right))
            return (uint8_t)(i + 1);
    if (!right.at)
        return 0;
    rights[question->right_count++] = right;
    return (uint8_t)question->right_count;
}

static enum fault read_pairs(struct reading *reading)
{
    struct parts parts;
    struct question *question = reading->question;
    struct slice text = reading->cells->texts[COLUMN_OPTIONS];
    if (text.length == 0)
        return FAULT_options_few;
    if (!split(text, '|', "｜", &parts) || parts.count > QUESTION_OPTIONS_MAX)
        return FAULT_options_many;
    struct slice *sides = arena_take(reading->arena, 2 * parts.count * sizeof *sides);
    uint8_t *order = arena_take(reading->arena, parts.count);
    if (!sides || !order)
        return FAULT_memory_ceiling;
    for (size_t i = 0; i < parts.count; i++) {
        size_t at = find(parts.at[i], "=>");
        if (at == parts.at[i].length)
            return FAULT_pair_shape;
        struct slice left = slice_trim((struct slice){parts.at[i].at, at});
        struct slice right = slice_trim((struct slice){parts.at[i].at + at + 2, parts.at[i].length - at - 2});
        uint8_t number = right_side(reading->arena, question, sides + parts.count, right);
        if (number == 0)
            return FAULT_memory_ceiling;
        if (left.length == 0)
            continue;
        order[question->option_count] = number;
        if (!(sides[question->option_count++] = plain(reading->arena, left)).at)
            return FAULT_memory_ceiling;
    }
    question->options = sides;
    question->rights = sides + parts.count;
    question->key.order = order;
    question->key.options = (uint8_t)question->option_count;
    question->key.rights = (uint8_t)question->right_count;
    return FAULT_none;
}

/* Reads options and key as the kind wants them; `key` is the key cell in its compared form. */
static struct question_error read_kind(struct reading *reading, struct slice key)
{
    struct question_error none = {.fault = FAULT_none, .column = COLUMN_NONE};
    enum question_kind kind = reading->question->key.kind;
    bool listed = kind == QUESTION_SINGLE || kind == QUESTION_MULTIPLE || kind == QUESTION_ORDER;
    enum fault fault = listed                   ? read_options(reading)
                                : kind == QUESTION_PAIRS ? read_pairs(reading)
                                                         : 0;
    if (fault)
        return (struct question_error){.fault = fault, .column = COLUMN_OPTIONS};
    if ((kind == QUESTION_TRUTH || kind == QUESTION_NUMBER) && reading->cells->texts[COLUMN_OPTIONS].length)
        return (struct question_error){.fault = FAULT_options_unwanted, .column = COLUMN_OPTIONS};
    switch (kind) {
    case QUESTION_SINGLE:
    case QUESTION_MULTIPLE:
        fault = read_choice(reading, key);
        break;
    case QUESTION_ORDER:
        fault = read_order(reading, key);
        break;
    case QUESTION_TRUTH:
        fault = read_truth(reading, key);
        break;
    case QUESTION_NUMBER:
        fault = read_number(reading, key);
        break;
    case QUESTION_BLANKS:
        fault = read_blanks(reading);
        break;
    case QUESTION_PAIRS: /* the options are the key */
        fault = key.length ? FAULT_key_twice : FAULT_none;
        break;
    }
    return fault ? (struct question_error){.fault = fault, .column = COLUMN_KEY} : none;
}

static enum fault read_marks(struct slice text, int32_t usual, int32_t *ret_marks)
{
    char form[64];
    int64_t marks = usual;
    size_t length = normalise(text, true, form, sizeof form);
    if (length == NORMALISE_UNFIT ||
        (length && !decimal_read((struct slice){form, length}, DECIMAL_HUNDREDTHS, &marks)))
        return FAULT_marks_unreadable;
    if (marks < 1 || marks > INT32_MAX)
        return FAULT_marks_range;
    *ret_marks = (int32_t)marks;
    return FAULT_none;
}

struct question *question_cells_read(const struct question_cells *cells, int32_t marks, struct arena *arena,
                                     struct question_error *ret_error)
{
    struct question *question = arena_take(arena, sizeof *question);
    struct reading reading = {arena, cells, question};
    struct question_error error = {.fault = FAULT_memory_ceiling, .column = COLUMN_NONE};
    char kind[64], key[CELL_FORM];
    size_t kind_length = normalise(cells->texts[COLUMN_KIND], true, kind, sizeof kind);
    size_t key_length = normalise(cells->texts[COLUMN_KEY], true, key, sizeof key);
    if (question) {
        *question = (struct question){
            .number = cells->texts[COLUMN_NUMBER],
            .topic = cells->texts[COLUMN_TOPIC],
            .stem = cells->texts[COLUMN_STEM],
            .explanation = cells->texts[COLUMN_EXPLANATION],
            .source = cells->texts[COLUMN_SOURCE],
        };
        bool known = kind_length != NORMALISE_UNFIT &&
                     kind_of((struct slice){kind, kind_length}, &question->key.kind);
        bool long_key = key_length == NORMALISE_UNFIT && question->key.kind != QUESTION_BLANKS;
        if (!known)
            error = (struct question_error){.fault = FAULT_kind_unknown, .column = COLUMN_KIND};
        else if (long_key)
            error = (struct question_error){.fault = FAULT_key_unreadable, .column = COLUMN_KEY};
        else
            error = read_kind(&reading, (struct slice){key, key_length});
    }
    if (question && !error.fault)
        error = (struct question_error){.fault = read_marks(cells->texts[COLUMN_MARKS], marks, &question->marks),
                                        .column = COLUMN_MARKS};
    if (error.fault)
        *ret_error = error;
    return error.fault ? NULL : question;
}
