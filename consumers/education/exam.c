/* Examinations: drafting, release rule, extra time, moved closing.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/education/exam.h"

#include "consumers/fetched.h"
#include "consumers/handler.h"
#include "process/config.h"
#include "topics/encode.h"

enum verdict exam_create_decide(struct work *work, const struct exam_create *command);
enum verdict exam_change_decide(struct work *work, const struct exam_change *command);
enum verdict exam_discard_decide(struct work *work, const struct exam_discard *command);
enum verdict exam_release_decide(struct work *work, const struct exam_release *command);
enum verdict exam_extend_decide(struct work *work, const struct exam_extend *command);
enum verdict exam_move_decide(struct work *work, const struct exam_move *command);

static void add_sections(struct arguments *arguments, const struct section *sections, size_t count)
{
    struct buffer json = buffer_new((size_t)config->message_bytes);
    for (size_t i = 0; i < count; i++) {
        buffer_add_byte(&json, i ? ',' : '[');
        encode(&json, section_shape(), &sections[i]);
    }
    buffer_add_byte(&json, ']');
    value_jsonb(argument(arguments), buffer_slice(&json));
    buffer_free(&json);
}

static void add_audience(struct arguments *arguments, const struct exam_create *command)
{
    struct buffer *array = argument_array(arguments, SQL_UUID, command->audience.count);
    for (size_t i = 0; i < command->audience.count; i++)
        value_id(array, command->audience.at[i].bytes);
}

/* What is set of an examination, as statements take it. */
static void add_content(struct arguments *arguments, const struct exam_create *content)
{
    value_text(argument(arguments), content->title);
    value_time(argument(arguments), content->opens_at);
    value_time(argument(arguments), content->closes_at);
    value_int4(argument(arguments), (int32_t)content->minutes);
    value_int4(argument(arguments), (int32_t)content->grace_seconds);
    value_int4(argument(arguments), (int32_t)content->attempts);
    value_int2(argument(arguments), (int16_t)content->counted);
    value_int2(argument(arguments), (int16_t)content->multiple);
    value_int4(argument(arguments), (int32_t)content->penalty);
    value_int2(argument(arguments), (int16_t)content->release);
    add_sections(arguments, content->sections.at, content->sections.count);
    add_audience(arguments, content);
}

/* Whether the audience stands within `whole`, an organisation or the examination of one; else a problem, or SQL failed. */
static bool within(struct work *work, struct id whole, const struct exam_create *content)
{
    auto_arguments arguments = arguments_new(4096);
    auto_rows *rows = NULL;
    if (content->audience.count == 0)
        return true;
    value_id(argument(&arguments), whole.bytes);
    add_audience(&arguments, content);
    if (!sql_run(work->connection, "exam_audience_beyond", &arguments, &rows))
        return false;
    if (rows_count(rows) == 0)
        return true;
    problem_say(&work->problem, PROBLEM_invalid, "Only the examination's organisation and those below it can sit it",
                "参考范围只能是本场考试所属组织及其下级组织");
    problem_under_index(&work->problem, (size_t)row_number(rows, 0, 0) - 1);
    return problem_under(&work->problem, SLICE("audience"));
}

static bool in_order(struct work *work, int64_t opens_at, int64_t closes_at)
{
    return closes_at > opens_at ||
           problem_say(&work->problem, PROBLEM_invalid, "It must close after it opens", "结束时间必须晚于开始时间");
}

bool exam_picks(struct work *work, const struct section *sections, size_t count, int64_t *ret_section, int64_t *ret_place)
{
    auto_arguments arguments = arguments_new((size_t)config->message_bytes);
    auto_rows *rows = NULL;
    add_sections(&arguments, sections, count);
    if (!sql_run(work->connection, "exam_picks_amiss", &arguments, &rows))
        return false;
    bool amiss = rows_count(rows) == 1;
    *ret_section = amiss ? row_number(rows, 0, 0) - 1 : -1;
    *ret_place = amiss ? row_number(rows, 0, 1) - 1 : -1;
    return true;
}

/* Puts "/sections/i" in front of a problem's pointer. */
static bool in_section(struct work *work, size_t i)
{
    problem_under_index(&work->problem, i);
    return problem_under(&work->problem, SLICE("sections"));
}

/* Questions picked by hand: as many as are drawn or more, each in the bank as its section wants it, and once. */
static bool picks_fit(struct work *work, const struct exam_create *content)
{
    int64_t section, place;
    for (size_t i = 0; i < content->sections.count; i++) {
        const struct section *one = &content->sections.at[i];
        if (!one->has_numbers || one->draw <= (int64_t)one->numbers.count)
            continue;
        problem_say(&work->problem, PROBLEM_invalid, "More are drawn than the %zu that were picked", "抽题数多于手选的 %zu 题",
                    one->numbers.count);
        problem_under(&work->problem, SLICE("draw"));
        return in_section(work, i);
    }
    if (!exam_picks(work, content->sections.at, content->sections.count, &section, &place))
        return false;
    if (section < 0)
        return true;
    problem_say(&work->problem, PROBLEM_invalid,
                "Question %lld is not in the bank in this kind and topic, is retired, or was picked twice",
                "题号 %lld 不在题库中、题型或主题不符、已停用，或重复手选",
                (long long)content->sections.at[section].numbers.at[place]);
    problem_under_index(&work->problem, (size_t)place);
    problem_under(&work->problem, SLICE("numbers"));
    return in_section(work, (size_t)section);
}

/* What is asked of a draft's content before it is written; false with a problem, or where SQL failed. */
static bool content_fits(struct work *work, struct id whole, const struct exam_create *content)
{
    return in_order(work, content->opens_at, content->closes_at) && within(work, whole, content) && picks_fit(work, content);
}

/* The verdict of a check that was not passed. */
static enum verdict unfit(const struct work *work)
{
    return work->problem.code == PROBLEM_none ? FAILED : REJECTED;
}

enum verdict exam_create_decide(struct work *work, const struct exam_create *command)
{
    auto_arguments arguments = arguments_new((size_t)config->message_bytes);
    auto_rows *rows = NULL;
    if (!content_fits(work, command->organisation, command))
        return unfit(work);
    value_id(argument(&arguments), work->envelope->id.bytes);
    value_id(argument(&arguments), command->organisation.bytes);
    add_content(&arguments, command);
    value_time(argument(&arguments), work->accepted);
    if (!sql_run(work->connection, "exam_create", &arguments, &rows))
        return FAILED;
    if (rows_count(rows) == 0)
        return work_reject(work, unknown_reference, "The organisation is not there", "组织不存在");
    struct owned owned = {.object = work->envelope->id, .version = 1, .organisation = command->organisation};
    work_say(work, DECLARED(owned), &owned);
    return APPLIED;
}

/* What a statement that touches nothing but a draft made of it. */
static enum verdict of_draft(struct work *work, const char *statement, const struct arguments *arguments)
{
    auto_rows *rows = NULL;
    if (!sql_run(work->connection, statement, arguments, &rows))
        return FAILED;
    if (rows_count(rows) == 0)
        return work_reject(work, conflict, "It is published already, or the draft is not there", "考试已经发布，或草稿不存在");
    return APPLIED;
}

enum verdict exam_change_decide(struct work *work, const struct exam_change *command)
{
    auto_arguments arguments = arguments_new((size_t)config->message_bytes);
    struct exam_create content = {
        .title = command->title,
        .opens_at = command->opens_at,
        .closes_at = command->closes_at,
        .minutes = command->minutes,
        .grace_seconds = command->grace_seconds,
        .attempts = command->attempts,
        .counted = command->counted,
        .multiple = command->multiple,
        .penalty = command->penalty,
        .release = command->release,
        .sections = {command->sections.at, command->sections.count},
        .audience = {command->audience.at, command->audience.count},
    };
    if (!content_fits(work, command->exam, &content))
        return unfit(work);
    value_id(argument(&arguments), command->exam.bytes);
    add_content(&arguments, &content);
    return of_draft(work, "exam_change", &arguments);
}

enum verdict exam_discard_decide(struct work *work, const struct exam_discard *command)
{
    auto_arguments arguments = arguments_new(64);
    value_id(argument(&arguments), command->exam.bytes);
    return of_draft(work, "exam_discard", &arguments);
}

bool exam_say(struct work *work, struct id exam)
{
    auto_arguments arguments = arguments_new(64);
    auto_rows *rows = NULL;
    value_id(argument(&arguments), exam.bytes);
    if (!sql_run(work->connection, "exam_state", &arguments, &rows))
        return false;
    if (rows_count(rows) == 0)
        return true; /* a draft: the front does not know it */
    struct exam state = {
        .exam = exam,
        .version = row_number(rows, 0, 0),
        .title = row_text(rows, 0, 2),
        .opens_at = row_time(rows, 0, 3),
        .closes_at = row_time(rows, 0, 4),
        .minutes = row_number(rows, 0, 5),
        .grace_seconds = row_number(rows, 0, 6),
        .attempts = row_number(rows, 0, 7),
        .questions = row_number(rows, 0, 8),
        .drawn = row_number(rows, 0, 9),
        .full_mark = row_number(rows, 0, 10),
        .release = (int)row_number(rows, 0, 11),
    };
    state.organisation = id_at(rows, 0, 1);
    struct slice audience = row_text(rows, 0, 12); /* sixteen bytes each */
    state.has_audience = audience.length > 0;
    state.audience.count = audience.length / sizeof(struct id);
    state.audience.at = arena_take(work->arena, audience.length);
    if (state.has_audience && !state.audience.at)
        return false;
    if (state.has_audience)
        memcpy(state.audience.at, audience.at, audience.length);
    work_say(work, DECLARED(exam), &state);
    return true;
}

enum verdict exam_release_decide(struct work *work, const struct exam_release *command)
{
    auto_arguments arguments = arguments_new(128);
    auto_rows *rows = NULL;
    value_id(argument(&arguments), command->exam.bytes);
    value_int2(argument(&arguments), (int16_t)command->release);
    if (!sql_run(work->connection, "exam_release", &arguments, &rows))
        return FAILED;
    if (rows_count(rows) == 0)
        return work_reject(work, conflict, "This is the rule already, or there is no such examination", "规则未变，或没有这场考试");
    return exam_say(work, command->exam) ? APPLIED : FAILED;
}

/* Tells each attempt under way of its new time, in its member's partition. */
static bool move_attempts(struct work *work, struct id exam, const struct id *member, int64_t minutes)
{
    auto_arguments arguments = arguments_new(128);
    auto_rows *rows = NULL;
    value_id(argument(&arguments), exam.bytes);
    value_id(argument(&arguments), member ? member->bytes : NULL);
    if (!sql_run(work->connection, "attempts_open", &arguments, &rows))
        return false;
    for (size_t i = 0; i < rows_count(rows); i++) {
        struct attempt_moved event = {.exam = exam, .minutes = minutes, .closes_at = row_time(rows, i, 2)};
        event.attempt = id_at(rows, i, 0);
        event.member = id_at(rows, i, 1);
        work_say(work, DECLARED(attempt_moved), &event);
    }
    return true;
}

enum verdict exam_extend_decide(struct work *work, const struct exam_extend *command)
{
    auto_arguments arguments = arguments_new(1024);
    auto_rows *rows = NULL;
    value_id(argument(&arguments), command->exam.bytes);
    value_id(argument(&arguments), command->member.bytes);
    value_int4(argument(&arguments), (int32_t)command->minutes);
    value_text(argument(&arguments), command->reason);
    value_id(argument(&arguments), work->envelope->id.bytes);
    if (!sql_run(work->connection, "exam_extend", &arguments, &rows))
        return FAILED;
    if (rows_count(rows) == 0)
        return work_reject(work, conflict, "There is no such examination, or as much extra time was given already",
                           "没有这场考试，或已给予不少于此的延时");
    int64_t more = row_number(rows, 0, 0);
    return move_attempts(work, command->exam, &command->member, more) ? APPLIED : FAILED;
}

enum verdict exam_move_decide(struct work *work, const struct exam_move *command)
{
    auto_arguments arguments = arguments_new(128);
    auto_rows *rows = NULL;
    value_id(argument(&arguments), command->exam.bytes);
    value_time(argument(&arguments), command->closes_at);
    if (!sql_run(work->connection, "exam_move", &arguments, &rows))
        return FAILED;
    if (rows_count(rows) == 0)
        return work_reject(work, conflict, "The closing can only be moved to a later time", "结束时间只能推后");
    return exam_say(work, command->exam) && move_attempts(work, command->exam, NULL, command->minutes) ? APPLIED : FAILED;
}
