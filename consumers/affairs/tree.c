/* Changes of the tree and of who belongs where.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/affairs/tree.h"

#include "consumers/affairs/account.h"
#include "consumers/fetched.h"
#include "consumers/handler.h"
#include "consumers/security/audit.h"
#include "process/clock.h"

enum { ARGUMENT_BYTES = 1 << 20 };

enum verdict tree_due_decide(struct work *work, const struct tree_due *event);

bool tree_change_begin(struct work *work, struct tree_change *change)
{
    auto_arguments asked = arguments_new(64);
    auto_rows *rows = NULL;
    change->arguments = arguments_new(ARGUMENT_BYTES);
    value_time(argument(&asked), work->accepted);
    if (!sql_run(work->connection, "tree_change_next", &asked, &rows))
        return false;
    change->number = row_number(rows, 0, 0);
    change->recorded_at = row_time(rows, 0, 1);
    if (!change->has_effective)
        change->effective = clock_day(work->accepted);
    struct arguments *arguments = &change->arguments;
    struct id none = {0};
    value_id(argument(arguments), work->envelope->id.bytes);
    value_int8(argument(arguments), change->number);
    value_time(argument(arguments), change->recorded_at);
    value_int2(argument(arguments), (int16_t)change->what);
    value_id(argument(arguments), id_equal(change->organisation, none) ? NULL : change->organisation.bytes);
    value_date(argument(arguments), (int32_t)change->effective);
    value_text(argument(arguments), change->document);
    value_text(argument(arguments), change->reason);
    value_id(argument(arguments), work->envelope->actor.bytes);
    value_time(argument(arguments), work->accepted);
    return true;
}

void tree_add_ids(struct tree_change *change, const char *field, const struct id *ids, size_t count)
{
    struct tree_list *list = &change->lists[change->lists[0].field != NULL];
    *list = (struct tree_list){field, ids, count};
    struct buffer *array = argument_array(&change->arguments, SQL_UUID, count);
    for (size_t i = 0; i < count; i++)
        value_id(array, ids[i].bytes);
}

void tree_change_free(struct tree_change *change)
{
    arguments_free(&change->arguments);
}

/* Whose field a fault is of: the day's, the name's, or that which names the other one concerned. */
enum fault_field { OF_DAY, OF_NAME, OF_OTHER };

/* What a change may break, as tree_change_take of the schema names it, and what to say and do about it. */
static const struct fault {
    const char *name;
    enum problem_code code;
    enum fault_field field;
    const char *text, *text_zh;
} faults[] = {
    {"absent", PROBLEM_conflict, OF_DAY, "an organisation that this is about does not stand; choose a day on which it does",
     "该组织当日不存在，请选择其存续期间的日期"},
    {"stranger", PROBLEM_conflict, OF_OTHER, "not all that was named belongs to the organisation; look at that day's list",
     "所列党员或下级组织当日不全属于该组织，请核对当日名单"},
    {"circle", PROBLEM_conflict, OF_OTHER, "the organisation would stand below itself; choose another one above it",
     "该组织将成为自己的下级，请另选上级组织"},
    {"deep", PROBLEM_conflict, OF_OTHER, "an organisation would have more than 32 above it", "组织层级将超过 32 级"},
    {"above", PROBLEM_conflict, OF_OTHER,
     "an organisation would stand below one that is not there; move or dissolve what stands below it first",
     "将有组织的上级已不存在，请先调整或撤销其下级组织"},
    {"name", PROBLEM_exists, OF_NAME, "another organisation bears this name", "已有同名组织"},
    {"root", PROBLEM_exists, OF_OTHER, "there is a county committee already", "县委已经设立"},
    {"members", PROBLEM_conflict, OF_OTHER,
     "members would belong to an organisation that is not there; place them in another branch first",
     "将有党员隶属于不存在的组织，请先将其编入其他支部"},
};

/* Puts the pointer to where the list of the body names the one, and says whether one does. */
static bool in_lists(struct work *work, const struct tree_change *change, struct id named)
{
    for (size_t i = 0; i < sizeof change->lists / sizeof *change->lists; i++)
        for (size_t k = 0; change->lists[i].field && k < change->lists[i].count; k++)
            if (id_equal(change->lists[i].ids[k], named)) {
                (void)problem_under_index(&work->problem, k);
                (void)problem_under(&work->problem, slice_of(change->lists[i].field));
                return true;
            }
    return false;
}

/* The organisation that a change is about is not there on its day; any other one is not there at all. */
static void point(struct work *work, const struct tree_change *change, enum fault_field field, const struct rows *rows)
{
    struct id organisation = id_at(rows, 0, 1), other = id_at(rows, 0, 2);
    const char *name = field == OF_NAME ? "name" : NULL;
    if (field == OF_DAY)
        name = id_equal(organisation, change->organisation) ? "effective" : change->other;
    if (field == OF_OTHER)
        name = in_lists(work, change, other) ? NULL : change->other;
    if (name)
        (void)problem_under(&work->problem, slice_of(name));
}

static enum verdict refuse(struct work *work, const struct tree_change *change, const struct rows *rows)
{
    char day[CLOCK_DAY_TEXT];
    const struct fault *fault = faults;
    const struct fault *last = faults + sizeof faults / sizeof faults[0] - 1;
    while (fault < last && !slice_equal(row_text(rows, 0, 0), slice_of(fault->name)))
        fault++;
    clock_day_text(row_date(rows, 0, 3), day);
    problem_say(&work->problem, fault->code, "On %1$s %2$s%3$.0s", "%1$s：%2$.0s%3$s", day, fault->text, fault->text_zh);
    point(work, change, fault->field, rows);
    return REJECTED;
}

static void say_organisation(struct work *work, const struct rows *rows, size_t row)
{
    struct organisation state = {
        .organisation = id_at(rows, row, 0),
        .version = row_number(rows, row, 1),
        .has_parent = !row_null(rows, row, 2),
        .parent = id_at(rows, row, 2),
        .kind = (int)row_number(rows, row, 3),
        .name = row_text(rows, row, 4),
        .short_name = row_text(rows, row, 5),
        .ordinal = row_number(rows, row, 6),
        .has_dissolved = !row_bool(rows, row, 7),
        .dissolved = true,
    };
    work_say(work, DECLARED(organisation), &state);
}

/* Brings what the change touches to what holds on the day of `work->accepted`, and says what became another. */
static bool hold(struct work *work, int64_t number)
{
    auto_arguments arguments = arguments_new(64);
    auto_rows *organisations = NULL, *members = NULL;
    value_int8(argument(&arguments), number);
    value_date(argument(&arguments), clock_day(work->accepted));
    if (!sql_run(work->connection, "tree_present", &arguments, &organisations))
        return false;
    value_time(argument(&arguments), work->accepted);
    if (!sql_run(work->connection, "membership_present", &arguments, &members))
        return false;
    for (size_t i = 0; i < rows_count(organisations); i++)
        say_organisation(work, organisations, i);
    size_t count = rows_count(members);
    struct id *accounts = count ? arena_take(work->arena, count * sizeof *accounts) : NULL;
    for (size_t i = 0; i < count && accounts; i++)
        accounts[i] = id_at(members, i, 0);
    return !count || (accounts && accounts_say(work, accounts, count));
}

enum verdict tree_change_take(struct work *work, struct tree_change *change)
{
    auto_rows *rows = NULL;
    if (!sql_run(work->connection, change->statement, &change->arguments, &rows))
        return FAILED;
    if (rows_count(rows) > 0)
        return refuse(work, change, rows);
    int32_t day = (int32_t)change->effective;
    if (day > clock_day(work->accepted)) {
        struct tree_due due = {work->envelope->id, change->number};
        work_timer_set(work, DECLARED(tree_due), work->envelope->id, 1, clock_day_start(day), &due);
    }
    if (!hold(work, change->number))
        return FAILED;
    struct tree_changed result = {change->number, change->recorded_at, change->effective};
    if (work->message->result == tree_changed_shape)
        work_return(work, &result);
    struct slice reason = change->document.at ? change->document : change->reason;
    return audit_add(work, change->organisation, change->organisation, reason) ? APPLIED : FAILED;
}

enum verdict tree_due_decide(struct work *work, const struct tree_due *event)
{
    return hold(work, event->number) ? APPLIED : FAILED;
}
