/* Problems: said once, pointed at while unwinding, told as RFC 9457.  SPDX-License-Identifier: Apache-2.0 */
#include "process/problem.h"

#include <stdio.h>

static const struct {
    const char *name, *title, *title_zh;
    int status;
} rows[PROBLEMS] = {
    [PROBLEM_none] = {"none", "All is well", "正常", 200},
#define PROBLEM(code, status_, title_, title_zh_) [PROBLEM_##code] = {#code, title_, title_zh_, status_},
#include "process/problems.def"
#undef PROBLEM
};

/* vsnprintf whose cut does not leave half a character. */
static __attribute__((format(printf, 3, 0))) void say(char *text, size_t room, const char *format, va_list arguments)
{
    int length = vsnprintf(text, room, format, arguments);
    if (length < 0)
        text[0] = 0;
    if (length < (int)room)
        return;
    size_t end = room - 1;
    while (end > 0 && slice_points((struct slice){text, end}) < 0 && room - end < 5)
        end--;
    text[end] = 0;
}

bool problem_say(struct problem *problem, enum problem_code code, const char *detail, const char *detail_zh, ...)
{
    if (problem->code != PROBLEM_none)
        return false;
    int status = rows[code].status;
    problem->code = code;
    problem->retriable = status == 429 || status == 503 || status == 504;
    problem->fatal = false;
    problem->pointer[0] = 0;
    va_list arguments, again;
    va_start(arguments, detail_zh);
    va_copy(again, arguments);
    say(problem->detail, sizeof problem->detail, detail, arguments);
    say(problem->detail_zh, sizeof problem->detail_zh, detail_zh, again);
    va_end(again);
    va_end(arguments);
    return false;
}

bool problem_tell(struct problem *problem, enum problem_code code, struct slice detail, struct slice detail_zh)
{
    if (problem->code != PROBLEM_none)
        return false;
    struct problem chinese;
    problem_none(&chinese);
    problem_say(problem, code, "%.*s", "%.*s", (int)detail.length, detail.at);
    problem_say(&chinese, code, "%.*s", "%.*s", (int)detail_zh.length, detail_zh.at);
    memcpy(problem->detail_zh, chinese.detail, sizeof problem->detail_zh);
    return false;
}

bool problem_under(struct problem *problem, struct slice name)
{
    char piece[128]; /* leaves room in the pointer for what the name stands in */
    size_t length = 0, old = strlen(problem->pointer);
    piece[length++] = '/';
    for (size_t i = 0; i < name.length; i++) {
        char byte = name.at[i];
        if (length + 6 > sizeof piece && (byte & 0xc0) != 0x80)
            break; /* too long a name is cut at a character */
        if (byte == '~' || byte == '/')
            piece[length++] = '~';
        piece[length++] = byte == '~' ? '0' : byte == '/' ? '1' : byte;
    }
    if (length + old >= sizeof problem->pointer)
        return false; /* deeper than we can say: the inner end of the pointer stays */
    memmove(problem->pointer + length, problem->pointer, old + 1);
    memcpy(problem->pointer, piece, length);
    return false;
}

bool problem_point(struct problem *problem, struct slice name)
{
    problem->pointer[0] = 0;
    return problem_under(problem, name);
}

bool problem_under_index(struct problem *problem, size_t index)
{
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%zu", index);
    return problem_under(problem, (struct slice){digits, (size_t)length});
}

const char *problem_name(enum problem_code code)
{
    return rows[code].name;
}

int problem_status(enum problem_code code)
{
    return rows[code].status;
}

const char *problem_title(enum problem_code code)
{
    return rows[code].title;
}

const char *problem_title_zh(enum problem_code code)
{
    return rows[code].title_zh;
}

enum problem_code problem_of(struct slice name)
{
    for (int code = 1; code < PROBLEMS; code++)
        if (slice_equal(slice_of(rows[code].name), name))
            return (enum problem_code)code;
    return PROBLEM_none;
}

static void add_member(struct buffer *buffer, const char *name, const char *text)
{
    buffer_add_byte(buffer, '"');
    buffer_add_text(buffer, name);
    buffer_add_text(buffer, "\":");
    buffer_add_json(buffer, slice_of(text));
}

void problem_json(struct buffer *buffer, const struct problem *problem)
{
    int status = rows[problem->code].status;
    bool said = problem->code != PROBLEM_none && problem->detail[0];
    const char *detail = said ? problem->detail : rows[problem->code].title;
    const char *detail_zh = said ? problem->detail_zh : rows[problem->code].title_zh;
    buffer_add_text(buffer, "{\"type\":\"urn:baoting:problem:");
    buffer_add_text(buffer, rows[problem->code].name);
    buffer_add_text(buffer, "\",");
    add_member(buffer, "title", rows[problem->code].title);
    buffer_add_byte(buffer, ',');
    add_member(buffer, "title_zh", rows[problem->code].title_zh);
    buffer_add_text(buffer, ",\"status\":");
    buffer_add_number(buffer, status);
    buffer_add_byte(buffer, ',');
    add_member(buffer, "detail", detail);
    buffer_add_byte(buffer, ',');
    add_member(buffer, "detail_zh", detail_zh);
    buffer_add_text(buffer, ",\"errors\":[");
    if (said && (problem->pointer[0] || problem->code == PROBLEM_malformed || status == 422)) {
        buffer_add_text(buffer, "{\"pointer\":");
        char pointer[sizeof problem->pointer + 1] = "#";
        memcpy(pointer + 1, problem->pointer, strlen(problem->pointer) + 1);
        buffer_add_json(buffer, slice_of(pointer));
        buffer_add_byte(buffer, ',');
        add_member(buffer, "detail", detail);
        buffer_add_byte(buffer, ',');
        add_member(buffer, "detail_zh", detail_zh);
        buffer_add_byte(buffer, '}');
    }
    buffer_add_text(buffer, "]}");
}
