/* Handing in, and closing what nobody handed in.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/education/sheet.h"
#include "consumers/handler.h"

void exam_submit_want(struct work *work, const struct exam_submit *command);
enum verdict exam_submit_decide(struct work *work, const struct exam_submit *command);
void attempt_due_want(struct work *work, const struct attempt_due *event);
enum verdict attempt_due_decide(struct work *work, const struct attempt_due *event);

void exam_submit_want(struct work *work, const struct exam_submit *command)
{
    sitting_want(work, command->exam, work->envelope->actor, false);
}

/* Why the hand-in is refused; false where it is taken. */
static bool refuse(struct work *work, const struct exam_submit *command, const struct sitting *sitting,
                   struct attempt *attempt)
{
    if (!attempt)
        return work_reject(work, not_yours, "There is no such attempt of yours in this examination", "本场考试中没有您的这次作答");
    if (work->accepted > attempt_last(sitting, attempt))
        return work_reject(work, too_late, "Handed in after the deadline and its grace", "交卷时间已过截止与宽限时间");
    if (attempt->sheet.there && attempt->sheet.ended == ENDED_HANDED_IN)
        return work_reject(work, handed_in, "The attempt was handed in before", "此前已经交卷");
    return sheet_misfits(work, command, attempt);
}

enum verdict exam_submit_decide(struct work *work, const struct exam_submit *command)
{
    struct sitting *sitting = sitting_of(work, command->exam, work->envelope->actor);
    struct attempt *attempt = sitting && sitting->paper ? sitting_attempt(sitting, command->attempt) : NULL;
    const struct written *list;
    if (!sitting)
        return FAILED;
    if (refuse(work, command, sitting, attempt)) {
        hand_in_refused(work, command->attempt);
        return REJECTED;
    }
    if (!sheet_listed(command, work->arena, &list) ||
        !attempt_mark(work, sitting, attempt, list, work->body, ENDED_HANDED_IN, work->accepted, work->envelope->id))
        return FAILED;
    work_timer_cancel(work, DECLARED(attempt_due), attempt->id);
    bool shows = sitting->terms->release == RELEASE_MARK_AT_ONCE || sitting->terms->release == RELEASE_ALL_AT_ONCE;
    struct submission_taken result = {
        .attempt = attempt->id,
        .number = attempt->number,
        .handed_in_at = work->accepted,
        .answered = (int64_t)attempt->sheet.answered,
        .has_mark = shows,
        .mark = attempt->sheet.mark,
        .has_full_mark = shows,
        .full_mark = sitting->terms->full_mark,
    };
    work_return(work, &result);
    return APPLIED;
}

void attempt_due_want(struct work *work, const struct attempt_due *event)
{
    sitting_want(work, event->exam, event->member, false);
}

/* The time is over: what was saved is handed in. An old generation's timer, or one of an attempt that has ended, says
 * nothing any more. */
enum verdict attempt_due_decide(struct work *work, const struct attempt_due *event)
{
    struct sitting *sitting = sitting_of(work, event->exam, event->member);
    struct attempt *attempt = sitting ? sitting_attempt(sitting, event->attempt) : NULL;
    if (!sitting)
        return FAILED;
    if (!attempt || !sitting->paper || attempt->sheet.there || attempt->due != event->generation)
        return APPLIED;
    return attempt_mark(work, sitting, attempt, NULL, (struct slice){NULL, 0}, ENDED_CLOSED, attempt->deadline,
                        work->envelope->id)
               ? APPLIED
               : FAILED;
}
