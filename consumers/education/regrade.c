/* Corrected keys: proposed with whom they change, adopted, and every sheet marked again.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/education/exam_desk.h"
#include "consumers/education/sheet.h"
#include "consumers/fetched.h"
#include "consumers/handler.h"
#include "process/config.h"
#include "sql/copy.h"
#include "topics/decode.h"
#include "topics/encode.h"

enum verdict key_propose_decide(struct work *work, const struct key_propose *command);
enum verdict key_adopt_decide(struct work *work, const struct key_adopt *command);
enum verdict regrade_sweep_decide(struct work *work, const struct regrade_sweep *event);
void exam_regrade_want(struct work *work, const struct exam_regrade *event);
enum verdict exam_regrade_decide(struct work *work, const struct exam_regrade *event);

enum { CHUNK = 500, CHANGES_SHOWN = 100 };

/* What a proposal is tried on. */
struct trial {
    struct work *work;
    const struct paper *paper;
    struct grading_paper *proposed; /* the one question, as number 1, under the proposed key */
    int64_t question;
    struct key_proposed result;
    struct key_change *changes;
    struct copy *kept; /* all of them, a chunk at a time */
};

/* The answer to the question that counts: the listed or the saved one, whichever has the greater (writer, seq). */
static bool find_answer(const struct rows *rows, size_t i, int64_t question, struct arena *arena,
                        const struct answer **ret_answer)
{
    const struct written *best = NULL;
    struct problem problem;
    problem_none(&problem);
    if (!sheet_answers(row_text(rows, i, 3), arena, &best))
        return false;
    while (best && best->question != question)
        best = best->next;
    *ret_answer = best ? best->answer : NULL;
    int64_t writer = row_number(rows, i, 5), seq = row_number(rows, i, 6);
    if (row_null(rows, i, 5) || (best && (best->writer > writer || (best->writer == writer && best->seq >= seq))))
        return true;
    struct answer *saved = arena_take(arena, sizeof *saved);
    *ret_answer = saved;
    return saved && decode_record(answer_shape(), row_text(rows, i, 7), DECODE_LENIENT, arena, saved, &problem);
}

static void keep_change(struct trial *trial, const struct key_change *change)
{
    struct buffer *row = copy_row(trial->kept);
    value_id(row, trial->work->envelope->id.bytes);
    value_id(row, change->member.bytes);
    value_int2(row, (int16_t)change->number);
    value_int4(row, (int32_t)change->before);
    value_int4(row, (int32_t)change->after);
    if (trial->result.changed < CHANGES_SHOWN)
        trial->changes[trial->result.changed] = *change;
    trial->result.changed++;
}

static bool try_sheet(struct trial *trial, const struct rows *rows, size_t i, struct arena *arena)
{
    const struct answer *answer;
    if (!row_bool(rows, i, 4))
        return true;
    if (!find_answer(rows, i, trial->question, arena, &answer))
        return false;
    int64_t before = grading_mark(trial->paper->grading, trial->question, answer);
    int64_t after = grading_mark(trial->proposed, 1, answer);
    trial->result.sheets++;
    if (before == after)
        return true;
    struct key_change change = {.member = id_at(rows, i, 0), .number = row_number(rows, i, 1)};
    change.before = row_number(rows, i, 2);
    change.after = change.before - before + after;
    keep_change(trial, &change);
    return true;
}

/* Tries the key on all sheets that hold the question, in chunks, each in memory of its own. */
static bool try_all(struct trial *trial, struct id exam)
{
    struct id after = {0};
    bool fine = true, more = true;
    trial->kept = copy_new("key_change", "proposal, member, number, before, after", 5, (size_t)config->batch_arena_bytes);
    while (fine && more) {
        auto_arguments arguments = arguments_new(128);
        auto_rows *rows = NULL;
        struct arena *arena = arena_new(65536, (size_t)config->batch_arena_bytes);
        value_id(argument(&arguments), exam.bytes);
        value_id(argument(&arguments), after.bytes);
        value_int4(argument(&arguments), CHUNK);
        value_int4(argument(&arguments), (int32_t)trial->question);
        fine = sql_run(trial->work->connection, "sheets_with_question", &arguments, &rows);
        for (size_t i = 0; fine && i < rows_count(rows); i++) {
            fine = try_sheet(trial, rows, i, arena);
            after = id_at(rows, i, 0);
        }
        more = fine && rows_count(rows) > 0;
        fine = fine && copy_send(trial->kept, trial->work->connection);
        copy_empty(trial->kept);
        arena_free(arena);
    }
    copy_free(trial->kept);
    return fine;
}

static bool keep_proposal(struct work *work, const struct key_propose *command, const struct answer_key *key,
                          const struct key_proposed *result)
{
    auto_arguments arguments = arguments_new((size_t)config->message_bytes);
    struct buffer json = buffer_new((size_t)config->message_bytes);
    encode(&json, answer_key_shape(), key);
    value_id(argument(&arguments), work->envelope->id.bytes);
    value_id(argument(&arguments), command->exam.bytes);
    value_int2(argument(&arguments), (int16_t)command->question);
    value_text(argument(&arguments), buffer_slice(&json));
    value_text(argument(&arguments), command->reason);
    value_id(argument(&arguments), work->envelope->actor.bytes);
    value_time(argument(&arguments), work->accepted);
    value_int4(argument(&arguments), (int32_t)result->sheets);
    value_int4(argument(&arguments), (int32_t)result->changed);
    buffer_free(&json);
    return sql_run(work->connection, "key_propose", &arguments, NULL);
}

/* The proposed key in both its forms; a void question keeps what is in force, so that it can be made good again. False
 * where it does not fit the question. */
static bool proposed_key(const struct answer_key *proposed, const struct question_key *now, struct arena *arena,
                         struct question_key *ret_key, struct answer_key *ret_stored)
{
    if (proposed->has_voided && proposed->voided) {
        *ret_key = *now;
        ret_key->voided = true;
        return paper_key_stored(ret_key, arena, ret_stored);
    }
    *ret_stored = *proposed;
    return paper_key(proposed, now->kind, now->options, now->rights, arena, ret_key) &&
           ret_key->blank_count == now->blank_count &&
           question_key_fault(ret_key, &question_limits_catalogue) == FAULT_none;
}

enum verdict key_propose_decide(struct work *work, const struct key_propose *command)
{
    struct trial trial = {.work = work, .question = command->question};
    struct question_key key;
    struct answer_key stored;
    trial.changes = arena_take(work->arena, CHANGES_SHOWN * sizeof *trial.changes);
    if (!trial.changes ||
        !exam_desk_published(work->desk, work->connection, work->arena, command->exam, &trial.paper))
        return FAILED;
    if (!trial.paper)
        return work_reject(work, not_found, "There is no such published examination", "没有这场已发布的考试");
    if (command->question < 1 || (size_t)command->question > trial.paper->count)
        return work_reject(work, not_found, "There is no such question in the paper", "试卷中没有这道题");
    const struct grading_item *item = &trial.paper->items[command->question - 1];
    if (!proposed_key(&command->key, item->key, work->arena, &key, &stored))
        return work_reject(work, invalid, "The key does not fit the question's kind and options", "答案与题型或选项不符");
    struct grading_item proposed = {&key, item->rule, item->marks};
    trial.proposed = grading_paper_new(work->arena, &proposed, 1);
    if (!trial.proposed || !try_all(&trial, command->exam) || !keep_proposal(work, command, &stored, &trial.result))
        return FAILED;
    trial.result.proposal = work->envelope->id;
    trial.result.changes.at = trial.changes;
    trial.result.changes.count = (size_t)(trial.result.changed < CHANGES_SHOWN ? trial.result.changed : CHANGES_SHOWN);
    work_return(work, &trial.result);
    return APPLIED;
}

enum verdict key_adopt_decide(struct work *work, const struct key_adopt *command)
{
    auto_arguments arguments = arguments_new(1024);
    auto_rows *rows = NULL;
    value_id(argument(&arguments), command->exam.bytes);
    value_id(argument(&arguments), command->proposal.bytes);
    value_id(argument(&arguments), work->envelope->id.bytes);
    value_text(argument(&arguments), command->reason);
    if (!sql_run(work->connection, "key_adopt", &arguments, &rows))
        return FAILED;
    if (rows_count(rows) == 0)
        return work_reject(work, conflict, "There is no such proposal in this examination, or it is adopted already",
                           "本场考试没有这项更正，或已经采用");
    struct key_adopted result = {row_number(rows, 0, 0), row_number(rows, 0, 1)};
    struct regrade_sweep sweep = {.exam = command->exam, .key_version = result.key_version};
    work_say(work, DECLARED(regrade_sweep), &sweep);
    work_return(work, &result);
    return APPLIED;
}

/* One chunk of sheets below the version is sent to its members' partitions; the next chunk is another event, so that the
 * sweep can be interrupted anywhere. It ends when no sheet is left below. */
enum verdict regrade_sweep_decide(struct work *work, const struct regrade_sweep *event)
{
    auto_arguments arguments = arguments_new(128);
    auto_rows *rows = NULL;
    value_id(argument(&arguments), event->exam.bytes);
    value_int4(argument(&arguments), (int32_t)event->key_version);
    value_id(argument(&arguments), event->after.bytes);
    value_int4(argument(&arguments), CHUNK);
    if (!sql_run(work->connection, "sheets_below", &arguments, &rows))
        return FAILED;
    struct regrade_sweep next = *event;
    for (size_t i = 0; i < rows_count(rows); i++) {
        struct exam_regrade regrade = {.exam = event->exam, .key_version = event->key_version};
        regrade.member = id_at(rows, i, 0);
        regrade.attempt = id_at(rows, i, 1);
        next.after = regrade.member;
        work_say(work, DECLARED(exam_regrade), &regrade);
    }
    if (rows_count(rows) > 0)
        work_say(work, DECLARED(regrade_sweep), &next);
    return APPLIED;
}

void exam_regrade_want(struct work *work, const struct exam_regrade *event)
{
    sitting_want(work, event->exam, event->member, false);
}

enum verdict exam_regrade_decide(struct work *work, const struct exam_regrade *event)
{
    struct sitting *sitting = sitting_of(work, event->exam, event->member);
    struct attempt *attempt = sitting && sitting->paper ? sitting_attempt(sitting, event->attempt) : NULL;
    if (!sitting)
        return FAILED;
    if (!attempt || !attempt->sheet.there || attempt->sheet.key_version >= sitting->paper->key_version)
        return APPLIED;
    return sheet_mark_again(work, sitting, attempt) ? APPLIED : FAILED;
}
