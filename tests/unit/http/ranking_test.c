/* Order statistics against a plain sort.  SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "http/ranking.h"

#define MEMBERS 80000u
#define COLUMNS 5u

struct trial {
    struct ranking_store store;
    struct ranking tree;
    struct id *ids;
    uint8_t *scores, *column;
    bool *in;
    uint32_t *sorted, count;
};

static uint64_t state;

static uint32_t draw(uint32_t below)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((state >> 33) % below);
}

static const struct trial *sorting;

static int compare(const void *a, const void *b)
{
    uint32_t one = *(const uint32_t *)a, two = *(const uint32_t *)b;
    int32_t first = score_get(sorting->scores, one).points, second = score_get(sorting->scores, two).points;
    if (first != second)
        return first > second ? -1 : 1;
    return id_compare(sorting->ids[one], sorting->ids[two]);
}

static void sort_column(struct trial *trial, uint8_t column)
{
    trial->count = 0;
    for (uint32_t number = 1; number <= MEMBERS; number++)
        if (trial->in[number] && (column == RANKING_ALL || trial->column[number] == column))
            trial->sorted[trial->count++] = number;
    sorting = trial;
    qsort(trial->sorted, trial->count, sizeof *trial->sorted, compare);
}

static void same(struct trial *trial, uint8_t column)
{
    uint32_t numbers[700];
    sort_column(trial, column);
    assert_int_equal(ranking_count(&trial->store, &trial->tree, column), trial->count);
    for (unsigned ask = 0; ask < 40 && trial->count; ask++) {
        uint32_t place = draw(trial->count), first = place, number = trial->sorted[place];
        uint32_t order = score_order(trial->scores, number);
        while (first && score_order(trial->scores, trial->sorted[first - 1]) == order)
            first--;
        assert_int_equal(ranking_before(&trial->store, &trial->tree, order, column), first);
        assert_int_equal(ranking_place(&trial->store, &trial->tree, number, column), place);
        uint32_t limit = ask ? draw(20) : 700,
                 expected = trial->count - place < limit ? trial->count - place : limit;
        size_t found = ranking_page(&trial->store, &trial->tree, column, place, limit, numbers);
        assert_int_equal(found, expected);
        assert_memory_equal(numbers, trial->sorted + place, found * sizeof *numbers);
    }
    assert_int_equal(ranking_page(&trial->store, &trial->tree, column, trial->count, 5, numbers), 0);
}

static void same_all(struct trial *trial)
{
    same(trial, RANKING_ALL);
    same(trial, (uint8_t)draw(COLUMNS));
}

/* Takes a member out, or puts one in with points in a range of that width. */
static void turn(struct trial *trial, uint32_t number, uint32_t width)
{
    if (trial->in[number]) {
        ranking_remove(&trial->store, &trial->tree, number, trial->column[number]);
    } else {
        score_set(trial->scores, number, (struct score){(int32_t)(draw(width) - width / 3), 1});
        trial->column[number] = (uint8_t)draw(COLUMNS + 1);
        if (trial->column[number] == COLUMNS)
            trial->column[number] = RANKING_ALL;
        ranking_add(&trial->store, &trial->tree, number, trial->column[number]);
    }
    trial->in[number] = !trial->in[number];
}

static void trial_run(uint32_t width, bool alike)
{
    struct trial trial = {.ids = calloc(MEMBERS + 1, sizeof(struct id)),
                          .scores = calloc(MEMBERS + 2, SCORE_BYTES),
                          .column = calloc(MEMBERS + 1, 1),
                          .in = calloc(MEMBERS + 1, sizeof(bool)),
                          .sorted = calloc(MEMBERS + 1, sizeof(uint32_t))};
    trial.store = ranking_store_new(trial.ids, COLUMNS, MEMBERS, false);
    trial.tree = (struct ranking){.scores = trial.scores, .wide = true};
    for (uint32_t number = 1; number <= MEMBERS; number++)
        for (unsigned i = 0; i < 16; i++)
            trial.ids[number].bytes[i] = (uint8_t)(i < 13 && alike ? 7
                                                   : i < 13        ? draw(256)
                                                                   : number * 40503u >> (i - 13) * 8);
    same_all(&trial);
    for (uint32_t number = 1; number <= MEMBERS; number++)
        turn(&trial, number, width);
    same_all(&trial);
    assert_true(trial.tree.height >= 2);
    for (uint32_t i = 0; i < 60000; i++) { /* some points leave for good, so that nodes run empty and join */
        uint32_t number = 1 + draw(MEMBERS);
        turn(&trial, number, width / 2 + 1);
        if (i % 6000 == 0)
            same_all(&trial);
    }
    for (uint32_t number = 1; number <= MEMBERS; number++)
        if (trial.in[number] && number % 100 != 0)
            turn(&trial, number, width);
    same_all(&trial);
    for (uint32_t number = 100; number <= MEMBERS; number += 100)
        if (trial.in[number])
            turn(&trial, number, width);
    same_all(&trial);
    assert_int_equal(trial.tree.count, 0);
    for (uint32_t number = 1; number <= 3000; number++)
        turn(&trial, number, width);
    same_all(&trial);
    ranking_clear(&trial.store, &trial.tree);
    assert_int_equal(ranking_count(&trial.store, &trial.tree, 1), 0);
    ranking_store_free(&trial.store);
    free(trial.ids);
    free(trial.scores);
    free(trial.column);
    free(trial.in);
    free(trial.sorted);
}

static void test_hardly_a_tie(void **unused)
{
    (void)unused;
    trial_run(2000000000, false);
}

static void test_ties_of_dozens(void **unused)
{
    (void)unused;
    trial_run(2000, false);
}

static void test_ties_of_thousands(void **unused)
{
    (void)unused;
    trial_run(7, false);
}

static void test_ids_that_begin_alike(void **unused)
{
    (void)unused;
    trial_run(40, true);
}

int main(void)
{
    state = 4;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hardly_a_tie),
        cmocka_unit_test(test_ties_of_dozens),
        cmocka_unit_test(test_ties_of_thousands),
        cmocka_unit_test(test_ids_that_begin_alike),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
