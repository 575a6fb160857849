/* A confirmed import on its way into the record, row by row, and a whole one on its way out again.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/data/import_enter.h"
#include "consumers/fetched.h"
#include "consumers/gathering.h"
#include "consumers/handler.h"
#include "consumers/procedure/effect.h"
#include "consumers/security/audit.h"
#include "process/clock.h"
#include "process/config.h"
#include "sql/transaction.h"

enum verdict import_run_decide(struct work *work, const struct import_run *event);
enum verdict import_row_decide(struct work *work, const struct import_row *event);
effect_take import_apply_follow, import_reverse_follow;

enum { ROW_BYTES = 65536 };

/* Sets an import going that a second person has confirmed. */
static enum verdict follow(struct work *work, const struct case_followed *followed, bool back)
{
    auto_arguments arguments = arguments_new(512);
    struct import_known known;
    struct id import;
    bool there;
    if (!effect_id(work, followed, "import", &import))
        return REJECTED;
    if (!import_lock(work, import, &there, &known))
        return FAILED;
    if (!there || !id_equal(known.organisation, followed->organisation))
        return work_reject(work, not_found, "The organisation has no such import", "该党组织没有这批导入");
    if (id_equal(known.begun_by, followed->actor) && !back)
        return work_reject(work, own_matter, "Whoever brought the file does not confirm it", "导入人不能确认自己的导入");
    if (known.state != (back ? IMPORT_APPLIED : IMPORT_CHECKED))
        return work_reject(work, conflict, "It is not where this could be done: see its state", "该批导入的当前状态不允许此操作");
    value_id(argument(&arguments), import.bytes);
    value_int2(argument(&arguments), back ? IMPORT_REVERSING : IMPORT_APPLYING);
    value_id(argument(&arguments), followed->matter.bytes);
    value_id(argument(&arguments), followed->actor.bytes);
    value_time(argument(&arguments), work->accepted);
    if (!sql_run(work->connection, "import_confirm", &arguments, NULL))
        return FAILED;
    struct import_run first = {.import = import, .back = back};
    work_say(work, DECLARED(import_run), &first);
    return audit_add(work, import, known.organisation, (struct slice){NULL, 0}) ? APPLIED : FAILED;
}

enum verdict import_apply_follow(struct work *work, const struct case_followed *followed)
{
    return follow(work, followed, false);
}

enum verdict import_reverse_follow(struct work *work, const struct case_followed *followed)
{
    return follow(work, followed, true);
}

static bool going(const struct import_known *known, bool back)
{
    return known->state == (back ? IMPORT_REVERSING : IMPORT_APPLYING);
}

static bool end_run(struct work *work, const struct import_known *known, bool back)
{
    auto_arguments arguments = arguments_new(256);
    value_id(argument(&arguments), known->id.bytes);
    return (known->kind == IMPORT_ORGANISATIONS || sql_run(work->connection, "import_wipe", &arguments, NULL)) &&
           import_move(work, known->id, back ? IMPORT_REVERSED : IMPORT_APPLIED, known->rows);
}

/* Sends the next rows, each as a message of its own, and itself behind them: so it comes back when they are done. */
enum verdict import_run_decide(struct work *work, const struct import_run *event)
{
    auto_arguments arguments = arguments_new(256);
    auto_rows *rows = NULL;
    struct import_known known;
    bool there;
    if (!import_lock(work, event->import, &there, &known))
        return FAILED;
    if (!there || !going(&known, event->back))
        return APPLIED;
    value_id(argument(&arguments), known.id.bytes);
    value_bool(argument(&arguments), event->back);
    value_int4(argument(&arguments), (int32_t)event->after);
    value_int8(argument(&arguments), config->import_chunk);
    if (!sql_run(work->connection, "import_pending", &arguments, &rows))
        return FAILED;
    size_t count = rows_count(rows);
    if (count == 0)
        return end_run(work, &known, event->back) ? APPLIED : FAILED;
    struct import_run next = *event;
    for (size_t i = 0; i < count; i++) {
        struct import_row row = {.import = known.id, .back = event->back, .row = row_number(rows, i, 0)};
        work_say(work, DECLARED(import_row), &row);
        next.after = row.row;
    }
    work_say(work, DECLARED(import_run), &next);
    return import_move(work, known.id, known.state, known.done + (int64_t)count) ? APPLIED : FAILED;
}

static bool keep_fate(struct work *work, const struct import_entry *entry, struct slice faults)
{
    auto_arguments arguments = arguments_new(2 * ROW_BYTES);
    value_id(argument(&arguments), entry->known->id.bytes);
    value_int4(argument(&arguments), (int32_t)entry->line);
    value_int2(argument(&arguments), (int16_t)entry->fate);
    value_jsonb(argument(&arguments), faults);
    value_id(argument(&arguments), id_is_none(entry->target) ? NULL : entry->target.bytes);
    if (entry->before.at)
        value_jsonb(argument(&arguments), entry->before);
    else
        value_null(argument(&arguments));
    value_bool(argument(&arguments), entry->known->kind != IMPORT_ORGANISATIONS);
    return sql_run(work->connection, "import_row_done", &arguments, NULL);
}

/* Does it, and where it is refused goes back to where nothing of it was done. */
static enum verdict take(struct work *work, struct import_entry *entry, bool back)
{
    bool tree = entry->known->kind == IMPORT_ORGANISATIONS;
    struct gathering *gathering = work->gathering;
    struct copy_mark said = copy_mark(gathering->outbox);
    size_t set = timers_mark(gathering->timers);
    struct id target = entry->target;
    if (!transaction_mark(work->connection))
        return FAILED;
    enum verdict verdict = back  ? (tree ? import_undo_organisation : import_undo_person)(work, entry)
                           : tree ? import_enter_organisation(work, entry)
                                  : import_enter_person(work, entry);
    if (verdict != REJECTED)
        return verdict;
    copy_back(gathering->outbox, said);
    timers_back(gathering->timers, set);
    entry->target = target;
    entry->fate = back ? ROW_KEPT : ROW_REFUSED;
    return transaction_back(work->connection) ? REJECTED : FAILED;
}

static enum verdict take_and_note(struct work *work, struct import_entry *entry, bool back)
{
    struct buffer faults = buffer_new(ROW_BYTES);
    enum verdict verdict = take(work, entry, back);
    if (verdict == REJECTED)
        import_refusal_write(entry->line, &work->problem, &faults);
    else
        import_faults_write(&entry->known->columns, entry->line, &entry->notes, &faults);
    bool kept = verdict != FAILED && keep_fate(work, entry, buffer_slice(&faults));
    buffer_free(&faults);
    problem_none(&work->problem);
    return kept ? APPLIED : FAILED;
}

enum verdict import_row_decide(struct work *work, const struct import_row *event)
{
    auto_arguments arguments = arguments_new(256);
    auto_rows *rows = NULL;
    struct import_known known;
    struct import_entry entry = {.known = &known, .line = event->row};
    struct import_faults ignored = {.count = 0};
    bool there;
    if (!import_lock(work, event->import, &there, &known))
        return FAILED;
    if (!there || !going(&known, event->back))
        return APPLIED;
    value_id(argument(&arguments), known.id.bytes);
    value_int4(argument(&arguments), (int32_t)event->row);
    if (!sql_run(work->connection, "import_row_lock", &arguments, &rows))
        return FAILED;
    entry.fate = rows_count(rows) == 1 ? (int)row_number(rows, 0, 1) : ROW_BAD;
    if (event->back ? entry.fate != ROW_ENTERED && entry.fate != ROW_UPDATED : entry.fate != ROW_GOOD)
        return APPLIED;
    entry.target = id_at(rows, 0, 2);
    entry.before = text_at(rows, 0, 3, work->arena);
    bool kept = !row_null(rows, 0, 0); /* of people only till they are entered */
    if (kept && (!import_cells_open(work, &known, row_text(rows, 0, 0), &entry.values) ||
                 !import_values_read((enum import_kind)known.kind, clock_day(work->accepted), work->arena, &entry.values,
                                     &ignored)))
        return FAILED;
    return take_and_note(work, &entry, event->back);
}
