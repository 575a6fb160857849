/* Members: enrolling them, as people with accounts.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/affairs/account.h"
#include "consumers/affairs/membership.h"
#include "consumers/affairs/pinyin.h"
#include "consumers/gathering.h"
#include "consumers/handler.h"
#include "process/clock.h"

enum verdict member_enrol_decide(struct work *work, const struct member_enrol *command);

/* Opens a private field of the command: the front sealed it under the command's own id. */
static bool open_field(struct work *work, const char *field, struct slice sealed, struct buffer *plain)
{
    buffer_empty(plain);
    return seal_show(work->gathering->seal, work->envelope->id, field, sealed, plain, &work->problem);
}

/* A column of the members as an array argument. */
#define MEMBER_ARRAY(arguments, type, value)                                             \
    do {                                                                                 \
        struct buffer *array = argument_array(arguments, type, command->members.count); \
        for (size_t i = 0; i < command->members.count; i++) {                            \
            const struct enrolment *enrolment = &command->members.at[i];                 \
            (void)enrolment;                                                             \
            value;                                                                       \
        }                                                                                \
    } while (0)

/* Names, and how they sort and sound: three columns. */
struct names {
    struct buffer plain[100], keys[100], initials[100];
};

static bool open_names(struct work *work, const struct member_enrol *command, struct names *names)
{
    bool fine = true;
    for (size_t i = 0; i < command->members.count && fine; i++) {
        names->plain[i] = names->keys[i] = names->initials[i] = buffer_new(1024);
        fine = open_field(work, "name", command->members.at[i].name, &names->plain[i]);
        if (fine)
            pinyin_of(buffer_slice(&names->plain[i]), &names->keys[i], &names->initials[i]);
    }
    return fine;
}

static void names_free(struct names *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        buffer_free(&names->plain[i]);
        buffer_free(&names->keys[i]);
        buffer_free(&names->initials[i]);
    }
}

static bool insert_members(struct work *work, const struct member_enrol *command, int64_t day, const struct id *ids,
                           struct slice phc, struct rows **ret_rows)
{
    auto_arguments arguments = arguments_new(1 << 20);
    struct names names = {.plain = {{.at = NULL}}};
    bool fine = open_names(work, command, &names);
    value_id(argument(&arguments), command->organisation.bytes);
    value_text(argument(&arguments), phc);
    value_time(argument(&arguments), work->accepted);
    value_date(argument(&arguments), (int32_t)day);
    MEMBER_ARRAY(&arguments, SQL_UUID, value_id(array, ids[i].bytes));
    MEMBER_ARRAY(&arguments, SQL_TEXT, value_text(array, enrolment->login));
    MEMBER_ARRAY(&arguments, SQL_TEXT, value_text(array, buffer_slice(&names.plain[i])));
    MEMBER_ARRAY(&arguments, SQL_TEXT, value_text(array, buffer_slice(&names.keys[i])));
    MEMBER_ARRAY(&arguments, SQL_TEXT, value_text(array, buffer_slice(&names.initials[i])));
    MEMBER_ARRAY(&arguments, SQL_TEXT, value_text(array, enrolment->ethnicity));
    MEMBER_ARRAY(&arguments, SQL_INT2, value_int2(array, (int16_t)enrolment->birth_year));
    MEMBER_ARRAY(&arguments, SQL_INT2, value_int2(array, (int16_t)enrolment->joined_year));
    value_id(argument(&arguments), work->envelope->actor.bytes);
    value_bool(argument(&arguments), command->has_must_change && command->must_change);
    names_free(&names, command->members.count);
    return !fine /* work->problem says it; nothing was written */ ||
           sql_run(work->connection, "member_enrol", &arguments, ret_rows);
}

static bool logins_taken(struct work *work, const struct member_enrol *command, bool *ret_taken)
{
    auto_arguments arguments = arguments_new(1 << 16);
    auto_rows *rows = NULL;
    MEMBER_ARRAY(&arguments, SQL_TEXT, value_text(array, enrolment->login));
    if (!sql_run(work->connection, "logins_taken", &arguments, &rows))
        return false;
    *ret_taken = rows_count(rows) > 0;
    return true;
}

/* Accounts, members and their membership; the tree is locked. */
static enum verdict enrol(struct work *work, const struct member_enrol *command, struct tree_change *change,
                          const struct id *ids, struct slice phc)
{
    auto_rows *rows = NULL;
    struct enrolled result = {.members = {(struct id *)ids, command->members.count}};
    if (!insert_members(work, command, change->effective, ids, phc, &rows))
        return FAILED;
    if (work->problem.code != PROBLEM_none)
        return REJECTED;
    if (rows_count(rows) == 0)
        return work_reject_at(work, "organisation", unknown_reference, "The branch is not there on that day", "当日党支部不存在");
    enum verdict verdict = membership_enter(work, change, ids, command->members.count);
    if (verdict != APPLIED)
        return verdict;
    work_return(work, &result);
    if (change->effective <= clock_day(work->accepted))
        return APPLIED; /* said with their branch */
    return accounts_say(work, ids, command->members.count) ? APPLIED : FAILED;
}

enum verdict member_enrol_decide(struct work *work, const struct member_enrol *command)
{
    auto_tree_change change = MEMBERSHIP_ENTERING(command->organisation, command->has_effective, command->effective);
    struct buffer phc = buffer_new(1024);
    struct id *ids = arena_take(work->arena, command->members.count * sizeof *ids);
    enum verdict verdict = FAILED;
    bool taken = false;
    if (!ids || !logins_taken(work, command, &taken))
        return FAILED;
    if (taken)
        return work_reject_at(work, "members", exists, "A log-in name is taken already, or stands twice", "登录名已被使用或重复");
    for (size_t i = 0; i < command->members.count; i++)
        ids[i] = work_id(work, (uint32_t)i);
    if (!open_field(work, "initial_password", command->initial_password, &phc))
        verdict = REJECTED;
    else if (tree_change_begin(work, &change))
        verdict = enrol(work, command, &change, ids, buffer_slice(&phc));
    buffer_free(&phc);
    return verdict;
}
