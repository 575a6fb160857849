/* Forms of text.  SPDX-License-Identifier: Apache-2.0 */
#include "topics/form.h"

enum { RESIDENT_ID = 18, MOBILE = 11, SEX_DIGIT = 16, BORN = 6, SHOWN_FIRST = 3, SHOWN_LAST = 4 };

static bool all_digits(struct slice text)
{
    for (size_t i = 0; i < text.length; i++)
        if (text.at[i] < '0' || text.at[i] > '9')
            return false;
    return true;
}

static int number_at(struct slice text, size_t at, size_t digits)
{
    int number = 0;
    for (size_t i = at; i < at + digits; i++)
        number = number * 10 + (text.at[i] - '0');
    return number;
}

static bool is_login(struct slice text)
{
    for (size_t i = 0; i < text.length; i++) {
        char c = text.at[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c && strchr("._-", c))))
            return false;
    }
    return true;
}

static bool in_calendar(int year, int month, int day)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (year < 1800 || year > 2200 || month < 1 || month > 12 || day < 1)
        return false;
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return day <= days[month - 1] + (month == 2 && leap);
}

static bool is_day(struct slice text)
{
    static const char places[] = "0000-00-00";
    if (text.length != 4 && text.length != 7 && text.length != 10)
        return false;
    for (size_t i = 0; i < text.length; i++)
        if (places[i] == '-' ? text.at[i] != '-' : text.at[i] < '0' || text.at[i] > '9')
            return false;
    return in_calendar(number_at(text, 0, 4), text.length > 4 ? number_at(text, 5, 2) : 1,
                       text.length > 7 ? number_at(text, 8, 2) : 1);
}

/* GB 11643: seventeen digits whose date is one of the calendar, and the check character of ISO 7064 MOD 11-2. */
static bool is_resident_id(struct slice text)
{
    static const int weights[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    int sum = 0;
    if (text.length != RESIDENT_ID || !all_digits((struct slice){text.at, RESIDENT_ID - 1}) ||
        !in_calendar(number_at(text, BORN, 4), number_at(text, BORN + 4, 2), number_at(text, BORN + 6, 2)))
        return false;
    for (size_t i = 0; i < RESIDENT_ID - 1; i++)
        sum += weights[i] * (text.at[i] - '0');
    return text.at[RESIDENT_ID - 1] == "10X98765432"[sum % 11];
}

static bool is_mobile(struct slice text)
{
    return text.length == MOBILE && all_digits(text) && text.at[0] == '1' && text.at[1] >= '3';
}

static bool is_sex(struct slice text)
{
    return slice_equal(text, SLICE("male")) || slice_equal(text, SLICE("female"));
}

/* Whatever is no control character: names of all peoples. */
static bool is_name(struct slice text)
{
    for (size_t i = 0; i < text.length; i++)
        if ((unsigned char)text.at[i] < ' ' || text.at[i] == 0x7f)
            return false;
    return text.length > 0 && text.at[0] != ' ' && text.at[text.length - 1] != ' ';
}

static const struct {
    bool (*fits)(struct slice text);
    const char *pattern, *what, *what_zh;
} forms[] = {
    [FORM_free] = {NULL, NULL, NULL, NULL},
    [FORM_login] = {is_login, "^[a-z0-9._-]+$", "Only a-z, 0-9, '.', '_' and '-'", "只能用小写字母、数字、点、下划线和连字符"},
    [FORM_day] = {is_day, "^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$", "Not a day of the calendar: 2026-11-29, 2026-11 or 2026",
                  "不是有效日期：应为 2026-11-29、2026-11 或 2026"},
    [FORM_sex] = {is_sex, "^(male|female)$", "male or female was expected", "此处应为 male（男）或 female（女）"},
    [FORM_mobile] = {is_mobile, "^1[3-9][0-9]{9}$", "Not a mobile number of 11 digits", "不是 11 位手机号码"},
    [FORM_resident_id] = {is_resident_id, "^[0-9]{17}[0-9X]$",
                          "Not a resident ID number: 18 characters, a day of the calendar and the check character",
                          "不是有效的居民身份证号码：应为 18 位，出生日期与校验码须正确"},
    [FORM_name] = {is_name, NULL, "Not a name", "不是有效的姓名"},
};

bool form_check(enum text_form form, struct slice text, struct problem *problem)
{
    return !forms[form].fits || forms[form].fits(text) ||
           problem_say(problem, PROBLEM_invalid, "%1$s%2$.0s", "%1$.0s%2$s", forms[form].what, forms[form].what_zh);
}

const char *form_pattern(enum text_form form)
{
    return forms[form].pattern;
}

const char *form_wrong_zh(enum text_form form)
{
    return forms[form].what_zh;
}

static void add_stars(struct buffer *buffer, size_t count)
{
    for (size_t i = 0; i < count; i++)
        buffer_add_byte(buffer, '*');
}

static void mask_name(struct slice text, struct buffer *buffer)
{
    size_t first = 1;
    while (first < text.length && ((unsigned char)text.at[first] & 0xc0) == 0x80)
        first++;
    if (text.length)
        buffer_add(buffer, text.at, first);
    add_stars(buffer, 1);
}

void form_mask(enum text_form form, struct slice text, struct buffer *buffer)
{
    bool numbered = form == FORM_mobile || form == FORM_resident_id;
    if (form == FORM_name) {
        mask_name(text, buffer);
    } else if (numbered && text.length > SHOWN_FIRST + SHOWN_LAST) {
        buffer_add(buffer, text.at, SHOWN_FIRST);
        add_stars(buffer, text.length - SHOWN_FIRST - SHOWN_LAST);
        buffer_add(buffer, text.at + text.length - SHOWN_LAST, SHOWN_LAST);
    } else {
        add_stars(buffer, 3);
    }
}

void form_resident_id(struct slice number, char ret_born[static FORM_DAY_TEXT], const char **ret_sex)
{
    const char *born = number.at + BORN;
    const char day[FORM_DAY_TEXT] = {born[0], born[1], born[2], born[3], '-', born[4], born[5], '-', born[6], born[7], 0};
    memcpy(ret_born, day, sizeof day);
    *ret_sex = (number.at[SEX_DIGIT] - '0') % 2 ? "male" : "female";
}
