/* The leaderboard's view: points and switches from their topics.  SPDX-License-Identifier: Apache-2.0 */
#include "http/leaderboard.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "http/query.h"
#include "http/stream.h"
#include "http/visit.h"
#include "process/clock.h"
#include "process/log.h"
#include "process/memory.h"
#include "topics/decode.h"
#include "topics/json.h"
#include "topics/messages.h"

enum { GATHERED_MOST = 1024, ARENA_CEILING = 1 << 20 };

struct switches {
    struct board *board;
    struct arena *arena;
    _Atomic bool open, names; /* of the board of members */
    int64_t version;
    bool moved; /* since the last rest */
    size_t count;
    struct board_record gathered[GATHERED_MOST];
};

struct switches *switches_new(struct board *board)
{
    struct switches *switches = memory_new(sizeof *switches);
    switches->board = board;
    switches->arena = arena_new(4096, ARENA_CEILING);
    return switches;
}

void switches_free(struct switches *switches)
{
    if (!switches)
        return;
    arena_free(switches->arena);
    free(switches);
}

static void refused(const struct record *record, const struct problem *problem)
{
    LOG(record_refused, log_text("topic", record->topic), log_number("offset", record->offset),
        log_text("detail", problem->code ? problem->detail : "not a record of this view"));
}

void switches_apply(void *opaque, const struct record *record)
{
    struct switches *switches = opaque;
    struct board_setting setting;
    struct problem problem;
    problem_none(&problem);
    if (!record->value.at)
        return;
    arena_reset(switches->arena);
    if (!decode(DECLARED(board_setting), &(struct decode_source){.body = record->value}, DECODE_LENIENT, JSON_DEPTH_MOST,
                switches->arena, NULL, &setting, &problem)) {
        refused(record, &problem);
        return;
    }
    if (!slice_equal(setting.board, SLICE("members")) || setting.version < switches->version)
        return;
    switches->version = setting.version;
    atomic_store(&switches->open, setting.open);
    atomic_store(&switches->names, setting.names);
}

static void put_in(struct switches *switches)
{
    size_t taken = board_apply(switches->board, switches->gathered, switches->count);
    if (taken < switches->count)
        LOG(view_full, log_text("view", "board"), log_number("records", (int64_t)(switches->count - taken)));
    switches->count = 0;
    switches->moved = true;
}

/* A tombstone's key is period/member. */
static void take_out(struct switches *switches, struct slice key)
{
    const char *slash = key.length ? memchr(key.at, '/', key.length) : NULL;
    uint32_t period;
    struct id member;
    put_in(switches);
    if (slash && board_period_parse((struct slice){key.at, (size_t)(slash - key.at)}, &period) &&
        id_parse((struct slice){slash + 1, key.length - (size_t)(slash + 1 - key.at)}, &member))
        board_remove(switches->board, period, member);
}

void switches_apply_points(void *opaque, const struct record *record)
{
    struct switches *switches = opaque;
    struct board_points points;
    struct problem problem;
    problem_none(&problem);
    if (!record->value.at) {
        take_out(switches, record->key);
        return;
    }
    arena_reset(switches->arena);
    struct board_record *into = &switches->gathered[switches->count];
    if (!decode(DECLARED(board_points), &(struct decode_source){.body = record->value}, DECODE_LENIENT, JSON_DEPTH_MOST,
                switches->arena, NULL, &points, &problem) ||
        !board_period_parse(points.period, &into->period)) {
        refused(record, &problem);
        return;
    }
    into->member = points.member;
    into->points = points.points;
    into->version = points.version;
    if (++switches->count == GATHERED_MOST)
        put_in(switches);
}

bool switches_rested(struct switches *switches)
{
    if (switches->count)
        put_in(switches);
    bool moved = switches->moved;
    switches->moved = false;
    return moved;
}

/* year, quarter and month are the running ones, by the calendar in Shanghai. */
bool board_look_period(const struct board_look *look, int64_t now, uint32_t *ret_period)
{
    struct slice text = slice_of(look->period);
    struct date date = clock_date(now);
    char name[16];
    struct buffer made = buffer_new(sizeof name);
    if (slice_equal(text, SLICE("year")))
        buffer_add_format(&made, "%04d", date.year);
    else if (slice_equal(text, SLICE("quarter")))
        buffer_add_format(&made, "%04dQ%d", date.year, date.quarter);
    else if (slice_equal(text, SLICE("month")))
        buffer_add_format(&made, "%04d-%02d", date.year, date.month);
    else
        buffer_add_slice(&made, text);
    bool good = board_period_parse(buffer_slice(&made), ret_period);
    buffer_free(&made);
    return good;
}

static bool wrong_period(struct visit *visit)
{
    problem_say(&visit->problem, PROBLEM_bad_parameter, "Not a period", "不是有效的时段");
    return problem_under(&visit->problem, SLICE("period"));
}

bool board_look_of(struct visit *visit, const struct id *organisation, const struct slice *period,
                   struct board_look *ret_look)
{
    struct front *front = visit->front;
    struct board_look look = {.period = "all", .branch = visit->caller.organisation};
    uint32_t number;
    look.organisation = organisation ? tree_find(front->tree, *organisation) : tree_root(front->tree);
    if (organisation && look.organisation == TREE_NONE) {
        problem_say(&visit->problem, PROBLEM_bad_parameter, "There is no such organisation", "没有这个组织");
        return problem_under(&visit->problem, SLICE("org"));
    }
    if (period) {
        if (period->length >= sizeof look.period)
            return wrong_period(visit);
        memcpy(look.period, period->at, period->length);
        look.period[period->length] = 0;
    }
    if (!board_look_period(&look, visit->accepted_ms, &number))
        return wrong_period(visit);
    if (atomic_load(&front->switches->names))
        look.branch = BOARD_NOWHERE;
    *ret_look = look;
    return true;
}

bool board_shows(const struct front *front, uint64_t roles)
{
    uint64_t administers = ROLE_committee_administrator | ROLE_county_administrator | ROLES_READING_ALL;
    return atomic_load(&front->switches->open) || (roles & administers);
}

bool board_look_allowed(struct visit *visit)
{
    if (board_shows(visit->front, visit->caller.roles))
        return true;
    return problem_say(&visit->problem, PROBLEM_forbidden, "This board is not switched on", "该排行榜尚未开放");
}

/* The first character and a star. */
static struct slice masked(struct slice name, struct arena *arena)
{
    size_t first = name.length ? 1 : 0;
    while (first < name.length && ((unsigned char)name.at[first] & 0xc0) == 0x80)
        first++;
    char *text = arena_take(arena, first + 2);
    if (!text)
        return SLICE("");
    memcpy(text, name.at, first);
    text[first] = '*';
    return (struct slice){text, first + 1};
}

static struct slice copied(struct slice text, struct arena *arena)
{
    char *copy = arena_copy(arena, text);
    return copy ? (struct slice){copy, text.length} : SLICE("");
}

/* Names are joined under the views' locks, once for all rows. */
static struct ranked_member *join(struct front *front, const struct board_look *look, const struct board_row *rows,
                                  size_t count, struct arena *arena)
{
    bool all_names = look->branch == BOARD_NOWHERE && atomic_load(&front->switches->names);
    struct ranked_member *members = arena_take(arena, (count + 1) * sizeof *members);
    if (!members)
        return NULL;
    accounts_lock(front->accounts);
    for (size_t i = 0; i < count; i++) {
        struct slice name = accounts_name(front->accounts, rows[i].member);
        bool full = all_names || rows[i].branch == look->branch;
        members[i] = (struct ranked_member){.rank = rows[i].rank, .member = rows[i].member, .points = rows[i].points,
                                            .name = full ? copied(name, arena) : masked(name, arena)};
    }
    accounts_unlock(front->accounts);
    tree_lock(front->tree);
    for (size_t i = 0; i < count; i++) {
        members[i].org = tree_id(front->tree, rows[i].branch);
        members[i].org_name = copied(tree_short_name(front->tree, rows[i].branch), arena);
    }
    tree_unlock(front->tree);
    return members;
}

const void *board_look_rows(struct front *front, const struct board_look *look, uint32_t period, struct arena *arena,
                            size_t *ret_count, uint32_t *ret_total)
{
    struct board_row *rows = arena_take(arena, (look->limit + 1) * sizeof *rows);
    if (!rows)
        return NULL;
    *ret_count = board_page(front->board, look->organisation, period, look->offset, look->limit, rows, ret_total);
    return join(front, look, rows, *ret_count, arena);
}

const void *board_look_mine(struct front *front, const struct board_look *look, uint32_t period, struct id member,
                            struct arena *arena)
{
    struct board_row row;
    if (!board_rank(front->board, look->organisation, period, member, &row))
        return NULL;
    struct board_look own = *look;
    own.branch = row.branch; /* one's own name is no secret */
    return join(front, &own, &row, 1, arena);
}

static void no_room(struct visit *visit)
{
    visit_refuse_as(visit, PROBLEM_busy, "The list needs too much memory", "列表占用内存过多");
}

static void answer_members(struct visit *visit)
{
    const struct leaderboard_members *asked = visit->message;
    struct board_look look;
    uint32_t period, total = 0;
    size_t count = 0;
    if (!board_look_allowed(visit) || !board_look_of(visit, asked->has_org ? &asked->org : NULL,
                                                     asked->has_period ? &asked->period : NULL, &look)) {
        visit_refuse(visit);
        return;
    }
    look.limit = asked->has_limit ? (uint32_t)asked->limit : QUERY_LIMIT;
    look.offset = asked->has_offset ? (uint32_t)asked->offset : 0;
    const void *rows = board_look_period(&look, visit->accepted_ms, &period)
                           ? board_look_rows(visit->front, &look, period, visit->arena, &count, &total)
                           : NULL;
    if (rows)
        query_answer_rows(visit, rows, count, total);
    else
        no_room(visit);
}

static void answer_me(struct visit *visit)
{
    const struct leaderboard_me *asked = visit->message;
    struct front *front = visit->front;
    struct board_look look;
    uint32_t period, total = 0, around = asked->has_around ? (uint32_t)asked->around : 5;
    size_t mine = 0;
    if (!board_look_allowed(visit) || !board_look_of(visit, asked->has_org ? &asked->org : NULL,
                                                     asked->has_period ? &asked->period : NULL, &look)) {
        visit_refuse(visit);
        return;
    }
    struct board_row *rows = arena_take(visit->arena, (2 * (size_t)around + 1) * sizeof *rows);
    if (!rows || !board_look_period(&look, visit->accepted_ms, &period)) {
        no_room(visit);
        return;
    }
    size_t count =
        board_around(front->board, look.organisation, period, visit->caller.account, around, around, rows, &mine, &total);
    struct ranked_member *members = join(front, &look, rows, count, visit->arena);
    struct board_place place = {.total = count ? total : board_count(front->board, look.organisation, period)};
    if (!members) {
        no_room(visit);
        return;
    }
    place.rows.at = members;
    place.rows.count = count;
    if (count)
        place.me = &members[mine];
    query_answer_one(visit, &place);
}

void switches_offer(struct front *front)
{
    front_offer_answer(front, DECLARED(leaderboard_members), answer_members);
    front_offer_answer(front, DECLARED(leaderboard_me), answer_me);
    front_offer_answer(front, DECLARED(leaderboard_stream), stream_answer);
}
