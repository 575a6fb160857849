/* GIFT's questions: blocks between empty lines, categories, titles, stems.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/education/gift.h"

#include "consumers/table/encoding.h"
#include "consumers/education/gift_answers.h"
#include "consumers/table/normalise.h"

#define BLANK "_____" /* what stands for the answer block in a stem with a missing word */

struct gift {
    const struct import_limits *limits;
    struct arena *arena;
    struct row_list *list;
    struct slice topic;
    struct slice block; /* the lines of the question as they came */
    uint32_t line;      /* of the block's first line */
    struct slice text;  /* the same, trimmed, without comments, joined; a zero stands behind it */
};

/* The line at the start of `rest`, and `rest` behind it and its end. */
static struct slice take_line(struct slice *rest)
{
    size_t length = 0;
    while (length < rest->length && rest->at[length] != '\n' && rest->at[length] != '\r')
        length++;
    struct slice line = {rest->at, length};
    size_t end = length;
    if (end < rest->length && rest->at[end] == '\r')
        end++;
    if (end < rest->length && rest->at[end] == '\n')
        end++;
    *rest = (struct slice){rest->at + end, rest->length - end};
    return line;
}

static bool is_comment(struct slice line)
{
    return line.length >= 2 && memcmp(line.at, "//", 2) == 0;
}

/* Joins the block's lines; false when the arena is full. */
MUST static bool join(struct gift *gift)
{
    char *text = arena_take(gift->arena, gift->block.length + 2);
    size_t length = 0;
    if (!text)
        return false;
    for (struct slice rest = gift->block; rest.length;) {
        struct slice line = slice_trim(take_line(&rest));
        if (is_comment(line) || line.length == 0)
            continue;
        if (length)
            text[length++] = '\n';
        memcpy(text + length, line.at, line.length);
        length += line.length;
    }
    gift->text = (struct slice){text, length};
    return true;
}

/* The line and column (in code points) of a place in the joined text. */
static struct read_row place(const struct gift *gift, const char *at)
{
    bool inside = at && at >= gift->text.at && at <= gift->text.at + gift->text.length;
    size_t wanted = inside ? (size_t)(at - gift->text.at) : 0, passed = 0;
    uint32_t number = gift->line;
    struct read_row row = {.line = gift->line, .column = 1};
    for (struct slice rest = gift->block; rest.length; number++) {
        struct slice raw = take_line(&rest), line = slice_trim(raw);
        if (is_comment(line) || line.length == 0)
            continue;
        if (wanted <= passed + line.length) {
            size_t indent = (size_t)(line.at - raw.at);
            int64_t points = slice_points((struct slice){raw.at, indent + (wanted - passed)});
            row.line = number;
            row.column = points < 0 ? 1 : (uint32_t)points + 1;
            break;
        }
        passed += line.length + 1;
    }
    return row;
}

/* $CATEGORY: a path, of which $course$ and its like and the part "top" say nothing. */
MUST static enum fault read_category(struct gift *gift, struct slice path)
{
    struct gift_reading reading = {.arena = gift->arena};
    struct slice topic = {"", 0};
    enum fault fault = gift_value(&reading, path, &topic);
    while (!fault && topic.length) {
        const char *slash = memchr(topic.at, '/', topic.length);
        size_t end = slash ? (size_t)(slash - topic.at) : topic.length;
        struct slice part = slice_trim((struct slice){topic.at, end});
        bool system = part.length == 0 || part.at[0] == '$' || slice_equal(part, SLICE("top"));
        if (!system)
            break;
        end += slash != NULL;
        topic = slice_trim((struct slice){topic.at + end, topic.length - end});
    }
    gift->topic = topic;
    return fault;
}

/* Takes ::title:: off the text. */
MUST static enum fault take_title(struct gift_reading *reading, struct slice *text)
{
    size_t end = 2;
    reading->at = text->at;
    if (text->length < 2 || memcmp(text->at, "::", 2) != 0)
        return FAULT_none;
    while ((end = gift_find(*text, end, ":")) + 1 < text->length && text->at[end + 1] != ':')
        end++;
    if (end + 1 >= text->length)
        return FAULT_gift_title_open;
    enum fault fault = gift_value(reading, (struct slice){text->at + 2, end - 2},
                                           &reading->question->title);
    *text = slice_trim((struct slice){text->at + end + 2, text->length - end - 2});
    return fault;
}

/* Cuts the text at its block {…}; `tail` is what stands behind it. */
MUST static enum fault cut_block(struct gift_reading *reading, struct slice text, struct slice *stem,
                                          struct slice *block, struct slice *tail)
{
    size_t open = gift_find(text, 0, "{"), close = gift_find(text, 0, "}");
    reading->at = text.at;
    if (open == text.length && close == text.length)
        return FAULT_gift_description;
    if (open > close) {
        reading->at = text.at + close;
        return FAULT_gift_brace_open;
    }
    reading->at = text.at + open;
    if (close == text.length)
        return FAULT_gift_brace_close;
    *stem = (struct slice){text.at, open};
    *block = (struct slice){text.at + open + 1, close - open - 1};
    *tail = slice_trim((struct slice){text.at + close + 1, text.length - close - 1});
    size_t second = gift_find(*tail, 0, "{}"), inner = gift_find(*block, 0, "{");
    reading->at = second < tail->length ? tail->at + second : block->at + inner;
    return second < tail->length || inner < block->length ? FAULT_gift_brace_second : FAULT_none;
}

/* The stem, with a blank where the block stood if text follows it. */
MUST static enum fault read_stem(struct gift_reading *reading, struct slice stem, struct slice tail)
{
    stem = gift_format(stem, &reading->html);
    const char *at = stem.at;
    if (tail.length) {
        size_t blank = sizeof BLANK - 1;
        /* what stood between the words and the block is kept: "Grant is {…} in" but "党员{…}" */
        bool gap = stem.length && stem.at[stem.length] != '{', after = tail.at[-1] != '}';
        char *joined = arena_take(reading->arena, stem.length + blank + tail.length + 3);
        if (!joined)
            return FAULT_memory_ceiling;
        size_t length = stem.length;
        if (length)
            memcpy(joined, stem.at, length);
        if (gap)
            joined[length++] = ' ';
        memcpy(joined + length, BLANK, blank);
        length += blank;
        if (after)
            joined[length++] = ' ';
        memcpy(joined + length, tail.at, tail.length);
        stem = (struct slice){joined, length + tail.length};
    }
    enum fault fault = gift_value(reading, stem, &reading->question->stem);
    reading->at = at;
    return fault;
}

/* Takes general feedback (behind the last ####) off the block. */
static struct slice take_general(struct slice *block)
{
    struct slice general = {NULL, 0};
    for (size_t at = 0; (at = gift_find(*block, at, "#")) < block->length; at++)
        if (block->length - at >= 4 && memcmp(block->at + at, "####", 4) == 0)
            general = (struct slice){block->at + at + 4, block->length - at - 4};
    if (general.at)
        block->length = (size_t)(general.at - block->at) - 4;
    return general;
}

MUST static enum fault read_question(struct gift *gift, struct gift_reading *reading,
                                              struct slice text)
{
    struct slice stem, block, tail;
    enum fault fault = take_title(reading, &text);
    if (!fault)
        fault = cut_block(reading, text, &stem, &block, &tail);
    if (fault)
        return fault;
    struct slice general = take_general(&block);
    const char *opening = block.at - 1;
    reading->question->topic = gift->topic;
    reading->question->marks = gift->limits->marks;
    fault = read_stem(reading, stem, tail);
    if (!fault)
        fault = gift_answers(reading, block);
    if (fault)
        return fault;
    struct slice explanation = general.at ? general : reading->feedback;
    if (explanation.length)
        fault = gift_value(reading, explanation, &reading->question->explanation);
    struct question_error error;
    if (!fault && !question_check(reading->question, &gift->limits->question, &error)) {
        bool answers = error.column == COLUMN_OPTIONS || error.column == COLUMN_KEY;
        reading->at = answers ? opening : error.column == COLUMN_NUMBER ? gift->text.at : text.at;
        fault = error.fault;
    }
    return fault;
}

/* One block of lines: a category, a question, or nothing but comments. */
MUST static enum fault read_block(struct gift *gift)
{
    if (!join(gift))
        return FAULT_memory_ceiling;
    struct slice text = gift->text;
    struct gift_reading reading = {.arena = gift->arena, .at = text.at};
    enum fault fault = FAULT_none;
    while (text.length >= 10 && memcmp(text.at, "$CATEGORY:", 10) == 0 && !fault) {
        struct slice rest = {text.at + 10, text.length - 10}, path = take_line(&rest);
        reading.at = text.at;
        fault = slice_trim(path).length ? read_category(gift, path) : FAULT_gift_category_missing;
        text = rest;
    }
    if (!fault && text.length == 0)
        return FAULT_none;
    if (!fault) {
        reading.question = arena_take(gift->arena, sizeof *reading.question);
        fault = reading.question ? read_question(gift, &reading, text) : FAULT_memory_ceiling;
    }
    if (fault == FAULT_memory_ceiling)
        return fault;
    struct read_row row = place(gift, fault ? reading.at : text.at);
    row.fault = fault;
    row.question = fault ? NULL : reading.question;
    return row_list_add(gift->list, row);
}

/* Reads the blocks between empty lines. */
MUST static enum fault read_blocks(struct gift *gift, struct slice text)
{
    uint32_t number = 1;
    gift->block = (struct slice){text.at, 0};
    gift->line = 1;
    while (text.length) {
        struct slice line = take_line(&text);
        number++;
        if (slice_trim(line).length) {
            gift->block.length = (size_t)(line.at + line.length - gift->block.at);
            if (text.length)
                continue;
        }
        enum fault fault = gift->block.length ? read_block(gift) : FAULT_none;
        if (fault)
            return fault;
        gift->block = (struct slice){text.at, 0};
        gift->line = number;
    }
    return FAULT_none;
}

bool gift_read(struct slice bytes, const struct import_limits *limits, struct arena *arena,
               struct question_rows *ret_rows, struct file_error *ret_error)
{
    struct gift gift = {.limits = limits, .arena = arena, .topic = {"", 0}};
    struct slice text = {NULL, 0};
    enum fault fault = bytes.length > limits->table.bytes ? FAULT_file_large : FAULT_none;
    if (!fault)
        fault = encoding_read(bytes, false, arena, &text);
    if (!fault && !(gift.list = row_list_new(arena, limits->rows)))
        fault = FAULT_memory_ceiling;
    if (!fault)
        fault = read_blocks(&gift, text);
    struct question_rows rows = fault ? (struct question_rows){0} : row_list_rows(gift.list);
    if (!fault && rows.count == 0)
        fault = FAULT_file_empty;
    if (fault)
        *ret_error = (struct file_error){fault, fault == FAULT_rows_many ? gift.line : 0, 0};
    else
        *ret_rows = rows;
    return !fault;
}
