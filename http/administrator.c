/* The first account of an empty house.  SPDX-License-Identifier: Apache-2.0 */
#include "http/administrator.h"

#include <stdio.h>

#include "http/password.h"
#include "http/said.h"
#include "process/clock.h"
#include "process/config.h"
#include "process/life.h"
#include "sql/transaction.h"
#include "topics/encode.h"
#include "topics/messages.h"
#include "topics/seal.h"

enum { TEXT_MOST = 16384 };
static const struct slice shown_name = SLICE("系统初始管理员");

/* The account's record for the front's view, packed for the outbox. */
static void pack_state(const struct seal *seal, struct id account, int64_t now, struct buffer *packed)
{
    static const char *const roles[] = {"county_administrator", "security_administrator", "operator", "screen"};
    struct grant grants[sizeof roles / sizeof *roles];
    struct buffer sealed = buffer_new(TEXT_MOST), value = buffer_new(TEXT_MOST);
    memset(grants, 0, sizeof grants);
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        grants[i].role = slice_of(roles[i]);
    seal_hide(seal, account, "name", shown_name, &sealed);
    struct account state = {
        .account = account,
        .version = 1,
        .login = slice_of(config->admin),
        .name = buffer_slice(&sealed),
        .active = true,
        .sessions_from = now,
        .grants = {grants, sizeof roles / sizeof *roles},
    };
    encode(&value, account_shape(), &state);
    said_pack(packed, DECLARED(account), account, (struct id){0}, now, buffer_slice(&value));
    buffer_free(&value);
    buffer_free(&sealed);
}

/* One durable call of session.first(); false where PostgreSQL failed. */
static bool make(struct sql_connection *connection, const struct seal *seal, bool *ret_made)
{
    struct id account = id_random();
    int64_t now = clock_now();
    auto_arguments arguments = arguments_new(4 * TEXT_MOST);
    auto_rows *rows = NULL;
    struct buffer phc = buffer_new(TEXT_MOST), packed = buffer_new(4 * TEXT_MOST);
    pack_state(seal, account, now, &packed);
    password_hash(slice_of(config->admin_password), &phc);
    value_id(argument(&arguments), account.bytes);
    value_text(argument(&arguments), slice_of(config->admin));
    value_text(argument(&arguments), shown_name);
    value_text(argument(&arguments), buffer_slice(&phc));
    value_time(argument(&arguments), now);
    value_bytes(argument(&arguments), buffer_slice(&packed));
    bool fine = transaction_begin(connection, DURABLE) && sql_run(connection, "session_first", &arguments, &rows) &&
                transaction_commit(connection) == COMMIT_DONE;
    if (fine)
        *ret_made = row_bool(rows, 0, 0);
    buffer_free(&phc);
    buffer_free(&packed);
    return fine;
}

int administrator_make(void)
{
    struct sql_failure failure;
    struct problem problem;
    struct seal *seal;
    auto_connection *connection = NULL;
    bool made = false;
    problem_none(&problem);
    if (strlen(config->admin) < 3 || strlen(config->admin_password) < 8) {
        fprintf(stderr, "administrator: BAOTING_ADMIN needs 3 characters, BAOTING_ADMIN_PASSWORD 8\n");
        return LIFE_CONFIG;
    }
    if (!seal_new(config->seal_key, &seal, &problem)) {
        fprintf(stderr, "administrator: %s\n", problem.detail);
        return LIFE_CONFIG;
    }
    bool fine = sql_open(config->front_database, "administrator", &connection, &failure) && make(connection, seal, &made);
    seal_free(seal);
    if (!fine) {
        fprintf(stderr, "administrator: %s\n", connection ? sql_failure(connection)->text : failure.text);
        return LIFE_UNAVAILABLE;
    }
    printf("administrator: %s\n", made ? "made" : "there are accounts already");
    return LIFE_WELL;
}
