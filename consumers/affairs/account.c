/* Accounts as the front is to know them.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/affairs/account.h"

#include "consumers/fetched.h"
#include "consumers/gathering.h"
#include "topics/decode.h"

static bool say_one(struct work *work, const struct rows *rows, size_t row, struct buffer *sealed)
{
    struct account state = {
        .version = row_number(rows, row, 1),
        .login = row_text(rows, row, 2),
        .active = row_bool(rows, row, 5),
        .sessions_from = row_time(rows, row, 6),
    };
    struct problem problem;
    struct grants_held list;
    state.account = id_at(rows, row, 0);
    state.organisation = id_at(rows, row, 4);
    buffer_empty(sealed);
    seal_hide(work->gathering->seal, state.account, "name", row_text(rows, row, 3), sealed);
    state.name = buffer_slice(sealed);
    problem_none(&problem);
    if (!decode_record(grants_held_shape(), row_text(rows, row, 7), DECODE_STRICT, work->arena, &list, &problem))
        return false;
    state.grants.at = list.grants.at;
    state.grants.count = list.grants.count;
    work_say(work, DECLARED(account), &state);
    work->account = state.account;
    work->account_version = state.version;
    return true;
}

bool accounts_say(struct work *work, const struct id *accounts, size_t count)
{
    auto_arguments arguments = arguments_new(64 + count * 24);
    auto_rows *rows = NULL;
    struct buffer sealed = buffer_new(4096);
    struct buffer *array = argument_array(&arguments, SQL_UUID, count);
    for (size_t i = 0; i < count; i++)
        value_id(array, accounts[i].bytes);
    value_time(argument(&arguments), work->accepted);
    if (!sql_run(work->connection, "account_states", &arguments, &rows))
        return false;
    bool fine = true;
    for (size_t i = 0; i < rows_count(rows) && fine; i++)
        fine = say_one(work, rows, i, &sealed);
    buffer_free(&sealed);
    return fine;
}
