/* From HTML to plain text.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/education/markup.h"

#include <strings.h>

#include "consumers/table/normalise.h"

struct markup {
    struct slice html;
    size_t at;
    char *text;
    size_t length;
    bool gap; /* white space was passed and not yet written */
};

static void put(struct markup *markup, const char *bytes, size_t length)
{
    if (markup->gap && markup->length > 0 && markup->text[markup->length - 1] != '\n')
        markup->text[markup->length++] = ' ';
    markup->gap = false;
    memcpy(markup->text + markup->length, bytes, length);
    markup->length += length;
}

static void put_line_end(struct markup *markup)
{
    markup->gap = false;
    if (markup->length > 0 && markup->text[markup->length - 1] != '\n')
        markup->text[markup->length++] = '\n';
}

static bool is_letter(char byte)
{
    char letter = (char)(byte | 0x20);
    return letter >= 'a' && letter <= 'z';
}

static bool named(struct slice name, const char *const *names)
{
    for (; *names; names++)
        if (name.length == strlen(*names) && strncasecmp(name.at, *names, name.length) == 0)
            return true;
    return false;
}

/* The first place of `mark` (letters of either case) at or behind `from`, or the end. */
static size_t find_from(struct slice text, size_t from, const char *mark)
{
    size_t length = strlen(mark);
    for (; from + length <= text.length; from++)
        if (strncasecmp(text.at + from, mark, length) == 0)
            return from;
    return text.length;
}

static void pass(struct markup *markup, const char *mark)
{
    size_t found = find_from(markup->html, markup->at, mark);
    markup->at = found == markup->html.length ? found : found + strlen(mark);
}

/* The end of the run of letters and digits that starts at `start` with a letter; `start` if there is none. */
static size_t name_end(struct slice html, size_t start)
{
    size_t end = start;
    while (end < html.length &&
           (is_letter(html.at[end]) || (end > start && html.at[end] >= '0' && html.at[end] <= '9')))
        end++;
    return end;
}

/* A tag or comment at `at`; false if the < is only a character. */
MUST static bool read_tag(struct markup *markup, enum fault *fault)
{
    static const char *const blocks[] = {"br",    "p",  "div", "li", "tr", "ul", "ol",
                                         "table", "h1", "h2",  "h3", "h4", NULL};
    static const char *const pictures[] = {"img", "audio", "video", "object", "embed", "iframe", "svg", NULL};
    struct slice html = markup->html;
    size_t start = markup->at + 1;
    if (html.length - markup->at >= 4 && memcmp(html.at + markup->at, "<!--", 4) == 0) {
        pass(markup, "-->");
        return true;
    }
    bool closes = start < html.length && html.at[start] == '/';
    start += closes;
    size_t end = name_end(html, start);
    if (end == start)
        return false;
    struct slice name = {html.at + start, end - start};
    if (named(name, pictures))
        *fault = FAULT_gift_picture;
    pass(markup, ">");
    if (!closes && named(name, (const char *const[]){"script", NULL}))
        pass(markup, "</script>");
    else if (!closes && named(name, (const char *const[]){"style", NULL}))
        pass(markup, "</style>");
    else if (named(name, blocks))
        put_line_end(markup);
    return true;
}

/* The code point of &#…; or &#x…; between `at` and `end`, 0 if it is none. */
static uint32_t numbered(const char *at, const char *end)
{
    uint32_t point = 0;
    unsigned base = at < end && (*at | 0x20) == 'x' ? 16 : 10;
    for (at += base == 16; at < end; at++) {
        unsigned digit = *at >= '0' && *at <= '9' ? (unsigned)(*at - '0')
                         : is_letter(*at)         ? (*at | 0x20) - 'a' + 10u
                                                  : 99;
        if (digit >= base || point > 0x10ffff)
            return 0;
        point = point * base + digit;
    }
    return point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff) ? 0 : point;
}

/* An entity at `at`; false if the & is only a character. */
MUST static bool read_entity(struct markup *markup)
{
    static const struct {
        const char *name;
        uint32_t point;
    } entities[] = {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}, {"nbsp", ' '}};
    const char *start = markup->html.at + markup->at + 1;
    size_t left = markup->html.length - markup->at - 1;
    const char *end = memchr(start, ';', left < 10 ? left : 10);
    uint32_t point = 0;
    char bytes[4];
    if (!end || end == start)
        return false;
    if (*start == '#')
        point = numbered(start + 1, end);
    for (size_t i = 0; i < sizeof entities / sizeof *entities; i++)
        if (slice_equal((struct slice){start, (size_t)(end - start)}, slice_of(entities[i].name)))
            point = entities[i].point;
    if (point == 0)
        return false;
    markup->at += (size_t)(end - start) + 2;
    if (point_is_space(point))
        markup->gap = true;
    else
        put(markup, bytes, point_write(point, bytes));
    return true;
}

enum fault markup_text(struct slice html, struct arena *arena, struct slice *ret_text)
{
    struct markup markup = {.html = html, .text = arena_take(arena, html.length + 1)};
    enum fault fault = FAULT_none;
    if (!markup.text)
        return FAULT_memory_ceiling;
    if (find_from(html, 0, "@@PLUGINFILE@@") < html.length)
        return FAULT_gift_picture;
    while (markup.at < html.length && !fault) {
        char byte = html.at[markup.at];
        if ((byte == '<' && read_tag(&markup, &fault)) || (byte == '&' && read_entity(&markup)))
            continue;
        if (byte == ' ' || (byte >= 9 && byte <= 13))
            markup.gap = true;
        else
            put(&markup, &byte, 1);
        markup.at++;
    }
    if (!fault)
        *ret_text = slice_trim((struct slice){markup.text, markup.length});
    return fault;
}
