/* Saving an answer as it is made.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/education/attempt.h"
#include "consumers/education/sheet.h"
#include "consumers/handler.h"
#include "process/config.h"
#include "topics/encode.h"

void exam_answer_want(struct work *work, const struct exam_answer *command);
enum verdict exam_answer_decide(struct work *work, const struct exam_answer *command);

void exam_answer_want(struct work *work, const struct exam_answer *command)
{
    sitting_want(work, command->exam, work->envelope->actor, false);
}

bool written_superseded(const struct attempt *attempt, const struct written *written)
{
    for (const struct written *other = attempt->written; other; other = other->next)
        if (other->question == written->question &&
            (other->writer > written->writer || (other->writer == written->writer && other->seq > written->seq)))
            return true;
    return false;
}

static bool same_answer(const struct answer *a, const struct answer *b)
{
    struct buffer left = buffer_new((size_t)config->message_bytes), right = buffer_new((size_t)config->message_bytes);
    encode(&left, answer_shape(), a);
    encode(&right, answer_shape(), b);
    bool same = slice_equal(buffer_slice(&left), buffer_slice(&right));
    buffer_free(&left);
    buffer_free(&right);
    return same;
}

static const struct written *find_written(const struct attempt *attempt, const struct exam_answer *command)
{
    for (const struct written *written = attempt->written; written; written = written->next)
        if (written->question == command->question && written->writer == command->writer && written->seq == command->seq)
            return written;
    return NULL;
}

/* Up to when an answer counts: the deadline with its grace, or the hand-in if that came before. */
static int64_t counts_until(const struct sitting *sitting, const struct attempt *attempt)
{
    int64_t last = attempt_last(sitting, attempt);
    return attempt->sheet.there && attempt->sheet.ended == ENDED_HANDED_IN && attempt->sheet.ended_at < last
               ? attempt->sheet.ended_at
               : last;
}

enum verdict exam_answer_decide(struct work *work, const struct exam_answer *command)
{
    struct sitting *sitting = sitting_of(work, command->exam, work->envelope->actor);
    struct attempt *attempt = sitting && sitting->paper ? sitting_attempt(sitting, command->attempt) : NULL;
    if (!sitting)
        return FAILED;
    if (!attempt)
        return work_reject(work, not_yours, "There is no such attempt of yours in this examination", "本场考试中没有您的这次作答");
    if (!attempt_has(attempt, command->question, work->arena))
        return work_reject(work, unknown_reference, "The question was not drawn for this attempt", "该题不在本次试卷中");
    if (command->writer > attempt->writers)
        return work_reject(work, invalid, "No start gave this writer number", "写入编号无效");
    if (work->accepted > counts_until(sitting, attempt))
        return attempt->sheet.there && attempt->sheet.ended == ENDED_HANDED_IN
                   ? work_reject(work, handed_in, "The attempt was handed in before", "此前已经交卷")
                   : work_reject(work, too_late, "The attempt's time is over", "作答时间已到");
    const struct written *before = find_written(attempt, command);
    if (before)
        return same_answer(before->answer, &command->answer)
                   ? APPLIED
                   : work_reject(work, conflict, "This writer and seq saved another answer", "相同的写入编号与序号已保存了不同的答案");
    struct written written = {NULL, command->question, command->writer, command->seq, &command->answer};
    if (!attempt_write(work, attempt, &written))
        return FAILED;
    /* Accepted in time but behind the end in the log: the sheet is marked again with it. */
    if (attempt->sheet.there && !sheet_mark_again(work, sitting, attempt))
        return FAILED;
    return APPLIED;
}
