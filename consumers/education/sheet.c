/* A hand-in's list of answers, as it comes and read back, and marking a sheet again.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/education/sheet.h"

#include "topics/decode.h"

bool sheet_listed(const struct exam_submit *command, struct arena *arena, const struct written **ret_list)
{
    struct written *list = arena_take(arena, command->answers.count * sizeof *list);
    if (!list)
        return false;
    for (size_t i = 0; i < command->answers.count; i++) {
        const struct answer_write *write = &command->answers.at[i];
        struct written *next = i + 1 < command->answers.count ? &list[i + 1] : NULL;
        list[i] = (struct written){next, write->question, command->writer, write->seq, &write->answer};
    }
    *ret_list = command->answers.count ? list : NULL;
    return true;
}

bool sheet_read(struct slice body, struct arena *arena, struct exam_submit *ret_command)
{
    struct problem problem;
    problem_none(&problem);
    return decode_record(exam_submit_shape(), body, DECODE_LENIENT, arena, ret_command, &problem);
}

bool sheet_answers(struct slice hand_in, struct arena *arena, const struct written **ret_list)
{
    struct exam_submit command;
    *ret_list = NULL;
    return !hand_in.at || (sheet_read(hand_in, arena, &command) && sheet_listed(&command, arena, ret_list));
}

bool sheet_misfits(struct work *work, const struct exam_submit *command, struct attempt *attempt)
{
    if (command->writer > attempt->writers)
        return work_reject(work, invalid, "No start gave this writer number", "写入编号无效");
    for (size_t i = 0; i < command->answers.count; i++)
        if (!attempt_has(attempt, command->answers.at[i].question, work->arena))
            return work_reject(work, unknown_reference, "Question %lld was not drawn for this attempt",
                               "第 %lld 题不在本次试卷中", (long long)command->answers.at[i].question);
    return false;
}

bool sheet_mark_again(struct work *work, struct sitting *sitting, struct attempt *attempt)
{
    const struct written *list;
    struct sheet *sheet = &attempt->sheet;
    return sheet_answers(sheet->hand_in, work->arena, &list) &&
           attempt_mark(work, sitting, attempt, list, sheet->hand_in, sheet->ended, sheet->ended_at, sheet->command);
}
