/* The points worker's desk: standings fetched, entries and sums written, for a whole batch at once.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/desk.h"

#include <stdlib.h>

#include "consumers/handler.h"
#include "consumers/points/ledger.h"
#include "process/clock.h"
#include "process/config.h"
#include "process/memory.h"
#include "sql/copy.h"

enum { PERIODS = 4, POSTINGS_MOST = 4096 };
static const char exam_rule[] = "exam";

/* A member of the batch: what stands, and which days and causes the batch touches. */
struct member_desk {
    struct id member;
    struct standings standings;
};

/* A sum that the batch moves. */
struct moved_sum {
    struct id member;
    char period[12];
    int64_t points;
    struct work *work; /* the last that moved it: its board record follows from that */
    struct moved_sum *next;
};

/* Something to fetch by: a day of a member, or a cause. */
struct wanted {
    struct id member, cause;
    int32_t day;
};

struct points_desk {
    struct rules rules;
    struct index_table members;
    struct wanted *wanted;
    size_t wanted_count, wanted_room;
    struct moved_sum *sums;
    size_t sum_count;
    struct copy *entries;
    struct posting *postings;
};

static void *desk_open(void)
{
    struct points_desk *desk = memory_new(sizeof *desk);
    desk->entries = copy_new("points_ledger",
                             "id, member, rule, rule_version, cause, revision, earned, counted, day, occurred_at, message",
                             11, (size_t)config->batch_arena_bytes);
    desk->postings = memory_new_many(POSTINGS_MOST, sizeof *desk->postings);
    desk->wanted_room = (size_t)config->batch_messages;
    desk->wanted = memory_new_many(desk->wanted_room, sizeof *desk->wanted);
    return desk;
}

static void desk_close(void *opaque)
{
    struct points_desk *desk = opaque;
    copy_free(desk->entries);
    free(desk->postings);
    free(desk->wanted);
    free(desk);
}

static void desk_clear(void *opaque, bool committed)
{
    struct points_desk *desk = opaque;
    (void)committed;
    index_clear(&desk->members);
    desk->wanted_count = 0;
    desk->sums = NULL;
    desk->sum_count = 0;
    copy_empty(desk->entries);
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
        if (made)
            made->member = member;
    }
    return place ? *place : NULL;
}

static bool take_standings(struct points_desk *desk, struct arena *arena, const struct rows *rows)
{
    for (size_t i = 0; i < rows_count(rows); i++) {
        struct id member, cause;
        memcpy(member.bytes, row_id(rows, i, 0), sizeof member.bytes);
        memcpy(cause.bytes, row_id(rows, i, 1), sizeof cause.bytes);
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

static bool desk_fetch(void *opaque, struct sql_connection *connection, struct arena *arena)
{
    struct points_desk *desk = opaque;
    return desk->wanted_count == 0 ||
           (rules_read(connection, &desk->rules) && fetch_standings(desk, connection, arena));
}

static void name_period(int kind, int64_t time, char ret_period[static 12])
{
    struct date date = clock_date(time);
    struct buffer text = buffer_new(12);
    if (kind == PERIOD_ALL)
        buffer_add_text(&text, "all");
    else if (kind == PERIOD_YEAR)
        buffer_add_format(&text, "%04d", date.year);
    else if (kind == PERIOD_QUARTER)
        buffer_add_format(&text, "%04dQ%d", date.year, date.quarter);
    else
        buffer_add_format(&text, "%04d-%02d", date.year, date.month);
    memcpy(ret_period, text.at, text.length);
    ret_period[text.length] = 0;
    buffer_free(&text);
}

static bool move_sum(struct points_desk *desk, struct work *work, struct id member, const char *period, int64_t points)
{
    struct moved_sum *sum = desk->sums;
    /* Newest first: a member's four periods stand together, so the search is short. */
    int steps = 0;
    while (sum && steps++ < 64 && !(id_equal(sum->member, member) && strcmp(sum->period, period) == 0))
        sum = sum->next;
    if (!sum || !id_equal(sum->member, member) || strcmp(sum->period, period) != 0) {
        sum = arena_take(work->arena, sizeof *sum);
        if (!sum)
            return false;
        sum->member = member;
        memcpy(sum->period, period, strlen(period) + 1);
        sum->next = desk->sums;
        desk->sums = sum;
        desk->sum_count++;
    }
    sum->points += points;
    sum->work = work;
    return true;
}

static bool write_posting(struct points_desk *desk, struct work *work, struct id member,
                          const struct posting *posting, uint32_t n)
{
    const struct standing *standing = posting->standing;
    struct buffer *row = copy_row(desk->entries);
    char period[12];
    value_id(row, work_id(work, n).bytes);
    value_id(row, member.bytes);
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
        .member = member,
        .rule = slice_of(standing->rule),
        .cause = standing->cause,
        .revision = posting->revision,
        .points = posting->counted,
        .occurred_at = standing->occurred_at,
    };
    work_say(work, DECLARED(points_posted), &event);
    for (int kind = 0; kind < PERIODS; kind++) {
        name_period(kind, clock_day_start(standing->day), period);
        if (posting->counted != 0 && !move_sum(desk, work, member, period, posting->counted))
            return false;
    }
    return true;
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
        if (!write_posting(desk, work, event->member, &desk->postings[i], (uint32_t)i))
            return FAILED;
    return APPLIED;
}

static int by_member_and_period(const void *left, const void *right)
{
    const struct moved_sum *a = *(struct moved_sum *const *)left, *b = *(struct moved_sum *const *)right;
    int order = id_compare(a->member, b->member);
    return order ? order : strcmp(a->period, b->period);
}

/* The moved sums in order, doubles joined. */
static struct moved_sum **sums_in_order(struct points_desk *desk)
{
    struct moved_sum **order = memory_new_many(desk->sum_count, sizeof *order);
    size_t count = 0, kept = 0;
    for (struct moved_sum *sum = desk->sums; sum; sum = sum->next)
        order[count++] = sum;
    qsort(order, count, sizeof *order, by_member_and_period);
    for (size_t i = 0; i < count; i++)
        if (kept > 0 && by_member_and_period(&order[kept - 1], &order[i]) == 0)
            order[kept - 1]->points += order[i]->points;
        else
            order[kept++] = order[i];
    desk->sum_count = kept;
    return order;
}

static void say_sums(const struct rows *rows, struct moved_sum *const *order)
{
    for (size_t i = 0; i < rows_count(rows); i++) {
        const struct moved_sum *sum = order[row_number(rows, i, 0) - 1];
        struct board_points state = {
            .period = slice_of(sum->period),
            .member = sum->member,
            .points = row_number(rows, i, 1),
            .version = row_number(rows, i, 2),
        };
        work_say(sum->work, DECLARED(board_points), &state);
    }
}

static bool send_sums(struct points_desk *desk, struct sql_connection *connection)
{
    auto_arguments arguments = arguments_new(desk->sum_count * 64 + 256);
    auto_rows *rows = NULL;
    struct moved_sum **order = sums_in_order(desk);
    struct buffer *array = argument_array(&arguments, SQL_UUID, desk->sum_count);
    for (size_t i = 0; i < desk->sum_count; i++)
        value_id(array, order[i]->member.bytes);
    array = argument_array(&arguments, SQL_TEXT, desk->sum_count);
    for (size_t i = 0; i < desk->sum_count; i++)
        value_text(array, slice_of(order[i]->period));
    array = argument_array(&arguments, SQL_INT8, desk->sum_count);
    for (size_t i = 0; i < desk->sum_count; i++)
        value_int8(array, order[i]->points);
    bool fine = sql_run(connection, "points_sums_move", &arguments, &rows);
    if (fine)
        say_sums(rows, order);
    free(order);
    return fine;
}

static bool desk_send(void *opaque, struct sql_connection *connection)
{
    struct points_desk *desk = opaque;
    return copy_send(desk->entries, connection) && (desk->sum_count == 0 || send_sums(desk, connection));
}

const struct desk points_desk = {desk_open, desk_fetch, desk_send, desk_clear, desk_close};
