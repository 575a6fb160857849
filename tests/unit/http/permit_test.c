/* Permission: roles, scopes and references against views fed with records.  SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "http/account.h"
#include "http/outcome.h"
#include "http/permit.h"
#include "http/visit.h"
#include "process/config.h"
#include "topics/encode.h"
#include "topics/messages.h"

/* county ── committee ── branch_a, branch_b; other ── branch_c */
enum { COUNTY_ID = 1, COMMITTEE_ID, BRANCH_A, BRANCH_B, OTHER_ID, BRANCH_C, NOT_THERE };
enum { ADMIN = 100, COMMITTEE_ADMIN, MEMBER, SLEEPER, FIRST, OFFICER };

static struct front front;
static struct arena *arena;

static struct id id_of(int number)
{
    struct id id = {{0}};
    id.bytes[15] = (uint8_t)number;
    return id;
}

static void apply(const struct declaration *declaration, const void *message,
                  void (*take)(void *opaque, const struct record *record), void *opaque)
{
    struct buffer value = buffer_new(65536);
    encode(&value, declaration->shape(), message);
    struct record record = {.topic = declaration->topic->name, .value = buffer_slice(&value)};
    take(opaque, &record);
    buffer_free(&value);
}

static void organisation(int id, int parent, int version)
{
    struct organisation state = {.organisation = id_of(id), .version = version, .has_parent = parent != 0,
                                 .parent = id_of(parent), .kind = ORGANISATION_BRANCH, .name = SLICE("某党支部"),
                                 .short_name = SLICE("某支部")};
    apply(DECLARED(organisation), &state, tree_apply, front.tree);
}

static void account(int id, int branch, const char *role, int over, bool active, int version)
{
    struct grant grant = {.role = slice_of(role), .organisation = id_of(over)};
    struct account state = {.account = id_of(id), .version = version, .login = SLICE("login"), .name = SLICE("张三"),
                            .organisation = id_of(branch), .active = active, .sessions_from = 1000,
                            .grants = {&grant, 1}};
    apply(DECLARED(account), &state, accounts_apply, front.accounts);
}

static int set_up(void **state)
{
    static const char *const needed[] = {"BAOTING_FRONT_DATABASE", "BAOTING_KAFKA_BROKERS", "BAOTING_TOKEN_KEY",
                                         "BAOTING_SEAL_KEY", "BAOTING_ID_KEY",
                                         "BAOTING_BLOB_FOLDER"};
    struct board_settings settings = {.members = 1000, .organisations = 100, .columns = 10, .periods = 4};
    (void)state;
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        setenv(needed[i], "x", 1);
    config_load(CONFIG_FRONT);
    arena = arena_new(4096, 1 << 20);
    front.board = board_new(&settings);
    front.tree = tree_new(front.board, 100);
    front.accounts = accounts_new(front.tree, front.board, NULL, 1000);
    accounts_offer(&front);
    organisation(BRANCH_A, COMMITTEE_ID, 1); /* before those above it */
    organisation(BRANCH_B, COMMITTEE_ID, 1);
    organisation(COMMITTEE_ID, COUNTY_ID, 1);
    organisation(COUNTY_ID, 0, 1);
    organisation(OTHER_ID, COUNTY_ID, 1);
    organisation(BRANCH_C, OTHER_ID, 1);
    account(ADMIN, COUNTY_ID, "county_administrator", COUNTY_ID, true, 1);
    account(COMMITTEE_ADMIN, BRANCH_A, "committee_administrator", COMMITTEE_ID, true, 1);
    account(MEMBER, BRANCH_A, "member", BRANCH_A, true, 1);
    account(SLEEPER, BRANCH_A, "member", BRANCH_A, false, 1);
    account(FIRST, 0, "county_administrator", 0, true, 1);
    bool changed = tree_rested(front.tree);
    accounts_rested(front.accounts, changed);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    accounts_free(front.accounts);
    tree_free(front.tree);
    board_free(front.board);
    arena_free(arena);
    return 0;
}

static struct visit visit_of(int who, const struct declaration *declaration)
{
    struct visit visit = {.front = &front, .arena = arena, .declaration = declaration};
    struct pace pace = pace_of(1000);
    int64_t wait;
    assert_int_equal(accounts_admit(front.accounts, id_of(who), 5000, 5000, &pace, arena, &visit.caller, &wait), ADMITTED);
    return visit;
}

static void subtrees(void **state)
{
    uint32_t county = tree_find(front.tree, id_of(COUNTY_ID)), committee = tree_find(front.tree, id_of(COMMITTEE_ID));
    uint32_t branch = tree_find(front.tree, id_of(BRANCH_A)), foreign = tree_find(front.tree, id_of(BRANCH_C));
    (void)state;
    assert_int_equal(tree_root(front.tree), county);
    assert_true(tree_within(front.tree, branch, county));
    assert_true(tree_within(front.tree, branch, committee));
    assert_true(tree_within(front.tree, branch, branch));
    assert_false(tree_within(front.tree, committee, branch));
    assert_false(tree_within(front.tree, foreign, committee));
    assert_int_equal(tree_find(front.tree, id_of(NOT_THERE)), TREE_NONE);
    assert_true(tree_placed(front.tree, branch));
    assert_int_equal(board_member(front.board, id_of(MEMBER)), branch);
    assert_int_equal(board_member(front.board, id_of(SLEEPER)), BOARD_NOWHERE);
}

static void tokens_against_accounts(void **state)
{
    struct pace pace = pace_of(1000), one = pace_of(1);
    struct caller caller;
    int64_t wait = 0;
    (void)state;
    assert_int_equal(accounts_admit(front.accounts, id_of(NOT_THERE), 5000, 5000, &pace, arena, &caller, &wait), ADMITTED_UNKNOWN);
    assert_int_equal(accounts_admit(front.accounts, id_of(SLEEPER), 5000, 5000, &pace, arena, &caller, &wait), ADMITTED_NOT);
    assert_int_equal(accounts_admit(front.accounts, id_of(MEMBER), 999, 999, &pace, arena, &caller, &wait), ADMITTED_NOT);
    assert_false(accounts_hold(front.accounts, id_of(NOT_THERE), 5000));
    assert_false(accounts_hold(front.accounts, id_of(SLEEPER), 5000));
    assert_false(accounts_hold(front.accounts, id_of(MEMBER), 999));
    assert_true(accounts_hold(front.accounts, id_of(MEMBER), 1000));
    assert_int_equal(accounts_admit(front.accounts, id_of(MEMBER), 1000, 1000, &pace, arena, &caller, &wait), ADMITTED);
    assert_int_equal(caller.roles, ROLE_member);
    account(MEMBER, BRANCH_A, "member", BRANCH_A, true, 3);
    account(MEMBER, BRANCH_A, "operator", BRANCH_A, true, 2); /* old news */
    assert_int_equal(accounts_admit(front.accounts, id_of(MEMBER), 1000, 1000, &one, arena, &caller, &wait), ADMITTED_LATER);
    assert_true(wait > 0);
    assert_int_equal(caller.roles, ROLE_member);
}

/* A role over the branch from 2000 to 3000, beside that of a member. */
static void terms(void **state)
{
    struct grant grants[] = {{.role = SLICE("member"), .organisation = id_of(BRANCH_B)},
                             {.role = SLICE("branch_officer"), .organisation = id_of(BRANCH_B), .has_from = true, .from = 2000,
                              .has_until = true, .until = 3000}};
    struct account changed = {.account = id_of(OFFICER), .version = 1, .login = SLICE("officer"), .name = SLICE("李四"),
                              .organisation = id_of(BRANCH_B), .active = true, .grants = {grants, 2}};
    const struct {
        int64_t now;
        uint64_t roles;
    } cases[] = {{1999, ROLE_member}, {2000, ROLE_member | ROLE_branch_officer}, {2999, ROLE_member | ROLE_branch_officer},
                 {3000, ROLE_member}};
    struct pace pace = pace_of(1000);
    struct caller caller;
    uint64_t held;
    int64_t wait;
    (void)state;
    apply(DECLARED(account), &changed, accounts_apply, front.accounts);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(accounts_admit(front.accounts, id_of(OFFICER), 1, cases[i].now, &pace, arena, &caller, &wait), ADMITTED);
        assert_int_equal(caller.roles, cases[i].roles);
        assert_int_equal(caller.count, __builtin_popcountll(cases[i].roles));
        assert_true(accounts_roles(front.accounts, id_of(OFFICER), 1, cases[i].now, &held));
        assert_int_equal(held, cases[i].roles);
    }
    assert_true(accounts_reached(front.accounts, id_of(OFFICER), 1));
    assert_false(accounts_reached(front.accounts, id_of(OFFICER), 2));
    assert_false(accounts_reached(front.accounts, id_of(NOT_THERE), 1));
}

/* Whoever hears that a change of an account is applied finds it so. */
static void outcomes_after_accounts(void **state)
{
    struct outcomes *outcomes = outcomes_new(48, 1 << 20);
    struct outcome outcome = {.command = id_of(NOT_THERE), .status = COMMAND_APPLIED, .decided_at = 1,
                              .digest = SLICE("00112233445566778899aabbccddeeff"), .has_account = true,
                              .account = id_of(MEMBER), .has_account_version = true, .account_version = 9};
    struct known_outcome known;
    (void)state;
    outcomes_follow(outcomes, front.accounts);
    apply(DECLARED(outcome), &outcome, outcomes_apply, outcomes);
    assert_false(outcomes_find(outcomes, outcome.command, arena, &known));
    assert_true(known.held_back);
    assert_false(outcomes_find(outcomes, id_of(COUNTY_ID), arena, &known));
    assert_false(known.held_back);
    account(MEMBER, BRANCH_A, "member", BRANCH_A, true, 9);
    assert_true(outcomes_find(outcomes, outcome.command, arena, &known));
    outcomes_free(outcomes);
}

static void roles(void **state)
{
    struct visit member = visit_of(MEMBER, DECLARED(exam_create)), admin = visit_of(ADMIN, DECLARED(exam_create));
    (void)state;
    assert_false(permit_role(&member));
    assert_int_equal(member.problem.code, PROBLEM_forbidden);
    assert_true(permit_role(&admin));
    struct visit any = visit_of(MEMBER, DECLARED(me));
    assert_true(permit_role(&any));
}

static void plans(void **state)
{
    struct permit_plan *none = permit_plan_new(session_open_shape()), *some = permit_plan_new(exam_submit_shape());
    (void)state;
    assert_null(none);
    assert_non_null(some);
    permit_plan_free(some);
}

static bool went_on;

static void proceed(struct visit *visit, const struct route *route)
{
    (void)visit;
    (void)route;
    went_on = true;
}

/* Only what is permitted: refusals answer through an exchange, which the system tests look at. */
static void scopes(void **state)
{
    struct bank_create within = {.organisation = id_of(BRANCH_B), .name = SLICE("题库")};
    struct organisation_create county = {.has_parent = true, .parent = id_of(COUNTY_ID)};
    struct route bank = {.plan = permit_plan_new(bank_create_shape())};
    struct route create = {.plan = permit_plan_new(organisation_create_shape())};
    static const int bank_makers[] = {ADMIN, COMMITTEE_ADMIN, FIRST};
    static const int tree_makers[] = {ADMIN, FIRST};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct visit visit = visit_of(bank_makers[i], DECLARED(bank_create));
        visit.message = &within;
        went_on = false;
        permit_message(&visit, &bank, proceed);
        assert_true(went_on);
    }
    for (size_t i = 0; i < 2; i++) {
        struct visit visit = visit_of(tree_makers[i], DECLARED(organisation_create));
        visit.message = &county;
        went_on = false;
        permit_message(&visit, &create, proceed);
        assert_true(went_on);
    }
    permit_plan_free(bank.plan);
    permit_plan_free(create.plan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(subtrees), cmocka_unit_test(tokens_against_accounts),
                                       cmocka_unit_test(roles), cmocka_unit_test(plans), cmocka_unit_test(scopes),
                                       cmocka_unit_test(terms), cmocka_unit_test(outcomes_after_accounts)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
