/* Rules for new passwords.  SPDX-License-Identifier: Apache-2.0 */
#include "http/password_rule.h"

#include <ctype.h>

#include "process/config.h"

enum { LONGEST = 512 };

static const struct slice common[] = {
#define COMMON(text) {text, sizeof(text) - 1},
#include "http/passwords.def"
#undef COMMON
};

/* One character again and again, or a run up or down: 88888888, 12345678, hgfedcba. */
static bool is_run(struct slice text)
{
    for (int step = -1; step <= 1; step++) {
        size_t i = 1;
        while (i < text.length && text.at[i] - text.at[i - 1] == step)
            i++;
        if (i == text.length)
            return true;
    }
    return false;
}

static bool holds(struct slice text, struct slice part)
{
    return part.length >= 4 && text.length >= part.length && memmem(text.at, text.length, part.at, part.length);
}

static int kinds_of(struct slice text)
{
    bool small = false, capital = false, digit = false, other = false;
    for (size_t i = 0; i < text.length; i++) {
        unsigned char c = (unsigned char)text.at[i];
        if (islower(c))
            small = true;
        else if (isupper(c))
            capital = true;
        else if (isdigit(c))
            digit = true;
        else
            other = true;
    }
    return small + capital + digit + other;
}

static bool is_guessed_first(struct slice small, struct slice login)
{
    for (size_t i = 0; i < sizeof common / sizeof *common; i++)
        if (slice_equal(small, common[i]))
            return true;
    return is_run(small) || (login.at && holds(small, login));
}

bool password_may(struct slice password, struct slice login, struct problem *problem)
{
    char small[LONGEST + 1];
    size_t length = password.length < LONGEST ? password.length : LONGEST;
    for (size_t i = 0; i < length; i++)
        small[i] = (char)tolower((unsigned char)password.at[i]);
    bool guessed = is_guessed_first((struct slice){small, length}, login);
    explicit_bzero(small, sizeof small);
    if (slice_points(password) < config->password_length)
        return problem_say(problem, PROBLEM_invalid, "A password needs %d characters at least", "密码至少需要 %d 个字符",
                           (int)config->password_length);
    if (kinds_of(password) < config->password_kinds)
        return problem_say(problem, PROBLEM_invalid,
                           "A password needs %d kinds of small letters, capitals, digits and others",
                           "密码须包含小写字母、大写字母、数字、其他字符中的 %d 种", (int)config->password_kinds);
    return !guessed || problem_say(problem, PROBLEM_invalid, "This password is among those that are guessed first",
                                   "该密码过于常见，容易被猜中");
}
