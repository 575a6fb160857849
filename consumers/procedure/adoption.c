/* Adopting packs of rules and calendars.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/fetched.h"
#include "consumers/handler.h"
#include "consumers/procedure/calendar.h"
#include "consumers/procedure/check.h"
#include "process/config.h"
#include "topics/decode.h"
#include "topics/encode.h"

enum verdict procedure_adopt_decide(struct work *work, const struct procedure_adopt *command);
enum verdict calendar_adopt_decide(struct work *work, const struct calendar_adopt *command);

enum { BODY_MOST = 1 << 20 };

/* The national pack that the local one supplements; *ret_pack stays empty where there is none. False where PostgreSQL
 * failed. */
static bool fetch_national(struct work *work, const struct pack_reference *reference, struct pack *ret_pack)
{
    auto_arguments arguments = arguments_new(512);
    auto_rows *rows = NULL;
    value_text(argument(&arguments), reference->name);
    value_int4(argument(&arguments), (int32_t)reference->version);
    *ret_pack = (struct pack){0};
    if (!sql_run(work->connection, "pack_find", &arguments, &rows))
        return false;
    if (rows_count(rows) == 0)
        return true;
    struct procedure_pack *row = arena_take(work->arena, sizeof *row);
    struct slice body = text_at(rows, 0, 0, work->arena);
    return row && body.at && decode_record(procedure_pack_shape(), body, DECODE_LENIENT, work->arena, row, &work->problem) &&
           pack_of(row, work->arena, ret_pack, &work->problem);
}

/* Whether the pack may be adopted; else work->problem says why, or PostgreSQL failed. */
static bool judge(struct work *work, const struct pack *pack, bool *ret_failed)
{
    size_t most = (size_t)config->pack_configurations;
    struct finding finding;
    struct pack national;
    *ret_failed = false;
    if (!pack_sound(pack, most, &finding))
        return finding_say(pack, &finding, &work->problem);
    if (!pack->row->supplements)
        return true;
    if (!fetch_national(work, pack->row->supplements, &national)) {
        *ret_failed = work->problem.code == PROBLEM_none;
        return false;
    }
    if (!national.row || national.row->level != LEVEL_NATIONAL) {
        problem_say(&work->problem, PROBLEM_invalid, "There is no such national pack", "没有该全国规则包");
        return problem_under(&work->problem, SLICE("supplements"));
    }
    return pack_supplements(pack, &national, most, &finding) || finding_say(pack, &finding, &work->problem);
}

static enum verdict keep(struct work *work, const struct pack *pack)
{
    const struct procedure_pack *row = pack->row;
    auto_arguments arguments = arguments_new(BODY_MOST + 4096);
    auto_rows *rows = NULL;
    struct buffer json = buffer_new(BODY_MOST);
    encode(&json, procedure_pack_shape(), row);
    value_text(argument(&arguments), row->name);
    value_int4(argument(&arguments), (int32_t)row->version);
    value_int2(argument(&arguments), (int16_t)row->level);
    value_text(argument(&arguments), row->supplements ? row->supplements->name : (struct slice){0});
    value_date(argument(&arguments), (int32_t)row->effective_from);
    value_jsonb(argument(&arguments), json.overflowed ? (struct slice){0} : buffer_slice(&json));
    value_time(argument(&arguments), work->accepted);
    value_id(argument(&arguments), work->envelope->actor.bytes);
    buffer_free(&json);
    if (!sql_run(work->connection, "pack_adopt", &arguments, &rows))
        return FAILED;
    if (rows_count(rows) == 0)
        return work_reject(work, exists, "This version stands already: give another a higher one", "该版本已存在，请使用更高的版本号");
    return APPLIED;
}

enum verdict procedure_adopt_decide(struct work *work, const struct procedure_adopt *command)
{
    struct pack pack;
    bool failed;
    if (!pack_of(&command->pack, work->arena, &pack, &work->problem)) {
        problem_under(&work->problem, SLICE("pack"));
        return work->problem.code == PROBLEM_too_large ? FAILED : REJECTED;
    }
    if (!judge(work, &pack, &failed)) {
        problem_under(&work->problem, SLICE("pack"));
        return failed ? FAILED : REJECTED;
    }
    return keep(work, &pack);
}

enum verdict calendar_adopt_decide(struct work *work, const struct calendar_adopt *command)
{
    auto_arguments arguments = arguments_new(BODY_MOST);
    auto_rows *rows = NULL;
    struct buffer json = buffer_new(BODY_MOST / 2);
    struct calendar calendar;
    if (!calendar_of(&command->calendar, 1, work->arena, &calendar, &work->problem)) {
        problem_under(&work->problem, SLICE("calendar"));
        return work->problem.code == PROBLEM_none ? FAILED : REJECTED;
    }
    encode(&json, working_calendar_shape(), &command->calendar);
    value_int2(argument(&arguments), (int16_t)command->calendar.year);
    value_int4(argument(&arguments), (int32_t)command->calendar.version);
    value_jsonb(argument(&arguments), json.overflowed ? (struct slice){0} : buffer_slice(&json));
    value_time(argument(&arguments), work->accepted);
    value_id(argument(&arguments), work->envelope->actor.bytes);
    buffer_free(&json);
    if (!sql_run(work->connection, "calendar_adopt", &arguments, &rows))
        return FAILED;
    if (rows_count(rows) == 0)
        return work_reject(work, exists, "This version stands already: give another a higher one", "该版本已存在，请使用更高的版本号");
    return APPLIED;
}
