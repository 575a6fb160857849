/* Starting an attempt, going on with one, and moving its deadline.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/education/attempt.h"

#include "consumers/handler.h"
#include "process/clock.h"
#include "process/config.h"

void exam_start_want(struct work *work, const struct exam_start *command);
enum verdict exam_start_decide(struct work *work, const struct exam_start *command);
void attempt_moved_want(struct work *work, const struct attempt_moved *event);
enum verdict attempt_moved_decide(struct work *work, const struct attempt_moved *event);

void exam_start_want(struct work *work, const struct exam_start *command)
{
    sitting_want(work, command->exam, work->envelope->actor, true);
}

void attempt_set_timer(struct work *work, const struct sitting *sitting, const struct attempt *attempt)
{
    struct attempt_due event = {
        .attempt = attempt->id,
        .exam = sitting->exam,
        .member = sitting->member,
        .generation = attempt->due,
    };
    int64_t due = attempt_last(sitting, attempt) + config->produce_wait_ms + config->exam_skew_s * 1000;
    work_timer_set(work, DECLARED(attempt_due), attempt->id, attempt->due, due, &event);
}

/* The numbers 1 … count, or the shuffled ones. */
static int64_t *numbers(const uint8_t *order, size_t count, struct arena *arena)
{
    int64_t *list = arena_take(arena, count * sizeof *list);
    for (size_t i = 0; list && i < count; i++)
        list[i] = order ? order[i] : (int64_t)i + 1;
    return list;
}

/* A drawn question with its options (or left entries) and right entries in the order to show. */
static bool show_question(const struct question_key *key, const struct drawn *drawn, struct arena *arena,
                          struct drawn_question *ret_question)
{
    bool pairs = key->kind == QUESTION_PAIRS;
    ret_question->question = drawn->number;
    ret_question->options.count = drawn->order ? key->options : 0;
    ret_question->options.at = numbers(pairs ? NULL : drawn->order, ret_question->options.count, arena);
    ret_question->rights.count = pairs ? key->rights : 0;
    ret_question->rights.at = numbers(drawn->order, ret_question->rights.count, arena);
    return ret_question->options.at && ret_question->rights.at;
}

/* The saved answers that count at present. */
static bool saved_answers(const struct attempt *attempt, struct arena *arena, struct saved_answer **ret_answers,
                          size_t *ret_count)
{
    size_t count = 0, at = 0;
    for (const struct written *written = attempt->written; written; written = written->next)
        count++;
    struct saved_answer *answers = arena_take(arena, count * sizeof *answers);
    if (!answers)
        return false;
    for (const struct written *written = attempt->written; written; written = written->next)
        if (!written_superseded(attempt, written))
            answers[at++] = (struct saved_answer){written->question, written->writer, written->seq, *written->answer};
    *ret_answers = answers;
    *ret_count = at;
    return true;
}

/* The attempt as its member is to see it. */
static bool return_drawn(struct work *work, const struct sitting *sitting, const struct attempt *attempt)
{
    struct attempt_drawn result = {
        .has_exam = true,
        .exam = sitting->exam,
        .attempt = attempt->id,
        .number = attempt->number,
        .writer = attempt->writers,
        .started_at = attempt->started_at,
        .deadline = attempt->deadline,
    };
    const struct drawn *drawn = paper_draw(sitting->paper, attempt->seed, work->arena, &result.questions.count);
    result.questions.at = arena_take(work->arena, result.questions.count * sizeof *result.questions.at);
    if (!drawn || !result.questions.at ||
        !saved_answers(attempt, work->arena, &result.saved.at, &result.saved.count))
        return false;
    for (size_t i = 0; i < result.questions.count; i++)
        if (!show_question(&sitting->paper->keys[drawn[i].number - 1], &drawn[i], work->arena, &result.questions.at[i]))
            return false;
    work_return(work, &result);
    return true;
}

static int64_t deadline_of(const struct sitting *sitting, int64_t started_at)
{
    int64_t extra = sitting->extra_minutes * 60000;
    int64_t by_length = started_at + sitting->terms->minutes * 60000 + extra;
    int64_t by_closing = sitting->terms->closes_at + extra;
    return by_length < by_closing ? by_length : by_closing;
}

static bool begin(struct work *work, struct sitting *sitting, int number)
{
    size_t count = 0;
    struct attempt *attempt = sitting_begin(work, sitting);
    if (!attempt)
        return false;
    attempt->id = work->envelope->id;
    attempt->number = number;
    attempt->writers = 1;
    attempt->due = 1;
    memcpy(&attempt->seed, attempt->id.bytes, sizeof attempt->seed);
    attempt->started_at = clock_now();
    attempt->deadline = deadline_of(sitting, attempt->started_at);
    const struct drawn *drawn = paper_draw(sitting->paper, attempt->seed, work->arena, &count);
    unsigned char *questions = arena_take(work->arena, count * 2);
    if (!drawn || !questions)
        return false;
    for (size_t i = 0; i < count; i++) {
        questions[2 * i] = (unsigned char)(drawn[i].number >> 8);
        questions[2 * i + 1] = (unsigned char)drawn[i].number;
    }
    attempt->questions = questions;
    attempt->question_count = count;
    attempt_set_timer(work, sitting, attempt);
    return return_drawn(work, sitting, attempt);
}

/* Why no further attempt may begin; false where one may. */
static bool refuse_start(struct work *work, const struct sitting *sitting)
{
    const struct exam_terms *terms = sitting->terms;
    int64_t extra = sitting->extra_minutes * 60000;
    if (!sitting->eligible)
        return work_reject(work, not_eligible, "The examination is for another organisation", "本场考试不面向您所在的组织");
    if (work->accepted < terms->opens_at)
        return work_reject(work, too_early, "The examination has not opened", "考试尚未开始");
    if (work->accepted >= terms->closes_at + extra)
        return work_reject(work, too_late, "The examination has closed", "考试已经结束");
    if (sitting->attempts && sitting->attempts->number >= terms->attempts)
        return work_reject(work, attempts_used, "All attempts are used", "作答次数已用完");
    return false;
}

enum verdict exam_start_decide(struct work *work, const struct exam_start *command)
{
    struct sitting *sitting = sitting_of(work, command->exam, work->envelope->actor);
    if (!sitting)
        return FAILED;
    if (!sitting->paper)
        return work_reject(work, not_found, "There is no such examination", "没有这场考试");
    struct attempt *latest = sitting->attempts;
    if (latest && !latest->sheet.there) {
        if (work->accepted > latest->deadline)
            return work_reject(work, too_late, "The attempt's time is over; it is being closed", "作答时间已到，正在自动交卷");
        latest->writers++;
        latest->touched = true;
        return return_drawn(work, sitting, latest) ? APPLIED : FAILED;
    }
    if (refuse_start(work, sitting))
        return REJECTED;
    return begin(work, sitting, latest ? latest->number + 1 : 1) ? APPLIED : FAILED;
}

void attempt_moved_want(struct work *work, const struct attempt_moved *event)
{
    sitting_want(work, event->exam, event->member, false);
}

/* Extra time or a moved closing reaches an attempt under way: a later deadline, a new generation of its timer. */
enum verdict attempt_moved_decide(struct work *work, const struct attempt_moved *event)
{
    struct sitting *sitting = sitting_of(work, event->exam, event->member);
    struct attempt *attempt = sitting ? sitting_attempt(sitting, event->attempt) : NULL;
    if (!sitting)
        return FAILED;
    if (!attempt || !sitting->paper || attempt->sheet.there)
        return APPLIED; /* it ended meanwhile */
    attempt->deadline += event->minutes * 60000;
    int64_t closing = event->closes_at + sitting->extra_minutes * 60000;
    if (attempt->deadline > closing)
        attempt->deadline = closing;
    attempt->due++;
    attempt->touched = true;
    attempt_set_timer(work, sitting, attempt);
    return APPLIED;
}
