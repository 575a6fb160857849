/* Rotation of keys: everything that is stored sealed, sealed anew under the first key of the ring, chunk by chunk.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/affairs/account.h"
#include "consumers/fetched.h"
#include "consumers/gathering.h"
#include "consumers/handler.h"
#include "consumers/security/audit.h"
#include "topics/person_field.h"

enum { CHUNK = 500, LARGE_CHUNK = 4, ROW_BYTES = 4096, TAIL = 4 };
enum { LINE = 4 }; /* the column of a row that has one */
#define PLAIN_BYTES ((size_t)24 << 20)

enum verdict key_rotate_decide(struct work *work, const struct key_rotate *command);
enum verdict key_sweep_decide(struct work *work, const struct key_sweep *event);

/* A part: which rows, how they are written back, how many at a time; whether they are found by their line beside the id. */
static const struct part {
    const char *fetch, *write;
    int chunk;
    bool lines;
} parts[] = {
    [ROTATION_FACTS] = {"sealed_facts", "reseal_facts", CHUNK, false},
    [ROTATION_PARKED] = {"sealed_parked", "reseal_parked", LARGE_CHUNK, false},
    [ROTATION_ACCOUNTS] = {"sealed_accounts", NULL, CHUNK, false},
    [ROTATION_PHOTOGRAPHS] = {"sealed_photographs", "reseal_photographs", LARGE_CHUNK, false},
    [ROTATION_IMPORTS] = {"sealed_imports", "reseal_imports", CHUNK, true},
};

/* A chunk under way. */
struct sweep {
    struct work *work;
    const struct part *part;
    struct rows *rows;
    size_t count, sealed, unreadable;
};

static bool index_anew(struct work *work, struct id person, const char *kind, struct slice value)
{
    auto_arguments arguments = arguments_new(ROW_BYTES);
    uint8_t hash[16];
    seal_index_under(work->gathering->seal, 0, kind, value, hash);
    value_id(argument(&arguments), person.bytes);
    value_text(argument_array(&arguments, SQL_TEXT, 1), slice_of(kind));
    value_bytes(argument_array(&arguments, SQL_BYTEA, 1), (struct slice){(const char *)hash, sizeof hash});
    return sql_run(work->connection, "person_index", &arguments, NULL);
}

/* The indexes of a value that holds. */
static bool index_value(struct sweep *sweep, size_t row, struct slice plain)
{
    const struct person_field *field = person_field(row_text(sweep->rows, row, 3));
    struct id person = id_at(sweep->rows, row, 1);
    if (row_number(sweep->rows, row, 4) != FACT_CURRENT || !field)
        return true;
    if (field->form == FORM_resident_id)
        return index_anew(sweep->work, person, "resident_id", plain);
    return field->form != FORM_mobile || plain.length < TAIL ||
           (index_anew(sweep->work, person, "mobile", plain) &&
            index_anew(sweep->work, person, "mobile_tail", (struct slice){plain.at + plain.length - TAIL, TAIL}));
}

static bool under_first(const struct seal *seal, struct slice sealed)
{
    char kid[SEAL_KID];
    seal_kid(seal, kid);
    return sealed.length > 3 + SEAL_KID && memcmp(sealed.at + 3, kid, SEAL_KID) == 0;
}

/* One row, opened by whichever key, its text sealed anew; what no key opens stays. */
static bool seal_anew(struct sweep *sweep, size_t row, struct slice *ret_sealed)
{
    const struct seal *seal = sweep->work->gathering->seal;
    struct id subject = id_at(sweep->rows, row, 1);
    struct buffer plain = buffer_new(PLAIN_BYTES), sealed = buffer_new(2 * PLAIN_BYTES);
    struct slice name = row_text(sweep->rows, row, 3);
    char field[64] = "";
    struct problem problem;
    problem_none(&problem);
    memcpy(field, name.at, name.length < sizeof field - 1 ? name.length : sizeof field - 1);
    bool fine = true;
    *ret_sealed = (struct slice){NULL, 0};
    if (seal_show(seal, subject, field, row_text(sweep->rows, row, 2), &plain, &problem)) {
        seal_hide(seal, subject, field, buffer_slice(&plain), &sealed);
        fine = index_value(sweep, row, buffer_slice(&plain));
        *ret_sealed = (struct slice){arena_copy(sweep->work->arena, buffer_slice(&sealed)), sealed.length};
        fine = fine && ret_sealed->at;
    } else {
        sweep->unreadable++;
    }
    if (plain.at)
        explicit_bzero(plain.at, plain.length);
    buffer_free(&plain);
    buffer_free(&sealed);
    return fine;
}

static bool seal_rows(struct sweep *sweep)
{
    struct slice *sealed = arena_take(sweep->work->arena, (sweep->count + 1) * sizeof *sealed);
    bool fine = sealed != NULL;
    for (size_t i = 0; i < sweep->count && fine; i++) {
        if (under_first(sweep->work->gathering->seal, row_text(sweep->rows, i, 2)))
            continue;
        fine = seal_anew(sweep, i, &sealed[i]);
        sweep->sealed += fine && sealed[i].at != NULL;
    }
    if (!fine || sweep->sealed == 0)
        return fine;
    auto_arguments arguments = arguments_new(4 * PLAIN_BYTES);
    struct buffer *ids = argument_array(&arguments, SQL_UUID, sweep->sealed);
    for (size_t i = 0; i < sweep->count; i++)
        if (sealed[i].at)
            value_id(ids, id_at(sweep->rows, i, 0).bytes);
    struct buffer *texts = argument_array(&arguments, SQL_TEXT, sweep->sealed);
    for (size_t i = 0; i < sweep->count; i++)
        if (sealed[i].at)
            value_text(texts, sealed[i]);
    struct buffer *lines = sweep->part->lines ? argument_array(&arguments, SQL_INT4, sweep->sealed) : NULL;
    for (size_t i = 0; i < sweep->count && lines; i++)
        if (sealed[i].at)
            value_int4(lines, (int32_t)row_number(sweep->rows, i, LINE));
    return sql_run(sweep->work->connection, sweep->part->write, &arguments, NULL);
}

/* Names stand sealed only on the topic, where what is said again takes the place of what was said. */
static bool say_accounts(struct sweep *sweep)
{
    struct id *accounts = arena_take(sweep->work->arena, (sweep->count + 1) * sizeof *accounts);
    for (size_t i = 0; i < sweep->count && accounts; i++)
        accounts[i] = id_at(sweep->rows, i, 0);
    sweep->sealed = sweep->count;
    return accounts && (sweep->count == 0 || accounts_say(sweep->work, accounts, sweep->count));
}

static bool move(struct sweep *sweep, const struct key_sweep *next)
{
    auto_arguments arguments = arguments_new(256);
    value_id(argument(&arguments), next->rotation.bytes);
    value_int2(argument(&arguments), (int16_t)next->part);
    value_int8(argument(&arguments), (int64_t)sweep->sealed);
    value_int8(argument(&arguments), (int64_t)sweep->unreadable);
    value_time(argument(&arguments), sweep->work->accepted);
    return sql_run(sweep->work->connection, "rotation_move", &arguments, NULL);
}

static bool fetch(struct sweep *sweep, const struct key_sweep *event)
{
    auto_arguments arguments = arguments_new(256);
    value_id(argument(&arguments), event->after.bytes);
    value_int8(argument(&arguments), sweep->part->chunk);
    if (sweep->part->lines)
        value_int4(argument(&arguments), event->has_line ? (int32_t)event->line : 0);
    if (!sql_run(sweep->work->connection, sweep->part->fetch, &arguments, &sweep->rows))
        return false;
    sweep->count = rows_count(sweep->rows);
    return true;
}

enum verdict key_sweep_decide(struct work *work, const struct key_sweep *event)
{
    struct key_sweep next = *event;
    if (event->part >= ROTATION_DONE)
        return APPLIED;
    struct sweep sweep = {.work = work, .part = &parts[event->part]};
    bool fine = fetch(&sweep, event) && (sweep.part->write ? seal_rows(&sweep) : say_accounts(&sweep));
    if (fine && sweep.count == (size_t)sweep.part->chunk) {
        next.after = id_at(sweep.rows, sweep.count - 1, 0);
        next.has_line = sweep.part->lines;
        next.line = next.has_line ? row_number(sweep.rows, sweep.count - 1, LINE) : 0;
    } else {
        next = (struct key_sweep){.rotation = event->rotation, .part = event->part + 1};
    }
    rows_free(sweep.rows);
    if (!fine || !move(&sweep, &next))
        return FAILED;
    if (next.part != ROTATION_DONE)
        work_say(work, DECLARED(key_sweep), &next);
    return APPLIED;
}

enum verdict key_rotate_decide(struct work *work, const struct key_rotate *command)
{
    auto_arguments arguments = arguments_new(ROW_BYTES);
    auto_rows *rows = NULL;
    struct key_sweep first = {.rotation = work->envelope->id, .part = ROTATION_FACTS};
    char kid[SEAL_KID];
    seal_kid(work->gathering->seal, kid);
    value_id(argument(&arguments), work->envelope->id.bytes);
    value_text(argument(&arguments), (struct slice){kid, SEAL_KID});
    value_text(argument(&arguments), command->reason);
    value_id(argument(&arguments), work->envelope->actor.bytes);
    value_time(argument(&arguments), work->accepted);
    if (!sql_run(work->connection, "rotation_begin", &arguments, &rows))
        return FAILED;
    if (rows_count(rows) == 0)
        return work_reject(work, conflict, "A rotation is under way: see how far it is, and wait for its end",
                           "密钥轮换正在进行，请查看进度并等待完成");
    work_say(work, DECLARED(key_sweep), &first);
    return audit_add(work, work->envelope->id, (struct id){{0}}, command->reason) ? APPLIED : FAILED;
}
