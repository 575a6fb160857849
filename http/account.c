/* The view of accounts.  SPDX-License-Identifier: Apache-2.0 */
#include "http/account.h"

#include <pthread.h>
#include <stdlib.h>

#include "http/hall.h"
#include "http/numbers.h"
#include "http/query.h"
#include "http/reach.h"
#include "http/visit.h"
#include "process/clock.h"
#include "process/config.h"
#include "process/log.h"
#include "process/memory.h"
#include "process/metrics.h"
#include "sql/pool.h"
#include "topics/decode.h"
#include "topics/messages.h"

enum { ARENA_CEILING = 1 << 20, NAME_CEILING = 1024 };

struct entry {
    char *login, *name;
    struct permission *permissions;
    int64_t version, sessions_from;
    _Atomic int64_t pace;
    uint32_t organisation, count;
    bool active, waits; /* for its organisation to be placed in the board */
};

struct accounts {
    pthread_rwlock_t lock;
    struct tree *tree;
    struct board *board;
    const struct seal *seal;
    struct numbers *numbers;
    struct entry *entries;
    struct arena *arena;
    struct series *held;
    uint32_t room, waiting;
};

struct accounts *accounts_new(struct tree *tree, struct board *board, const struct seal *seal, uint32_t most)
{
    struct accounts *accounts = memory_new(sizeof *accounts);
    pthread_rwlock_init(&accounts->lock, NULL);
    accounts->tree = tree;
    accounts->board = board;
    accounts->seal = seal;
    accounts->numbers = numbers_new(most);
    accounts->arena = arena_new(4096, ARENA_CEILING);
    accounts->held = metric_series(METRIC_view_records, "account");
    return accounts;
}

void accounts_free(struct accounts *accounts)
{
    if (!accounts)
        return;
    for (uint32_t i = 0; i < numbers_count(accounts->numbers); i++) {
        free(accounts->entries[i].login);
        free(accounts->entries[i].name);
        free(accounts->entries[i].permissions);
    }
    free(accounts->entries);
    numbers_free(accounts->numbers);
    arena_free(accounts->arena);
    pthread_rwlock_destroy(&accounts->lock);
    free(accounts);
}

/* The entry of the account, a new one if need be; NULL at the ceiling. The lock is held for writing. */
static struct entry *entry_of(struct accounts *accounts, struct id account)
{
    uint32_t number = numbers_give(accounts->numbers, account);
    if (number == NUMBERS_NONE) {
        LOG(view_full, log_text("view", "account"));
        return NULL;
    }
    if (number >= accounts->room) {
        uint32_t room = accounts->room ? accounts->room * 2 : 256;
        accounts->entries = memory_resize(accounts->entries, room * sizeof *accounts->entries);
        memset(accounts->entries + accounts->room, 0, (room - accounts->room) * sizeof *accounts->entries);
        accounts->room = room;
    }
    return &accounts->entries[number];
}

/* The permissions of an account, as numbers; made before the lock is taken, because the tree has its own. */
static struct permission *permissions_of(struct accounts *accounts, const struct account *account)
{
    struct permission *permissions = memory_new_many(account->grants.count + 1, sizeof *permissions);
    for (size_t i = 0; i < account->grants.count; i++) {
        const struct grant *grant = &account->grants.at[i];
        permissions[i].role = catalogue_role_bit(grant->role);
        permissions[i].from = grant->has_from ? grant->from : INT64_MIN;
        permissions[i].until = grant->has_until ? grant->until : INT64_MAX;
        permissions[i].organisation =
            id_is_none(grant->organisation) ? TREE_NONE : tree_number(accounts->tree, grant->organisation);
        if (permissions[i].organisation == TREE_NONE && !id_is_none(grant->organisation))
            permissions[i].role = 0; /* past the tree's ceiling: no right */
    }
    return permissions;
}

static char *name_of(struct accounts *accounts, const struct account *account)
{
    struct buffer plain = buffer_new(NAME_CEILING);
    struct problem problem;
    problem_none(&problem);
    if (!seal_is_sealed(account->name))
        buffer_add_slice(&plain, account->name);
    else if (!seal_show(accounts->seal, account->account, "name", account->name, &plain, &problem))
        LOG(record_refused, log_text("topic", "account"), log_id("account", account->account.bytes),
            log_text("detail", problem.detail));
    char *name = memory_copy(buffer_slice(&plain).at, plain.length);
    buffer_free(&plain);
    return name;
}

static void take_in(struct accounts *accounts, const struct account *account)
{
    uint32_t organisation =
        id_is_none(account->organisation) ? TREE_NONE : tree_number(accounts->tree, account->organisation);
    struct permission *permissions = permissions_of(accounts, account);
    char *name = name_of(accounts, account), *login = memory_copy(account->login.at, account->login.length);
    pthread_rwlock_wrlock(&accounts->lock);
    struct entry *entry = entry_of(accounts, account->account);
    if (entry && account->version >= entry->version) {
        struct entry old = *entry;
        *entry = (struct entry){.login = login, .name = name, .permissions = permissions, .version = account->version,
                                .pace = old.pace, .sessions_from = account->sessions_from, .organisation = organisation,
                                .count = (uint32_t)account->grants.count,
                                .active = account->active, .waits = true};
        accounts->waiting += !old.waits;
        login = old.login;
        name = old.name;
        permissions = old.permissions;
        series_set(accounts->held, numbers_count(accounts->numbers));
    }
    pthread_rwlock_unlock(&accounts->lock);
    free(login);
    free(name);
    free(permissions);
}

/* Members stand in the board where their branch is; whoever is not active is taken out. Only the views' thread writes,
 * so that it may read without the lock. */
static void place(struct accounts *accounts, uint32_t number)
{
    struct entry *entry = &accounts->entries[number];
    bool there = entry->active && entry->organisation != TREE_NONE;
    if (there && !tree_placed(accounts->tree, entry->organisation))
        return;
    if (!board_set_member(accounts->board, numbers_id(accounts->numbers, number),
                          there ? entry->organisation : BOARD_NOWHERE))
        LOG(view_full, log_text("view", "board"));
    entry->waits = false;
    accounts->waiting--;
}

void accounts_apply(void *opaque, const struct record *record)
{
    struct accounts *accounts = opaque;
    struct account account;
    struct problem problem;
    problem_none(&problem);
    if (!record->value.at)
        return; /* accounts end by `active` */
    arena_reset(accounts->arena);
    if (!decode(DECLARED(account), &(struct decode_source){.body = record->value}, DECODE_LENIENT,
                (int)config->json_depth, accounts->arena, NULL, &account, &problem)) {
        LOG(record_refused, log_text("topic", record->topic), log_number("offset", record->offset),
            log_text("detail", problem.detail));
        return;
    }
    take_in(accounts, &account);
    uint32_t number = numbers_find(accounts->numbers, account.account);
    if (number != NUMBERS_NONE && accounts->entries[number].waits)
        place(accounts, number);
}

void accounts_rested(struct accounts *accounts, bool tree_changed)
{
    if (!tree_changed || !accounts->waiting)
        return;
    for (uint32_t i = 0; i < numbers_count(accounts->numbers) && accounts->waiting; i++)
        if (accounts->entries[i].waits)
            place(accounts, i);
}

/* The lock is held. */
static struct entry *find(const struct accounts *accounts, struct id account)
{
    uint32_t number = numbers_find(accounts->numbers, account);
    return number == NUMBERS_NONE ? NULL : &accounts->entries[number];
}

static bool lets_in(const struct entry *entry, int64_t issued_ms)
{
    return entry && entry->active && issued_ms >= entry->sessions_from;
}

/* Copies what holds at `now`, if `copies` is not NULL; the roles and how many they are. The lock is held. */
static size_t holding(const struct entry *entry, int64_t now, struct permission *copies, uint64_t *ret_roles)
{
    size_t count = 0;
    *ret_roles = 0;
    for (uint32_t i = 0; i < entry->count; i++) {
        const struct permission *permission = &entry->permissions[i];
        if (now < permission->from || now >= permission->until)
            continue;
        *ret_roles |= permission->role;
        if (copies)
            copies[count++] = *permission;
    }
    return count;
}

enum admitted accounts_admit(struct accounts *accounts, struct id account, int64_t issued_ms, int64_t now,
                             const struct pace *pace, struct arena *arena, struct caller *ret_caller, int64_t *ret_wait_ms)
{
    pthread_rwlock_rdlock(&accounts->lock);
    struct entry *entry = find(accounts, account);
    enum admitted admitted = entry ? ADMITTED_NOT : ADMITTED_UNKNOWN;
    if (lets_in(entry, issued_ms)) {
        struct permission *copies = arena_take(arena, (entry->count + 1) * sizeof *copies);
        *ret_caller = (struct caller){.account = account, .organisation = entry->organisation, .permissions = copies,
                                      .issued_ms = issued_ms};
        ret_caller->count = holding(entry, now, copies, &ret_caller->roles);
        admitted = pace_take(&entry->pace, pace, clock_monotonic_us(), ret_wait_ms) ? ADMITTED : ADMITTED_LATER;
    }
    pthread_rwlock_unlock(&accounts->lock);
    return admitted;
}

bool accounts_roles(struct accounts *accounts, struct id account, int64_t issued_ms, int64_t now, uint64_t *ret_roles)
{
    pthread_rwlock_rdlock(&accounts->lock);
    const struct entry *entry = find(accounts, account);
    bool held = lets_in(entry, issued_ms);
    if (held)
        (void)holding(entry, now, NULL, ret_roles);
    pthread_rwlock_unlock(&accounts->lock);
    return held;
}

bool accounts_hold(struct accounts *accounts, struct id account, int64_t issued_ms)
{
    pthread_rwlock_rdlock(&accounts->lock);
    bool held = lets_in(find(accounts, account), issued_ms);
    pthread_rwlock_unlock(&accounts->lock);
    return held;
}

bool accounts_reached(struct accounts *accounts, struct id account, int64_t version)
{
    pthread_rwlock_rdlock(&accounts->lock);
    const struct entry *entry = find(accounts, account);
    bool reached = entry && entry->version >= version;
    pthread_rwlock_unlock(&accounts->lock);
    return reached;
}

bool accounts_branch(struct accounts *accounts, struct id account, uint32_t *ret_organisation)
{
    pthread_rwlock_rdlock(&accounts->lock);
    const struct entry *entry = find(accounts, account);
    if (entry)
        *ret_organisation = entry->organisation;
    pthread_rwlock_unlock(&accounts->lock);
    return entry != NULL;
}

bool accounts_show(struct accounts *accounts, struct id account, struct buffer *login, struct buffer *name)
{
    pthread_rwlock_rdlock(&accounts->lock);
    const struct entry *entry = find(accounts, account);
    if (entry) {
        buffer_add_text(login, entry->login);
        buffer_add_text(name, entry->name);
    }
    pthread_rwlock_unlock(&accounts->lock);
    return entry != NULL;
}

void accounts_lock(struct accounts *accounts)
{
    pthread_rwlock_rdlock(&accounts->lock);
}

void accounts_unlock(struct accounts *accounts)
{
    pthread_rwlock_unlock(&accounts->lock);
}

struct slice accounts_name(const struct accounts *accounts, struct id account)
{
    const struct entry *entry = find(accounts, account);
    return entry ? slice_of(entry->name) : SLICE("");
}

bool accounts_named(struct accounts *accounts, const char *text, uint32_t some, uint32_t *next, struct buffer *ids)
{
    pthread_rwlock_rdlock(&accounts->lock);
    uint32_t count = numbers_count(accounts->numbers), end = count - *next > some ? *next + some : count;
    for (; *next < end; ++*next) {
        const struct entry *entry = &accounts->entries[*next];
        if (entry->login && (strcasestr(entry->name, text) || strcasestr(entry->login, text))) {
            struct id id = numbers_id(accounts->numbers, *next);
            buffer_add(ids, (const char *)id.bytes, sizeof id.bytes);
        }
    }
    pthread_rwlock_unlock(&accounts->lock);
    return end < count;
}

static enum resolved resolve_account(struct front *front, struct reference_asked *asked)
{
    struct id account;
    memcpy(&account, asked->value, sizeof account);
    if (!accounts_branch(front->accounts, account, &asked->organisation))
        return RESOLVED_UNKNOWN;
    if (asked->organisation == TREE_NONE)
        asked->organisation = tree_root(front->tree);
    return RESOLVED;
}

static enum resolved resolve_organisation(struct front *front, struct reference_asked *asked)
{
    struct id organisation;
    memcpy(&organisation, asked->value, sizeof organisation);
    asked->organisation = tree_find(front->tree, organisation);
    return asked->organisation == TREE_NONE ? RESOLVED_UNKNOWN : RESOLVED;
}

/* Attempts and commands carry in their ids whose they are. */
static enum resolved resolve_own(struct front *front, struct reference_asked *asked)
{
    struct id id;
    memcpy(&id, asked->value, sizeof id);
    return id_owner_is(front->id_key, id, asked->actor) ? RESOLVED : RESOLVED_FOREIGN;
}

static struct grant *grants_of(struct visit *visit, size_t *ret_count)
{
    struct grant *grants = arena_take(visit->arena, (visit->caller.count + 1) * sizeof *grants);
    size_t count = 0;
    for (size_t i = 0; grants && i < visit->caller.count; i++) {
        const struct permission *permission = &visit->caller.permissions[i];
        if (!permission->role)
            continue;
        grants[count] = (struct grant){.role = slice_of(catalogue_roles[__builtin_ctzll(permission->role)].name),
                                       .has_until = permission->until != INT64_MAX,
                                       .until = permission->until};
        if (permission->organisation != TREE_NONE &&
            !tree_show(visit->front->tree, permission->organisation, &grants[count].organisation, NULL, NULL))
            continue;
        count++;
    }
    *ret_count = count;
    return grants;
}

/* What the view knows, and whether a factor is enrolled, where that came. */
static void tell_me(struct visit *visit, bool has_factor, bool factor)
{
    struct buffer login = buffer_new(NAME_CEILING), name = buffer_new(NAME_CEILING);
    struct buffer branch = buffer_new(NAME_CEILING);
    struct my_account mine = {.account = visit->caller.account, .has_factor = has_factor, .factor = factor};
    mine.grants.at = grants_of(visit, &mine.grants.count);
    bool there = accounts_show(visit->front->accounts, mine.account, &login, &name) &&
                 (visit->caller.organisation == TREE_NONE ||
                  tree_show(visit->front->tree, visit->caller.organisation, &mine.organisation, &branch, NULL));
    mine.login = buffer_slice(&login);
    mine.name = buffer_slice(&name);
    mine.organisation_name = buffer_slice(&branch);
    if (there)
        query_answer_one(visit, &mine);
    else
        visit_refuse_as(visit, PROBLEM_starting, "Your branch is not known here yet", "您的党支部信息尚未就绪");
    buffer_free(&login);
    buffer_free(&name);
    buffer_free(&branch);
}

static void factor_came(void *context, const struct rows *rows, const struct sql_failure *failure)
{
    tell_me(context, !failure, !failure && row_bool(rows, 0, 0));
}

/* Who one is, the view says, without PostgreSQL too. */
static void answer_me(struct visit *visit)
{
    auto_arguments arguments = arguments_new(64);
    struct pool_reach reach = reach_rows(visit);
    value_id(argument(&arguments), visit->caller.account.bytes);
    if (!pool_ask(visit->hall->pool, "my_factor", &arguments, &reach, factor_came, visit))
        tell_me(visit, false, false);
}

void accounts_offer(struct front *front)
{
    front->resolve[REFERS_account] = resolve_account;
    front->resolve[REFERS_organisation] = resolve_organisation;
    front->resolve[REFERS_part] = resolve_organisation;
    front->resolve[REFERS_attempt] = resolve_own;
    front->resolve[REFERS_command] = resolve_own;
    front_offer_answer(front, DECLARED(me), answer_me);
}
