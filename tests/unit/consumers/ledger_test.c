/* The points ledger against a slow reference: what counts is always the greedy sum under the cap, in order of acceptance.
 * SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "consumers/points/ledger.h"
#include "process/clock.h"

enum { CAUSES = 12, DAYS = 3, POSTINGS = 256 };

/* What the reference knows of a cause: what it earns, and when. */
struct truth {
    int64_t earned, at;
    bool known;
};

static struct id cause_id(int n)
{
    struct id id = {{0}};
    id.bytes[0] = (uint8_t)(CAUSES - n); /* so that ties of time are broken the other way round than the numbers */
    id.bytes[15] = 1;
    return id;
}

/* What counts of a cause, by going through its day once more. */
static int64_t counts(const struct truth *truths, int of, int64_t cap)
{
    int64_t left = cap, counted = 0;
    bool done[CAUSES] = {false};
    for (int step = 0; step < CAUSES; step++) {
        int next = -1;
        for (int n = 0; n < CAUSES; n++) {
            if (done[n] || !truths[n].known || clock_day(truths[n].at) != clock_day(truths[of].at))
                continue;
            if (next < 0 || truths[n].at < truths[next].at ||
                (truths[n].at == truths[next].at && id_compare(cause_id(n), cause_id(next)) < 0))
                next = n;
        }
        if (next < 0)
            break;
        done[next] = true;
        int64_t take = truths[next].earned < left ? truths[next].earned : left;
        left -= take;
        if (next == of)
            counted = take;
    }
    return counted;
}

/* One random history of one member. */
static void one_history(unsigned seed)
{
    struct arena *arena = arena_new(65536, 64 << 20);
    struct rules rules = {.at = {{.name = "exam", .version = 1, .daily_cap = 1500}}, .count = 1};
    const struct rule *rule = &rules.at[0];
    struct standings standings = {NULL};
    struct truth truths[CAUSES] = {{0}};
    struct posting postings[POSTINGS];
    int64_t ledger_counted[CAUSES] = {0}, ledger_earned[CAUSES] = {0};
    int revisions[CAUSES] = {0};
    int64_t base = clock_date_start(2026, 11, 24);
    srand(seed);
    for (int step = 0; step < 60; step++) {
        int n = rand() % CAUSES;
        truths[n] = (struct truth){rand() % 1100, base + (int64_t)(rand() % DAYS) * 86400000 + rand() % 5 * 1000, true};
        int count = ledger_set(&standings, arena, &rules, rule, cause_id(n), truths[n].earned, truths[n].at, postings, POSTINGS);
        assert_true(count >= 0);
        for (int i = 0; i < count; i++) {
            int of = CAUSES - postings[i].standing->cause.bytes[0];
            ledger_counted[of] += postings[i].counted;
            ledger_earned[of] += postings[i].earned;
            assert_int_equal(postings[i].revision, ++revisions[of]); /* unique (member, rule, cause, revision) */
            assert_true(postings[i].counted != 0 || postings[i].earned != 0);
        }
        for (int of = 0; of < CAUSES; of++)
            if (truths[of].known) {
                assert_int_equal(ledger_earned[of], truths[of].earned);
                assert_int_equal(ledger_counted[of], counts(truths, of, rule->daily_cap));
            }
    }
    arena_free(arena);
}

static void equals_the_reference(void **state)
{
    (void)state;
    for (unsigned seed = 1; seed <= 400; seed++)
        one_history(seed);
}

static void the_same_again_changes_nothing(void **state)
{
    struct arena *arena = arena_new(4096, 1 << 20);
    struct rules rules = {.at = {{.name = "exam", .version = 1, .daily_cap = 1000}}, .count = 1};
    const struct rule *rule = &rules.at[0];
    struct standings standings = {NULL};
    struct posting postings[POSTINGS];
    (void)state;
    assert_int_equal(ledger_set(&standings, arena, &rules, rule, cause_id(1), 700, 1000, postings, POSTINGS), 1);
    assert_int_equal(ledger_set(&standings, arena, &rules, rule, cause_id(1), 700, 1000, postings, POSTINGS), 0);
    assert_int_equal(ledger_set(&standings, arena, &rules, rule, cause_id(2), 700, 2000, postings, POSTINGS), 1);
    assert_int_equal(postings[0].earned, 700);
    assert_int_equal(postings[0].counted, 300);
    arena_free(arena);
}

static void a_share_is_rounded_half_up(void **state)
{
    struct rule rule = {.basis = BASIS_MARK_SHARE, .amount = 1000};
    (void)state;
    assert_int_equal(rule_earns(&rule, 1, 3), 333);
    assert_int_equal(rule_earns(&rule, 2, 3), 667);
    assert_int_equal(rule_earns(&rule, 1, 2000), 1); /* 0.5 */
    assert_int_equal(rule_earns(&rule, 0, 100), 0);
    assert_int_equal(rule_earns(&rule, 100, 100), 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equals_the_reference),
        cmocka_unit_test(the_same_again_changes_nothing),
        cmocka_unit_test(a_share_is_rounded_half_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
