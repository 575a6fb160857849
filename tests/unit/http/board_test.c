/* The leaderboard against a plain sort.  SPDX-License-Identifier: Apache-2.0 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "http/board.h"

#define MEMBERS 1500u
#define ORGANISATIONS 40u
#define PERIODS 4u
#define ROWS 300u

/* What a plain reading of the same commands holds. */
struct plain {
    struct id id[MEMBERS];
    uint32_t branch[MEMBERS];
    int64_t points[PERIODS][MEMBERS], version[PERIODS][MEMBERS];
    uint32_t parent[ORGANISATIONS];
    bool set[ORGANISATIONS];
};

static const uint32_t periods[PERIODS] = {BOARD_ALL, 2026, 20264, 202611};
static uint64_t state = 20261124;

static uint32_t draw(uint32_t below)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((state >> 33) % below);
}

static struct id make_id(uint32_t number, bool alike)
{
    struct id id = {{0}};
    for (unsigned i = alike ? 12 : 0; i < 12; i++)
        id.bytes[i] = (uint8_t)draw(256);
    for (unsigned i = 0; i < 4; i++)
        id.bytes[12 + i] = (uint8_t)(number * 2654435761u >> 8 * i);
    return id;
}

static bool plain_in(const struct plain *plain, uint32_t member, uint32_t organisation)
{
    bool in = false;
    uint32_t at = plain->branch[member];
    for (; at != BOARD_NOWHERE; at = plain->parent[at]) {
        in = in || at == organisation;
        if (!plain->set[at])
            return false;
    }
    return in;
}

static const struct plain *sorting;
static uint32_t sorting_period;

static int plain_compare(const void *a, const void *b)
{
    uint32_t one = *(const uint32_t *)a, two = *(const uint32_t *)b;
    const int64_t *points = sorting->points[sorting_period];
    if (points[one] != points[two])
        return points[one] > points[two] ? -1 : 1;
    return id_compare(sorting->id[one], sorting->id[two]);
}

static uint32_t plain_sorted(const struct plain *plain, uint32_t organisation, uint32_t period,
                             uint32_t *ret_members)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < MEMBERS; i++)
        if (plain->version[period][i] && plain_in(plain, i, organisation))
            ret_members[count++] = i;
    sorting = plain;
    sorting_period = period;
    qsort(ret_members, count, sizeof *ret_members, plain_compare);
    return count;
}

static void same_row(const struct plain *plain, const uint32_t *sorted, uint32_t place, uint32_t period,
                     const struct board_row *row)
{
    uint32_t member = sorted[place], first = place;
    while (first && plain->points[period][sorted[first - 1]] == plain->points[period][member])
        first--;
    assert_int_equal(row->rank, first + 1);
    assert_int_equal(row->points, plain->points[period][member]);
    assert_int_equal(row->branch, plain->branch[member]);
    assert_true(id_equal(row->member, plain->id[member]));
}

/* Compares one ranking whole: count, a page, everybody's rank where few, one member's neighbours. */
static void same_ranking(struct board *board, const struct plain *plain, uint32_t organisation,
                         uint32_t period)
{
    uint32_t sorted[MEMBERS], count = plain_sorted(plain, organisation, period, sorted), total;
    struct board_row rows[ROWS];
    assert_int_equal(board_count(board, organisation, periods[period]), count);
    uint32_t offset = draw(count + 2), limit = draw(ROWS);
    size_t found = board_page(board, organisation, periods[period], offset, limit, rows, &total);
    uint32_t expected = offset >= count ? 0 : count - offset < limit ? count - offset : limit;
    assert_int_equal(total, count);
    assert_int_equal(found, expected);
    for (uint32_t i = 0; i < expected; i++)
        same_row(plain, sorted, offset + i, period, &rows[i]);
    for (unsigned ask = 0; ask < 5 && count; ask++) {
        uint32_t place = draw(count), before = draw(7), after = draw(7);
        size_t mine;
        assert_true(board_rank(board, organisation, periods[period], plain->id[sorted[place]], rows));
        same_row(plain, sorted, place, period, rows);
        found = board_around(board, organisation, periods[period], plain->id[sorted[place]], before, after,
                             rows, &mine, &total);
        before = before < place ? before : place;
        after = after < count - place - 1 ? after : count - place - 1;
        assert_int_equal(mine, before);
        assert_int_equal(found, before + 1 + after);
        for (uint32_t i = 0; i < found; i++)
            same_row(plain, sorted, place - before + i, period, &rows[i]);
    }
    uint32_t stranger = draw(MEMBERS);
    if (!plain->version[period][stranger] || !plain_in(plain, stranger, organisation))
        assert_false(board_rank(board, organisation, periods[period], plain->id[stranger], rows));
}

/* The most organisations that stand one below the other. */
static uint32_t plain_levels(const struct plain *plain)
{
    uint32_t most = 0;
    for (uint32_t i = 0; i < ORGANISATIONS; i++) {
        uint32_t levels = 0;
        for (uint32_t at = i; at != BOARD_NOWHERE; at = plain->parent[at])
            levels++;
        most = levels > most ? levels : most;
    }
    return most;
}

/* Puts an organisation under a parent; what would make more than eight levels is refused. */
static void tree_set(struct board *board, struct plain *plain, uint32_t organisation, uint32_t parent)
{
    uint32_t old = plain->parent[organisation];
    plain->parent[organisation] = parent;
    bool fits = plain_levels(plain) <= 8;
    assert_int_equal(board_set_organisation(board, organisation, parent), fits);
    if (fits)
        plain->set[organisation] = true;
    else
        plain->parent[organisation] = old;
}

/* A county (0), four committees (1-4), general branches (5-8), branches. */
static void tree_make(struct board *board, struct plain *plain, bool upside_down)
{
    for (uint32_t i = 0; i < ORGANISATIONS; i++)
        plain->parent[i] = BOARD_NOWHERE;
    for (uint32_t i = 0; i < ORGANISATIONS - 2; i++) {
        uint32_t at = upside_down ? ORGANISATIONS - 3 - i : i;
        tree_set(board, plain, at,
                 at == 0   ? BOARD_NOWHERE
                 : at <= 4 ? 0
                 : at <= 8 ? at - 4
                 : at < 20 ? 1 + at % 4
                           : 5 + at % 4);
    }
}

static int64_t random_points(unsigned kind)
{
    static const int64_t far[] = {INT32_MIN, INT32_MAX, -1, 0};
    if (kind == 0)
        return (int64_t)draw(20) * 50 - 200;
    if (kind == 1)
        return (int64_t)draw(40000) - 1000;
    return draw(50) ? (int64_t)draw(2000000000) * 2 - 2000000000 : far[draw(4)];
}

static void random_record(struct board *board, struct plain *plain, unsigned kind)
{
    uint32_t member = draw(MEMBERS), period = draw(PERIODS);
    int64_t version = plain->version[period][member] + (int64_t)draw(4) - 1;
    struct board_record record = {plain->id[member], random_points(kind), version, periods[period]};
    assert_int_equal(board_apply(board, &record, 1), version >= 1);
    if (version > plain->version[period][member]) {
        plain->version[period][member] = version;
        plain->points[period][member] = record.points;
    }
}

static uint32_t random_branch(void)
{
    uint32_t kind = draw(20);
    return kind == 0 ? BOARD_NOWHERE : kind < 8 ? 9 : kind == 8 ? draw(9) : 9 + draw(ORGANISATIONS - 9);
}

static void random_change(struct board *board, struct plain *plain, unsigned kind)
{
    uint32_t what = draw(1000), member = draw(MEMBERS), period = draw(PERIODS);
    if (what < 700) {
        random_record(board, plain, kind);
    } else if (what < 900) {
        plain->branch[member] = random_branch();
        assert_true(board_set_member(board, plain->id[member], plain->branch[member]));
    } else if (what < 996) {
        board_remove(board, periods[period], plain->id[member]);
        plain->version[period][member] = 0;
    } else if (what < 999) {
        uint32_t organisation = 1 + draw(ORGANISATIONS - 1), parent = draw(9), at = parent;
        while (at != BOARD_NOWHERE && at != organisation)
            at = plain->parent[at];
        if (at == BOARD_NOWHERE && plain->set[parent])
            tree_set(board, plain, organisation, parent);
    } else if (draw(30) == 0) {
        board_remove_period(board, periods[period]);
        memset(plain->version[period], 0, sizeof plain->version[period]);
    }
}

static void random_changes(unsigned kind, uint32_t columns, bool alike, bool upside_down)
{
    struct board *board = board_new(&(struct board_settings){MEMBERS, ORGANISATIONS, columns, PERIODS});
    struct plain *plain = calloc(1, sizeof *plain);
    assert_non_null(plain);
    for (uint32_t i = 0; i < MEMBERS; i++) {
        plain->id[i] = make_id(i, alike);
        plain->branch[i] = BOARD_NOWHERE;
    }
    for (uint32_t i = 0; upside_down && i < MEMBERS / 2; i++) {
        random_record(board, plain, kind);
        plain->branch[i] = random_branch();
        assert_true(board_set_member(board, plain->id[i], plain->branch[i]));
    }
    tree_make(board, plain, upside_down);
    for (uint32_t i = 0; i < 25000; i++) {
        random_change(board, plain, kind);
        if (i % 20 == 0)
            same_ranking(board, plain, draw(3) ? draw(ORGANISATIONS) : 0, draw(PERIODS));
    }
    for (uint32_t organisation = 0; organisation < ORGANISATIONS; organisation++)
        for (uint32_t period = 0; period < PERIODS; period++)
            same_ranking(board, plain, organisation, period);
    free(plain);
    board_free(board);
}

static void test_many_ties(void **unused)
{
    (void)unused;
    random_changes(0, 8, false, false);
}

static void test_few_ties(void **unused)
{
    (void)unused;
    random_changes(1, 2, false, true);
}

static void test_far_points_and_alike_ids(void **unused)
{
    (void)unused;
    random_changes(2, 0, true, false);
    random_changes(0, 3, true, true);
}

static void test_records_are_checked(void **unused)
{
    (void)unused;
    struct board *board = board_new(&(struct board_settings){2, 4, 1, 2});
    struct id one = make_id(1, false), two = make_id(2, false), three = make_id(3, false);
    struct board_row row;
    assert_true(board_set_organisation(board, 0, BOARD_NOWHERE));
    assert_true(board_set_organisation(board, 1, 0));
    assert_false(board_set_organisation(board, 4, 0));
    assert_false(board_set_organisation(board, 2, BOARD_NOWHERE));
    assert_false(board_set_organisation(board, 0, 1));
    assert_false(board_set_organisation(board, 1, 1));
    assert_true(board_set_member(board, one, 1));
    struct board_record bad[] = {
        {one, 1, 0, 0},         {one, 1, 1 << 24, 0},   {one, INT64_C(1) << 31, 1, 0}, {one, INT64_MIN, 1, 0},
        {one, 5, 7, BOARD_ALL}, {one, 6, 7, BOARD_ALL}, {one, 9, 6, BOARD_ALL},        {two, 1, 1, 2026},
        {three, 1, 1, 2026},    {two, 1, 1, 202611}};
    assert_int_equal(board_apply(board, bad, 10), 4);
    assert_true(board_rank(board, 1, BOARD_ALL, one, &row));
    assert_int_equal(row.points, 5);
    uint32_t changes = board_changes(board, 1, BOARD_ALL);
    assert_int_equal(board_apply(board, &(struct board_record){one, 5, 7, BOARD_ALL}, 1), 1);
    assert_int_equal(board_changes(board, 1, BOARD_ALL), changes);
    assert_int_equal(board_apply(board, &(struct board_record){one, -5, 8, BOARD_ALL}, 1), 1);
    assert_int_not_equal(board_changes(board, 1, BOARD_ALL), changes);
    assert_int_not_equal(board_changes(board, 0, BOARD_ALL), 0);
    assert_int_equal(board_changes(board, 3, BOARD_ALL), 0);
    assert_false(board_rank(board, 0, 2026, two, &row));
    assert_false(board_rank(board, 77, 2026, two, &row));
    assert_int_equal(board_member(board, one), 1);
    assert_int_equal(board_member(board, three), BOARD_NOWHERE);
    board_free(board);
}

static void test_periods_as_text(void **unused)
{
    (void)unused;
    static const char *const good[] = {"all", "2026", "2026Q1", "2026Q4", "2026-01", "2026-12"};
    static const char *const bad[] = {"",        "All",     "26",     "2026Q5",  "2026Q0",
                                      "2026-13", "2026-00", "2026-1", "2026-1x", "2026-011",
                                      "1999",    "3000",    "2026q1", "2026Q11"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        uint32_t period;
        char text[BOARD_PERIOD_TEXT];
        assert_true(board_period_parse(slice_of(good[i]), &period));
        board_period_text(period, text);
        assert_string_equal(text, good[i]);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        uint32_t period = 42;
        assert_false(board_period_parse(slice_of(bad[i]), &period));
        assert_int_equal(period, 42);
    }
}

/* One thread changes, two read; every answer must be in order in itself. */
struct race {
    struct board *board;
    struct id id[MEMBERS];
    _Atomic bool over;
};

static void *race_read(void *argument)
{
    struct race *race = argument;
    uint32_t seed = 1;
    for (uint32_t i = 0; !race->over; i++) {
        struct board_row rows[50];
        size_t mine;
        uint32_t total;
        seed = seed * 1664525u + 1013904223u;
        struct id id = race->id[(seed >> 8) % MEMBERS];
        size_t found = board_around(race->board, (seed >> 4) % 20, periods[i % PERIODS], id, 10, 10, rows,
                                    &mine, &total);
        if (found && (!id_equal(rows[mine].member, id) || found > total))
            abort();
        found = board_page(race->board, 0, periods[i % PERIODS], i % 500, 50, rows, &total);
        for (size_t k = 1; k < found; k++)
            if (rows[k].points > rows[k - 1].points || rows[k].rank < rows[k - 1].rank)
                abort();
        if (board_rank(race->board, 9, BOARD_ALL, id, rows) && rows->rank > MEMBERS)
            abort();
        (void)board_changes(race->board, 0, BOARD_ALL);
    }
    return NULL;
}

static void test_readers_beside_a_writer(void **unused)
{
    (void)unused;
    struct race *race = calloc(1, sizeof *race);
    struct plain *plain = calloc(1, sizeof *plain);
    assert_non_null(race);
    assert_non_null(plain);
    race->board = board_new(&(struct board_settings){MEMBERS, ORGANISATIONS, 2, PERIODS});
    for (uint32_t i = 0; i < MEMBERS; i++) {
        race->id[i] = plain->id[i] = make_id(i, false);
        plain->branch[i] = BOARD_NOWHERE;
    }
    tree_make(race->board, plain, false);
    pthread_t readers[2];
    for (unsigned i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&readers[i], NULL, race_read, race), 0);
    for (uint32_t i = 0; i < 20000; i++)
        random_change(race->board, plain, 0);
    race->over = true;
    for (unsigned i = 0; i < 2; i++)
        assert_int_equal(pthread_join(readers[i], NULL), 0);
    for (uint32_t organisation = 0; organisation < ORGANISATIONS; organisation++)
        same_ranking(race->board, plain, organisation, 0);
    board_free(race->board);
    free(plain);
    free(race);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_many_ties),
        cmocka_unit_test(test_few_ties),
        cmocka_unit_test(test_far_points_and_alike_ids),
        cmocka_unit_test(test_records_are_checked),
        cmocka_unit_test(test_periods_as_text),
        cmocka_unit_test(test_readers_beside_a_writer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
