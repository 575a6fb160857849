/* The view of outcomes: the first word counts, the oldest goes first, listeners are told; and what is awaited till then.  SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "http/awaited.h"
#include "http/outcome.h"
#include "process/clock.h"
#include "topics/encode.h"
#include "topics/messages.h"

static void say(struct outcomes *outcomes, struct id command, bool applied, struct slice text, int64_t at)
{
    char digest[DIGEST_TEXT];
    struct buffer value = buffer_new(65536);
    digest_text(digest_of(SLICE("body")), digest);
    struct outcome state = {.command = command, .status = applied ? COMMAND_APPLIED : COMMAND_REJECTED,
                            .digest = slice_of(digest), .decided_at = at, .has_result = applied, .result = text,
                            .has_problem = !applied, .problem = text};
    encode(&value, outcome_shape(), &state);
    struct record record = {.topic = "outcome", .value = buffer_slice(&value)};
    outcomes_apply(outcomes, &record);
    buffer_free(&value);
}

static void first_word_counts(void **state)
{
    struct outcomes *outcomes = outcomes_new(48, 1 << 20);
    struct arena *arena = arena_new(4096, 1 << 20);
    struct known_outcome outcome;
    struct id one = id_random(), two = id_random();
    (void)state;
    assert_false(outcomes_find(outcomes, one, arena, &outcome));
    say(outcomes, one, true, SLICE("{\"a\":1}"), clock_now());
    say(outcomes, one, false, SLICE("{\"status\":409}"), clock_now());
    say(outcomes, two, false, SLICE("{\"x\":{\"status\":1},\"status\":409}"), clock_now());
    assert_true(outcomes_find(outcomes, one, arena, &outcome));
    assert_true(outcome.applied);
    assert_int_equal(outcome.status, 200);
    assert_true(slice_equal(outcome.result, SLICE("{\"a\":1}")));
    assert_true(digest_equal(outcome.digest, digest_of(SLICE("body"))));
    assert_true(outcomes_find(outcomes, two, arena, &outcome));
    assert_false(outcome.applied);
    assert_int_equal(outcome.status, 409);
    arena_free(arena);
    outcomes_free(outcomes);
}

static void ceilings(void **state)
{
    struct outcomes *outcomes = outcomes_new(1, 20000);
    struct known_outcome outcome;
    struct id ids[1000];
    int held = 0;
    (void)state;
    for (int i = 0; i < 1000; i++) {
        ids[i] = id_random();
        say(outcomes, ids[i], true, SLICE("{}"), clock_now());
    }
    for (int i = 0; i < 1000; i++)
        held += outcomes_find(outcomes, ids[i], NULL, &outcome);
    assert_in_range(held, 100, 400);
    assert_true(outcomes_find(outcomes, ids[999], NULL, &outcome));
    assert_false(outcomes_find(outcomes, ids[0], NULL, &outcome));
    struct id old = id_random(), new = id_random();
    say(outcomes, old, true, SLICE("{}"), clock_now() - 2 * 3600000);
    say(outcomes, new, true, SLICE("{}"), clock_now());
    assert_true(outcomes_find(outcomes, new, NULL, &outcome));
    outcomes_free(outcomes);
}

static size_t told;

static bool tell(struct outcome_news *news)
{
    told += news->count;
    free(news);
    return true;
}

static void listeners(void **state)
{
    struct outcomes *outcomes = outcomes_new(48, 1 << 20);
    static _Atomic uint32_t asks;
    (void)state;
    outcomes_listen(outcomes, &asks, NULL, tell);
    say(outcomes, id_random(), true, SLICE("{}"), clock_now());
    outcomes_rested(outcomes);
    assert_int_equal(told, 0);
    atomic_store(&asks, 1);
    for (int i = 0; i < 5000; i++)
        say(outcomes, id_random(), true, SLICE("{}"), clock_now());
    outcomes_rested(outcomes);
    assert_int_equal(told, 5000);
    outcomes_free(outcomes);
}

static void statuses(void **state)
{
    (void)state;
    assert_int_equal(outcome_status(SLICE("{\"status\":404}")), 404);
    assert_int_equal(outcome_status(SLICE("{\"detail\":\"x\",\"status\":503}")), 503);
    assert_int_equal(outcome_status(SLICE("{}")), 500);
    assert_int_equal(outcome_status(SLICE("{\"status\":200}")), 500);
    assert_int_equal(outcome_status(SLICE("nonsense")), 500);
}

static size_t waiting(struct awaited *awaited, size_t declaration, struct id object, struct id *ret_last)
{
    struct arena *arena = arena_new(4096, 1 << 20);
    size_t count;
    const struct id *actors = awaited_actors(awaited, declaration, object, arena, &count);
    assert_non_null(actors);
    if (count)
        *ret_last = actors[count - 1];
    arena_free(arena);
    return count;
}

static void awaited_till_decided(void **state)
{
    struct outcomes *outcomes = outcomes_new(48, 1 << 20);
    struct awaited *awaited = awaited_new(outcomes, 100, 48);
    struct id exam = id_random(), other = id_random(), commands[300], actors[300], last;
    (void)state;
    assert_int_equal(waiting(awaited, 7, exam, &last), 0);
    for (int i = 0; i < 90; i++) {
        commands[i] = id_random();
        actors[i] = id_random();
        awaited_add(awaited, i % 3 == 2 ? 8 : 7, commands[i], i % 3 == 1 ? other : exam, actors[i]);
    }
    assert_int_equal(waiting(awaited, 7, exam, &last), 30);
    assert_true(id_equal(last, actors[87]));
    assert_int_equal(waiting(awaited, 7, other, &last), 30);
    assert_int_equal(waiting(awaited, 8, exam, &last), 30);
    say(outcomes, commands[87], true, SLICE("{}"), clock_now()); /* applied or rejected: it is decided */
    say(outcomes, commands[0], false, SLICE("{\"status\":409}"), clock_now());
    assert_int_equal(waiting(awaited, 7, exam, &last), 28);
    assert_true(id_equal(last, actors[84]));
    for (int i = 90; i < 300; i++) { /* past the ceiling the oldest are forgotten */
        commands[i] = id_random();
        actors[i] = id_random();
        awaited_add(awaited, 7, commands[i], exam, actors[i]);
    }
    assert_int_equal(waiting(awaited, 7, exam, &last), 100);
    assert_true(id_equal(last, actors[299]));
    for (int i = 200; i < 299; i++)
        say(outcomes, commands[i], true, SLICE("{}"), clock_now());
    assert_int_equal(waiting(awaited, 7, exam, &last), 1);
    assert_true(id_equal(last, actors[299]));
    awaited_free(awaited);
    outcomes_free(outcomes);
}

static void awaited_as_long_as_outcomes_are_known(void **state)
{
    struct outcomes *outcomes = outcomes_new(1, 1 << 20);
    struct awaited *awaited = awaited_new(outcomes, 1, 0);
    struct id exam = id_random(), last;
    int64_t before = clock_now();
    (void)state;
    awaited_add(awaited, 7, id_random(), exam, id_random());
    while (clock_now() <= before + 1)
        ;
    assert_int_equal(waiting(awaited, 7, exam, &last), 0);
    awaited_free(awaited);
    outcomes_free(outcomes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(first_word_counts), cmocka_unit_test(ceilings),
                                       cmocka_unit_test(listeners), cmocka_unit_test(statuses),
                                       cmocka_unit_test(awaited_till_decided),
                                       cmocka_unit_test(awaited_as_long_as_outcomes_are_known)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
