/* The points worker's desk: standings fetched, entries and sums written, for a whole batch at once.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/desk.h"

#include <stdlib.h>

#include "consumers/fetched.h"
#include "consumers/handler.h"
#include "consumers/points/ledger.h"
#include "consumers/points/tally.h"
#include "process/clock.h"
#include "process/config.h"
#include "process/memory.h"
#include "sql/copy.h"

enum { POSTINGS_MOST = 4096 };
static const char exam_rule[] = "exam";

/* A member of the batch, with what stands. */
struct member_desk {
    struct member_desk *next;
    struct id member;
    struct standings standings;
    struct tally tally;
    struct work *work; /* the last that moved the tally: its board records follow from that */
};

/* Something to fetch by: a day of a member, or a cause. */
struct wanted {
    struct id member, cause;
    int32_t day;
};

struct points_desk {
    struct rules rules;
    struct index_table members;
    struct member_desk *first; /* all members of the batch */
    size_t member_count;
    struct wanted *wanted;
    size_t wanted_count, wanted_room;
    struct copy *entries, *tallies;
    struct posting *postings;
};

static void *desk_open(void)
{
    struct points_desk *desk = memory_new(sizeof *desk);
    desk->entries = copy_new("points_ledger",
                             "id, member, rule, rule_version, cause, revision, earned, counted, day, occurred_at, message",
                             11, (size_t)config->batch_arena_bytes);
    desk->tallies = copy_new("points_tally", "member, points, version, first, months", 5,
                             (size_t)config->batch_arena_bytes);
    desk->postings = memory_new_many(POSTINGS_MOST, sizeof *desk->postings);
    desk->wanted_room = (size_t)config->batch_messages;
    desk->wanted = memory_new_many(desk->wanted_room, sizeof *desk->wanted);
    return desk;
}

static void desk_close(void *opaque)
{
    struct points_desk *desk = opaque;
    copy_free(desk->entries);
    copy_free(desk->tallies);
    free(desk->postings);
    free(desk->wanted);
    free(desk);
}

static void desk_clear(void *opaque, bool committed)
{
    struct points_desk *desk = opaque;
    (void)committed;
    index_clear(&desk->members);
    desk->first = NULL;
    desk->member_count = desk->wanted_count = 0;
    copy_empty(desk->entries);
    copy_empty(desk->tallies);
}

void exam_graded_want(struct work *work, const struct exam_graded *event);

void exam_graded_want(struct work *work, const struct exam_graded *event)
{
    struct points_desk *desk = work->desk;
    if (desk->wanted_count < desk->wanted_room)
        desk->wanted[desk->wanted_count++] = (struct wanted){event->member, event->exam, clock_day(event->counted_at)};
}

static struct member_desk *member_of(struct points_desk *desk, struct arena *arena, struct id member)
{
    void **place = index_place(&desk->members, arena, member);
    if (place && !*place) {
        struct member_desk *made = *place = arena_take(arena, sizeof *made);
        if (!made)
            return NULL;
        *made = (struct member_desk){.next = desk->first, .member = member};
        desk->first = made;
        desk->member_count++;
    }
    return place ? *place : NULL;
}

static bool take_standings(struct points_desk *desk, struct arena *arena, const struct rows *rows)
{
    for (size_t i = 0; i < rows_count(rows); i++) {
        struct id member = id_at(rows, i, 0), cause = id_at(rows, i, 1);
        struct member_desk *of = member_of(desk, arena, member);
        struct standing *standing =
            of ? ledger_standing(&of->standings, arena, exam_rule, cause, (int32_t)row_number(rows, i, 2)) : NULL;
        if (!standing)
            return false;
        standing->earned = row_number(rows, i, 3);
        standing->counted = row_number(rows, i, 4);
        standing->occurred_at = row_time(rows, i, 5);
        standing->revision = (int32_t)row_number(rows, i, 6);
    }
    return true;
}

/* The standings of the wanted members on the wanted days and of the wanted causes on any. */
static bool fetch_standings(struct points_desk *desk, struct sql_connection *connection, struct arena *arena)
{
    auto_arguments arguments = arguments_new(desk->wanted_count * 64 + 256);
    auto_rows *rows = NULL;
    value_text(argument(&arguments), SLICE("exam"));
    struct buffer *array = argument_array(&arguments, SQL_UUID, desk->wanted_count);
    for (size_t i = 0; i < desk->wanted_count; i++)
        value_id(array, desk->wanted[i].member.bytes);
    array = argument_array(&arguments, SQL_INT4, desk->wanted_count);
    for (size_t i = 0; i < desk->wanted_count; i++)
        value_int4(array, desk->wanted[i].day);
    array = argument_array(&arguments, SQL_UUID, desk->wanted_count);
    for (size_t i = 0; i < desk->wanted_count; i++)
        value_id(array, desk->wanted[i].cause.bytes);
    return sql_run(connection, "points_standings", &arguments, &rows) && take_standings(desk, arena, rows);
}

static bool take_tallies(struct points_desk *desk, struct arena *arena, const struct rows *rows)
{
    for (size_t i = 0; i < rows_count(rows); i++) {
        struct member_desk *of = member_of(desk, arena, id_at(rows, i, 0));
        if (!of || !tally_read(&of->tally, arena, (int32_t)row_number(rows, i, 3), row_text(rows, i, 4)))
            return false;
        of->tally.points = row_number(rows, i, 1);
        of->tally.version = row_number(rows, i, 2);
    }
    return true;
}

/* The sums of the wanted members, each asked for once. */
static bool fetch_tallies(struct points_desk *desk, struct sql_connection *connection, struct arena *arena)
{
    auto_arguments arguments = arguments_new(desk->wanted_count * 24 + 64);
    auto_rows *rows = NULL;
    for (size_t i = 0; i < desk->wanted_count; i++)
        if (!member_of(desk, arena, desk->wanted[i].member))
            return false;
    struct buffer *array = argument_array(&arguments, SQL_UUID, desk->member_count);
    for (const struct member_desk *member = desk->first; member; member = member->next)
        value_id(array, member->member.bytes);
    return sql_run(connection, "points_tallies", &arguments, &rows) && take_tallies(desk, arena, rows);
}

static bool desk_fetch(void *opaque, struct sql_connection *connection, struct arena *arena)
{
    struct points_desk *desk = opaque;
    return desk->wanted_count == 0 ||
           (rules_read(connection, &desk->rules) && fetch_tallies(desk, connection, arena) &&
            fetch_standings(desk, connection, arena));
}

static bool write_posting(struct points_desk *desk, struct work *work, struct member_desk *member,
                          const struct posting *posting, uint32_t n)
{
    const struct standing *standing = posting->standing;
    struct buffer *row = copy_row(desk->entries);
    value_id(row, work_id(work, n).bytes);
    value_id(row, member->member.bytes);
    value_text(row, slice_of(standing->rule));
    value_int4(row, posting->rule->version);
    value_id(row, standing->cause.bytes);
    value_int4(row, posting->revision);
    value_int4(row, (int32_t)posting->earned);
    value_int4(row, (int32_t)posting->counted);
    value_int4(row, standing->day);
    value_time(row, standing->occurred_at);
    value_id(row, work->envelope->id.bytes);
    struct points_posted event = {
        .member = member->member,
        .rule = slice_of(standing->rule),
        .cause = standing->cause,
        .revision = posting->revision,
        .points = posting->counted,
        .occurred_at = standing->occurred_at,
    };
    work_say(work, DECLARED(points_posted), &event);
    if (posting->counted == 0)
        return true;
    member->work = work;
    return tally_add(&member->tally, work->arena, tally_month_of(clock_day_start(standing->day)), posting->counted);
}

enum verdict exam_graded_decide(struct work *work, const struct exam_graded *event);

enum verdict exam_graded_decide(struct work *work, const struct exam_graded *event)
{
    struct points_desk *desk = work->desk;
    const struct rule *rule = rules_at(&desk->rules, exam_rule, event->counted_at);
    struct member_desk *member = member_of(desk, work->arena, event->member);
    if (!member)
        return FAILED;
    if (!rule)
        return APPLIED; /* no rule was in force: nothing is earned */
    int64_t earned = rule_earns(rule, event->counted_mark, event->full_mark);
    int count = ledger_set(&member->standings, work->arena, &desk->rules, rule, event->exam, earned,
                           event->counted_at, desk->postings, POSTINGS_MOST);
    if (count < 0)
        return FAILED;
    for (int i = 0; i < count; i++)
        if (!write_posting(desk, work, member, &desk->postings[i], (uint32_t)i))
            return FAILED;
    return APPLIED;
}

/* Says what the periods that the batch moved come to. */
static void say_sums(const struct member_desk *member)
{
    static const enum period_kind kinds[] = {PERIOD_ALL, PERIOD_YEAR, PERIOD_QUARTER, PERIOD_MONTH};
    const struct tally *tally = &member->tally;
    for (const struct tally_month *moved = tally->moved; moved; moved = moved->next)
        for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
            char name[TALLY_NAME];
            if (tally_told(tally, kinds[i], moved))
                continue;
            int64_t points = tally_sum(tally, kinds[i], moved->month, name);
            struct board_points state = {
                .period = slice_of(name),
                .member = member->member,
                .points = points,
                .version = tally->version,
            };
            work_say(member->work, DECLARED(board_points), &state);
        }
}

static void add_tally(struct points_desk *desk, const struct member_desk *member)
{
    struct buffer *row = copy_row(desk->tallies);
    value_id(row, member->member.bytes);
    value_int8(row, member->tally.points);
    value_int8(row, member->tally.version);
    value_int4(row, member->tally.first);
    tally_write(&member->tally, row);
}

/* An array of one value of each member whose sums are to be changed. */
#define CHANGED_ARRAY(type, add)                                                                     \
    do {                                                                                             \
        struct buffer *array = argument_array(&arguments, type, count);                              \
        for (const struct member_desk *member = desk->first; member; member = member->next)          \
            if (member->work && member->tally.version > 1)                                           \
                add;                                                                                 \
    } while (0)

/* Changes the rows of the `count` members who had sums before; their months take `bytes`. */
static bool change_tallies(struct points_desk *desk, struct sql_connection *connection, size_t count, size_t bytes)
{
    auto_arguments arguments = arguments_new(count * 72 + bytes + 256);
    if (count == 0)
        return true;
    CHANGED_ARRAY(SQL_UUID, value_id(array, member->member.bytes));
    CHANGED_ARRAY(SQL_INT8, value_int8(array, member->tally.points));
    CHANGED_ARRAY(SQL_INT8, value_int8(array, member->tally.version));
    CHANGED_ARRAY(SQL_INT4, value_int4(array, member->tally.first));
    CHANGED_ARRAY(SQL_BYTEA, tally_write(&member->tally, array));
    return sql_run(connection, "points_tally_move", &arguments, NULL);
}

/* Sends the sums that the batch moved: a member's first as a new row, others as a change; says them all. */
static bool send_tallies(struct points_desk *desk, struct sql_connection *connection)
{
    size_t changed = 0, bytes = 0;
    for (struct member_desk *member = desk->first; member; member = member->next) {
        if (!member->work)
            continue;
        if (member->tally.version++ == 0) {
            add_tally(desk, member);
        } else {
            changed++;
            bytes += (size_t)member->tally.count * sizeof *member->tally.months;
        }
        say_sums(member);
    }
    return copy_send(desk->tallies, connection) && change_tallies(desk, connection, changed, bytes);
}

static bool desk_send(void *opaque, struct sql_connection *connection)
{
    struct points_desk *desk = opaque;
    return copy_send(desk->entries, connection) && send_tallies(desk, connection);
}

const struct desk points_desk = {desk_open, desk_fetch, desk_send, desk_clear, desk_close};
