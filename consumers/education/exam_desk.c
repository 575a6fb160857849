/* The grading worker's desk: its life, and writing what a batch touched.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/education/exam_desk.h"

#include <stdlib.h>

#include "consumers/desk.h"
#include "process/clock.h"
#include "process/config.h"
#include "process/memory.h"

static void *desk_open(void)
{
    struct exam_desk *desk = memory_new(sizeof *desk);
    size_t ceiling = (size_t)config->batch_arena_bytes;
    desk->wanted_room = (size_t)config->batch_messages;
    desk->wanted = memory_new_many(desk->wanted_room, sizeof *desk->wanted);
    desk->attempts = copy_new("attempt", "id, exam, member, number, seed, questions, started_at, deadline, writers, due",
                              10, ceiling);
    desk->answers = copy_new("answer", "attempt, question, writer, seq, accepted_at, answer", 6, ceiling);
    desk->sheets = copy_new("sheet",
                            "exam, member, number, attempt, ended, ended_at, command, hand_in, revision, key_version, "
                            "mark, full_mark, marks, graded_at",
                            14, ceiling);
    desk->refused = copy_new("refused_hand_in", "command, attempt, member, accepted_at, reason, body", 6, ceiling);
    return desk;
}

static bool desk_fetch(void *opaque, struct sql_connection *connection, struct arena *arena)
{
    struct exam_desk *desk = opaque;
    return exam_desk_fetch(desk, connection, arena, desk->wanted, desk->wanted_count);
}

static bool desk_send(void *opaque, struct sql_connection *connection)
{
    return exam_desk_send(opaque, connection);
}

static void desk_clear(void *opaque, bool committed)
{
    struct exam_desk *desk = opaque;
    (void)committed; /* papers are immutable: what was read of them stays true */
    desk->wanted_count = 0;
    index_clear(&desk->terms);
    index_clear(&desk->sittings);
    desk->first = NULL;
    copy_empty(desk->attempts);
    copy_empty(desk->answers);
    copy_empty(desk->sheets);
    copy_empty(desk->refused);
}

static void desk_close(void *opaque)
{
    struct exam_desk *desk = opaque;
    while (desk->papers) {
        struct paper *next = desk->papers->next;
        paper_free(desk->papers);
        desk->papers = next;
    }
    copy_free(desk->attempts);
    copy_free(desk->answers);
    copy_free(desk->sheets);
    copy_free(desk->refused);
    free(desk->wanted);
    free(desk);
}

const struct desk exam_desk = {desk_open, desk_fetch, desk_send, desk_clear, desk_close};

static void add_attempt(struct exam_desk *desk, const struct sitting *sitting, const struct attempt *attempt)
{
    struct buffer *row = copy_row(desk->attempts);
    value_id(row, attempt->id.bytes);
    value_id(row, sitting->exam.bytes);
    value_id(row, sitting->member.bytes);
    value_int2(row, (int16_t)attempt->number);
    value_int8(row, (int64_t)attempt->seed);
    value_bytes(row, (struct slice){(const char *)attempt->questions, attempt->question_count * 2});
    value_time(row, attempt->started_at);
    value_time(row, attempt->deadline);
    value_int4(row, attempt->writers);
    value_int4(row, attempt->due);
}

static void add_sheet(struct exam_desk *desk, const struct sitting *sitting, const struct attempt *attempt)
{
    const struct sheet *sheet = &attempt->sheet;
    struct buffer *row = copy_row(desk->sheets);
    value_id(row, sitting->exam.bytes);
    value_id(row, sitting->member.bytes);
    value_int2(row, (int16_t)attempt->number);
    value_id(row, attempt->id.bytes);
    value_int2(row, (int16_t)sheet->ended);
    value_time(row, sheet->ended_at);
    value_id(row, sheet->command.bytes);
    value_text(row, sheet->hand_in);
    value_int4(row, sheet->revision);
    value_int4(row, sheet->key_version);
    value_int4(row, (int32_t)sheet->mark);
    value_int4(row, (int32_t)sitting->terms->full_mark);
    value_bytes(row, sheet->marks);
    value_time(row, clock_now());
}

static bool change_attempt(struct sql_connection *connection, const struct attempt *attempt)
{
    auto_arguments arguments = arguments_new(256);
    value_id(argument(&arguments), attempt->id.bytes);
    value_int4(argument(&arguments), attempt->writers);
    value_time(argument(&arguments), attempt->deadline);
    value_int4(argument(&arguments), attempt->due);
    return sql_run(connection, "attempt_change", &arguments, NULL);
}

/* A sheet that stood there gets its new mark; the old one goes to its history. */
static bool change_sheet(struct sql_connection *connection, const struct sitting *sitting,
                         const struct attempt *attempt)
{
    const struct sheet *sheet = &attempt->sheet;
    auto_arguments arguments = arguments_new((size_t)config->message_bytes * 2);
    value_id(argument(&arguments), sitting->exam.bytes);
    value_id(argument(&arguments), sitting->member.bytes);
    value_int2(argument(&arguments), (int16_t)attempt->number);
    value_int2(argument(&arguments), (int16_t)sheet->ended);
    value_time(argument(&arguments), sheet->ended_at);
    value_id(argument(&arguments), sheet->command.bytes);
    value_text(argument(&arguments), sheet->hand_in);
    value_int4(argument(&arguments), sheet->revision);
    value_int4(argument(&arguments), sheet->key_version);
    value_int4(argument(&arguments), (int32_t)sheet->mark);
    value_bytes(argument(&arguments), sheet->marks);
    value_time(argument(&arguments), clock_now());
    return sql_run(connection, "sheet_change", &arguments, NULL);
}

static bool gather(struct exam_desk *desk, struct sql_connection *connection, const struct sitting *sitting,
                   const struct attempt *attempt)
{
    if (attempt->touched && !attempt->stored)
        add_attempt(desk, sitting, attempt);
    else if (attempt->touched && !change_attempt(connection, attempt))
        return false;
    if (attempt->sheet.touched && !attempt->sheet.stored)
        add_sheet(desk, sitting, attempt);
    else if (attempt->sheet.touched && !change_sheet(connection, sitting, attempt))
        return false;
    return true;
}

bool exam_desk_send(struct exam_desk *desk, struct sql_connection *connection)
{
    for (const struct sitting *sitting = desk->first; sitting; sitting = sitting->next)
        for (const struct attempt *attempt = sitting->attempts; attempt; attempt = attempt->next)
            if (!gather(desk, connection, sitting, attempt))
                return false;
    return copy_send(desk->attempts, connection) && copy_send(desk->answers, connection) &&
           copy_send(desk->sheets, connection) && copy_send(desk->refused, connection);
}
