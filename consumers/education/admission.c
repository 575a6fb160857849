/* Late hand-ins admitted by two persons: proposed, confirmed, and marked in their member's partition.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/education/sheet.h"
#include "consumers/fetched.h"
#include "consumers/handler.h"

enum verdict admission_propose_decide(struct work *work, const struct admission_propose *command);
enum verdict admission_confirm_decide(struct work *work, const struct admission_confirm *command);
void exam_admit_want(struct work *work, const struct exam_admit *event);
enum verdict exam_admit_decide(struct work *work, const struct exam_admit *event);

/* A refused hand-in as PostgreSQL keeps it. */
struct refused {
    bool there, late, ended, proposed, confirmed, other_admitted;
    struct id member, attempt, proposer;
    struct slice body;
    struct attempt drawn; /* only what tells whether the body fits */
};

static void read_refused(const struct rows *rows, struct arena *arena, struct refused *refused)
{
    struct slice questions = text_at(rows, 0, 5, arena);
    *refused = (struct refused){
        .there = true,
        .member = id_at(rows, 0, 0),
        .attempt = id_at(rows, 0, 1),
        .proposer = id_at(rows, 0, 7),
        .late = slice_equal(row_text(rows, 0, 2), slice_of(problem_name(PROBLEM_too_late))),
        .ended = !row_null(rows, 0, 6) && row_number(rows, 0, 6) != ENDED_CLOSED,
        .proposed = !row_null(rows, 0, 7),
        .confirmed = !row_null(rows, 0, 8),
        .other_admitted = row_bool(rows, 0, 9),
        .body = text_at(rows, 0, 3, arena),
        .drawn = {.writers = (int)row_number(rows, 0, 4),
                  .questions = (const unsigned char *)questions.at,
                  .question_count = questions.length / 2},
    };
}

/* False where PostgreSQL failed or memory ran out. */
static bool find_refused(struct work *work, struct id exam, struct id submission, struct refused *ret_refused)
{
    auto_arguments arguments = arguments_new(64);
    auto_rows *rows = NULL;
    *ret_refused = (struct refused){0};
    value_id(argument(&arguments), exam.bytes);
    value_id(argument(&arguments), submission.bytes);
    if (!sql_run(work->connection, "refused_find", &arguments, &rows))
        return false;
    if (rows_count(rows) == 0)
        return true;
    read_refused(rows, work->arena, ret_refused);
    return ret_refused->body.at && ret_refused->drawn.questions;
}

/* Why the hand-in cannot be admitted, whoever asks; false where it can. */
static bool refuse(struct work *work, const struct refused *refused)
{
    if (!refused->there)
        return work_reject(work, not_found, "There is no such refused hand-in in this examination", "本场考试没有这份被拒的交卷");
    if (id_equal(refused->member, work->envelope->actor))
        return work_reject(work, own_matter, "The hand-in is your own: two others must admit it", "这是您本人的交卷，须由另外两人批准");
    if (!refused->late)
        return work_reject(work, conflict, "It was not refused as late, and only a late hand-in can be admitted",
                           "该交卷并非因逾期被拒，不能批准");
    if (refused->ended || refused->other_admitted)
        return work_reject(work, handed_in, "The attempt has a hand-in that counts", "该次作答已有有效交卷");
    return false;
}

enum verdict admission_propose_decide(struct work *work, const struct admission_propose *command)
{
    auto_arguments arguments = arguments_new(1024);
    struct refused refused;
    struct exam_submit hand_in;
    if (!find_refused(work, command->exam, command->submission, &refused))
        return FAILED;
    if (refuse(work, &refused))
        return REJECTED;
    if (refused.proposed)
        return work_reject(work, exists, "Its admission is proposed already", "已提出批准申请");
    if (!sheet_read(refused.body, work->arena, &hand_in))
        return FAILED;
    if (sheet_misfits(work, &hand_in, &refused.drawn))
        return REJECTED;
    value_id(argument(&arguments), command->submission.bytes);
    value_id(argument(&arguments), work->envelope->id.bytes);
    value_id(argument(&arguments), work->envelope->actor.bytes);
    value_text(argument(&arguments), command->reason);
    value_time(argument(&arguments), work->accepted);
    return sql_run(work->connection, "admission_propose", &arguments, NULL) ? APPLIED : FAILED;
}

/* The confirmation stands once, and the member's partition is told to mark what was admitted. */
enum verdict admission_confirm_decide(struct work *work, const struct admission_confirm *command)
{
    auto_arguments arguments = arguments_new(1024);
    struct refused refused;
    if (!find_refused(work, command->exam, command->submission, &refused))
        return FAILED;
    if (refused.confirmed)
        return work_reject(work, exists, "The hand-in is admitted already", "该交卷已经批准");
    if (refuse(work, &refused))
        return REJECTED;
    if (!refused.proposed)
        return work_reject(work, conflict, "Nobody has proposed to admit it", "尚未提出批准申请");
    if (id_equal(refused.proposer, work->envelope->actor))
        return work_reject(work, second_person, "You proposed it: another person must confirm it", "申请由您提出，须由另一人确认");
    value_id(argument(&arguments), command->submission.bytes);
    value_id(argument(&arguments), work->envelope->id.bytes);
    value_id(argument(&arguments), work->envelope->actor.bytes);
    value_text(argument(&arguments), command->reason);
    value_time(argument(&arguments), work->accepted);
    if (!sql_run(work->connection, "admission_confirm", &arguments, NULL))
        return FAILED;
    struct exam_admit event = {command->exam, refused.member, refused.attempt, command->submission};
    work_say(work, DECLARED(exam_admit), &event);
    return APPLIED;
}

void exam_admit_want(struct work *work, const struct exam_admit *event)
{
    sitting_want(work, event->exam, event->member, false);
}

/* The sheet that the deadline closed, or is about to, is marked from the kept bytes. A hand-in that came in time after
 * all and stood before this in the log has ended the attempt, and stays. */
enum verdict exam_admit_decide(struct work *work, const struct exam_admit *event)
{
    struct sitting *sitting = sitting_of(work, event->exam, event->member);
    struct attempt *attempt = sitting && sitting->paper ? sitting_attempt(sitting, event->attempt) : NULL;
    const struct written *list;
    struct refused refused;
    if (!sitting)
        return FAILED;
    if (!attempt || (attempt->sheet.there && attempt->sheet.ended != ENDED_CLOSED))
        return APPLIED;
    if (!find_refused(work, event->exam, event->submission, &refused) || !refused.there ||
        !sheet_answers(refused.body, work->arena, &list) ||
        !attempt_mark(work, sitting, attempt, list, refused.body, ENDED_ADMITTED, attempt->deadline, event->submission))
        return FAILED;
    work_timer_cancel(work, DECLARED(attempt_due), attempt->id);
    return APPLIED;
}
