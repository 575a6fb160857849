/* What a member has in an examination, and marking it.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/education/exam_desk.h"

#include <endian.h>

#include "process/config.h"
#include "topics/encode.h"

void sitting_want(struct work *work, struct id exam, struct id member, bool to_start)
{
    struct exam_desk *desk = work->desk;
    for (size_t i = desk->wanted_count; i > 0 && i + 8 > desk->wanted_count; i--)
        if (id_equal(desk->wanted[i - 1].member, member) && id_equal(desk->wanted[i - 1].exam, exam) &&
            desk->wanted[i - 1].to_start >= to_start)
            return;
    if (desk->wanted_count < desk->wanted_room)
        desk->wanted[desk->wanted_count++] = (struct wanted_sitting){exam, member, to_start};
}

struct sitting *sitting_of(struct work *work, struct id exam, struct id member)
{
    struct exam_desk *desk = work->desk;
    return exam_desk_sitting(desk, work->arena, exam, member);
}

struct attempt *sitting_attempt(const struct sitting *sitting, struct id id)
{
    for (struct attempt *attempt = sitting->attempts; attempt; attempt = attempt->next)
        if (id_equal(attempt->id, id))
            return attempt;
    return NULL;
}

struct attempt *sitting_begin(struct work *work, struct sitting *sitting)
{
    struct attempt *attempt = arena_take(work->arena, sizeof *attempt);
    if (!attempt)
        return NULL;
    attempt->next = sitting->attempts;
    attempt->touched = true;
    sitting->attempts = attempt;
    return attempt;
}

enum { QUESTIONS_MOST = 200, NUMBERS = 2048 };

bool attempt_has(struct attempt *attempt, int64_t question, struct arena *arena)
{
    if (!attempt->drawn) {
        attempt->drawn = arena_take(arena, NUMBERS / 8);
        for (size_t i = 0; attempt->drawn && i < attempt->question_count; i++) {
            unsigned number = (attempt->questions[2 * i] << 8 | attempt->questions[2 * i + 1]) % NUMBERS;
            attempt->drawn[number / 64] |= UINT64_C(1) << number % 64;
        }
    }
    return attempt->drawn && question > 0 && question < NUMBERS && attempt->drawn[question / 64] >> question % 64 & 1;
}

int64_t attempt_last(const struct sitting *sitting, const struct attempt *attempt)
{
    return attempt->deadline + sitting->terms->grace_seconds * 1000;
}

bool attempt_write(struct work *work, struct attempt *attempt, const struct written *written)
{
    struct exam_desk *desk = work->desk;
    struct written *kept = arena_take(work->arena, sizeof *kept);
    struct buffer text = buffer_new((size_t)config->message_bytes);
    if (!kept)
        return false;
    *kept = *written;
    kept->next = attempt->written;
    attempt->written = kept;
    encode(&text, answer_shape(), written->answer);
    struct buffer *row = copy_row(desk->answers);
    value_id(row, attempt->id.bytes);
    value_int2(row, (int16_t)written->question);
    value_int4(row, (int32_t)written->writer);
    value_int4(row, (int32_t)written->seq);
    value_time(row, work->accepted);
    value_text(row, buffer_slice(&text));
    buffer_free(&text);
    return true;
}

/* The answers that count, in the order in which their questions came, and void questions drawn and not answered. */
struct counting {
    uint8_t place[NUMBERS]; /* of a question: 1 + its place below */
    const struct written *at[QUESTIONS_MOST];
    size_t count;
};

static void count_one(struct counting *counting, const struct written *written)
{
    uint8_t *place = &counting->place[written->question % NUMBERS];
    if (*place == 0) {
        if (counting->count < QUESTIONS_MOST) {
            counting->at[counting->count++] = written;
            *place = (uint8_t)counting->count;
        }
        return;
    }
    const struct written **at = &counting->at[*place - 1];
    if (written->writer > (*at)->writer || (written->writer == (*at)->writer && written->seq > (*at)->seq))
        *at = written;
}

/* The void questions that were drawn for the attempt and have no answer: they bring their marks without one. */
static bool count_voided(struct work *work, const struct sitting *sitting, struct attempt *attempt,
                         struct counting *counting)
{
    size_t count;
    const int64_t *voided = grading_voided(sitting->paper->grading, &count);
    for (size_t i = 0; i < count; i++) {
        if (!attempt_has(attempt, voided[i], work->arena) || counting->place[voided[i] % NUMBERS])
            continue;
        struct written *nothing = arena_take(work->arena, sizeof *nothing);
        if (!nothing)
            return false;
        nothing->question = voided[i];
        count_one(counting, nothing);
    }
    return true;
}

/* Fills the sheet's mark, and the marks of the answers that count. */
static bool mark_sheet(struct work *work, const struct sitting *sitting, struct sheet *sheet,
                       const struct counting *counting)
{
    struct grading_line lines[QUESTIONS_MOST];
    int32_t marks[QUESTIONS_MOST];
    lines[0] = (struct grading_line){0, NULL};
    for (size_t i = 0; i < counting->count; i++)
        lines[i] = (struct grading_line){counting->at[i]->question, counting->at[i]->answer};
    sheet->mark = grading_total(sitting->paper->grading, lines, counting->count, marks);
    sheet->key_version = sitting->paper->key_version;
    uint32_t *packed = arena_take(work->arena, counting->count * sizeof *packed);
    for (size_t i = 0; packed && i < counting->count; i++)
        packed[i] = htobe32((uint32_t)counting->at[i]->question << 20 | (uint32_t)marks[i]);
    sheet->marks = (struct slice){(const char *)packed, counting->count * sizeof *packed};
    return sheet->marks.at != NULL;
}

/* The attempt whose mark counts by the examination's rule; the earliest of equals. */
static const struct attempt *counted(const struct sitting *sitting)
{
    const struct attempt *best = NULL;
    for (const struct attempt *attempt = sitting->attempts; attempt; attempt = attempt->next) {
        if (!attempt->sheet.there)
            continue;
        bool better = !best;
        if (best && sitting->terms->counted == COUNTED_HIGHEST)
            better = attempt->sheet.mark >= best->sheet.mark; /* the list runs from the latest to the earliest */
        else if (best && sitting->terms->counted == COUNTED_FIRST)
            better = true;
        best = better ? attempt : best;
    }
    return best;
}

static void say_graded(struct work *work, const struct sitting *sitting, const struct attempt *attempt)
{
    const struct attempt *counts = counted(sitting);
    struct exam_graded event = {
        .exam = sitting->exam,
        .member = sitting->member,
        .attempt = attempt->id,
        .number = attempt->number,
        .revision = attempt->sheet.revision,
        .ended = attempt->sheet.ended,
        .ended_at = attempt->sheet.ended_at,
        .mark = attempt->sheet.mark,
        .full_mark = sitting->terms->full_mark,
        .counted_mark = counts->sheet.mark,
        .counted_at = counts->sheet.ended_at,
    };
    work_say(work, DECLARED(exam_graded), &event);
}

bool attempt_mark(struct work *work, struct sitting *sitting, struct attempt *attempt, const struct written *more,
                  struct slice hand_in, enum hand_in ended, int64_t ended_at, struct id command)
{
    struct counting counting = {.count = 0};
    for (const struct written *written = attempt->written; written; written = written->next)
        count_one(&counting, written);
    for (const struct written *written = more; written; written = written->next)
        count_one(&counting, written);
    struct sheet *sheet = &attempt->sheet;
    sheet->answered = counting.count;
    if (!count_voided(work, sitting, attempt, &counting))
        return false;
    sheet->there = sheet->touched = true;
    sheet->hand_in = hand_in;
    sheet->ended = ended;
    sheet->ended_at = ended_at;
    sheet->command = command;
    sheet->revision++;
    if (!mark_sheet(work, sitting, sheet, &counting))
        return false;
    say_graded(work, sitting, attempt);
    return true;
}

void hand_in_refused(struct work *work, struct id attempt)
{
    struct exam_desk *desk = work->desk;
    struct buffer *row = copy_row(desk->refused);
    value_id(row, work->envelope->id.bytes);
    value_id(row, attempt.bytes);
    value_id(row, work->envelope->actor.bytes);
    value_time(row, work->accepted);
    value_text(row, slice_of(problem_name(work->problem.code)));
    value_bytes(row, work->body);
}
