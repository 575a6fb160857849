/* Exports of many persons: asked for with a purpose, approved by a second person, done with.  SPDX-License-Identifier: Apache-2.0 */
#include "topics/export.h"

#include "consumers/fetched.h"
#include "consumers/gathering.h"
#include "consumers/handler.h"
#include "consumers/procedure/effect.h"
#include "consumers/security/audit.h"
#include "process/config.h"
#include "topics/decode.h"
#include "topics/route.h"
#include "topics/seal.h"

enum verdict export_ask_decide(struct work *work, const struct export_ask *command);
effect_take export_ask_follow, export_allow_follow, export_end_follow;

enum { TARGET_BYTES = 4096, PARAMETERS_BYTES = 8192, SUM = 32 };

/* A workbook as it is asked for. */
struct asked {
    const struct declaration *workbook;
    struct slice target, parameters; /* in the arena */
    uint8_t sum[SUM];
};

/* The target is none that an export is of: the worker's own words, at the body's member. */
static enum verdict no_target(struct work *work, const char *text, const char *text_zh)
{
    problem_none(&work->problem);
    problem_say(&work->problem, PROBLEM_invalid, "%1$s%2$.0s", "%1$.0s%2$s", text, text_zh);
    problem_under(&work->problem, SLICE("target"));
    return REJECTED;
}

static bool open_target(struct work *work, const struct export_ask *command, struct slice *ret_target)
{
    struct buffer plain = buffer_new(TARGET_BYTES);
    bool fine = seal_show(work->gathering->seal, work->envelope->id, "target", command->target, &plain, &work->problem);
    char *copy = fine ? arena_copy(work->arena, buffer_slice(&plain)) : NULL;
    *ret_target = (struct slice){copy, plain.length};
    buffer_free(&plain);
    return copy != NULL;
}

/* Reads the address as the front will read it when the file is asked for. */
static enum verdict read_target(struct work *work, const struct export_ask *command, struct asked *ret_asked)
{
    struct slice path, query;
    struct id organisation;
    route_split(ret_asked->target, &path, &query);
    ret_asked->workbook = export_workbook(path);
    if (!ret_asked->workbook)
        return no_target(work, "This is no workbook of persons", "这不是人员表格的地址");
    void *message = arena_take(work->arena, ret_asked->workbook->shape()->size + 1);
    const struct decode_source source = {.path = path, .query = query};
    if (!message)
        return FAILED;
    if (!decode(ret_asked->workbook, &source, DECODE_STRICT, (int)config->json_depth, work->arena, NULL, message,
                &work->problem))
        return no_target(work, "The workbook does not take these parameters", "地址中的参数有误");
    if (!export_organisation(ret_asked->workbook, message, &organisation) || !id_equal(organisation, command->organisation))
        return no_target(work, "The address must name the organisation that is asked for", "地址中的党组织须与申请的党组织一致");
    struct buffer parameters = buffer_new(PARAMETERS_BYTES);
    export_asked(ret_asked->workbook, message, &parameters, ret_asked->sum);
    char *copy = arena_copy(work->arena, buffer_slice(&parameters));
    ret_asked->parameters = (struct slice){copy, parameters.length};
    buffer_free(&parameters);
    return copy ? APPLIED : FAILED;
}

static bool keep(struct work *work, const struct export_ask *command, const struct asked *asked, bool *ret_kept)
{
    auto_arguments arguments = arguments_new(2 * PARAMETERS_BYTES);
    auto_rows *rows = NULL;
    value_id(argument(&arguments), work->envelope->id.bytes);
    value_id(argument(&arguments), command->organisation.bytes);
    value_text(argument(&arguments), slice_of(asked->workbook->name));
    value_text(argument(&arguments), asked->target);
    value_jsonb(argument(&arguments), asked->parameters);
    value_bytes(argument(&arguments), (struct slice){(const char *)asked->sum, SUM});
    value_text(argument(&arguments), command->purpose);
    value_id(argument(&arguments), work->envelope->actor.bytes);
    value_time(argument(&arguments), work->accepted);
    if (!sql_run(work->connection, "export_keep", &arguments, &rows))
        return false;
    *ret_kept = rows_count(rows) == 1;
    return true;
}

enum verdict export_ask_decide(struct work *work, const struct export_ask *command)
{
    struct owned owned = {.object = work->envelope->id, .version = 1, .organisation = command->organisation};
    struct asked asked;
    bool kept;
    if (!open_target(work, command, &asked.target))
        return FAILED;
    enum verdict verdict = read_target(work, command, &asked);
    if (verdict != APPLIED)
        return verdict;
    if (!keep(work, command, &asked, &kept))
        return FAILED;
    if (!kept)
        return work_reject(work, unknown_reference, "The organisation is not there", "该党组织不存在");
    work_say(work, DECLARED(owned), &owned);
    return audit_add(work, work->envelope->id, command->organisation, command->purpose) ? APPLIED : FAILED;
}

/* An export as its case finds it: locked. */
struct known {
    struct id id, proposed_by, matter;
    int state;
};

/* Locks the export that the case is about; rejects one that is not this organisation's. */
static enum verdict find(struct work *work, const struct case_followed *followed, struct known *ret_known)
{
    auto_arguments arguments = arguments_new(64);
    auto_rows *rows = NULL;
    if (!effect_id(work, followed, "export", &ret_known->id))
        return REJECTED;
    value_id(argument(&arguments), ret_known->id.bytes);
    if (!sql_run(work->connection, "export_lock", &arguments, &rows))
        return FAILED;
    if (rows_count(rows) == 0 || !id_equal(id_at(rows, 0, 0), followed->organisation))
        return work_reject(work, not_found, "The organisation has no such export", "该党组织没有这项导出申请");
    ret_known->proposed_by = id_at(rows, 0, 1);
    ret_known->state = (int)row_number(rows, 0, 2);
    ret_known->matter = id_at(rows, 0, 3);
    return APPLIED;
}

static enum verdict move(struct work *work, const struct case_followed *followed, const struct known *known, int state,
                         int64_t downloads)
{
    auto_arguments arguments = arguments_new(256);
    value_id(argument(&arguments), known->id.bytes);
    value_int2(argument(&arguments), (int16_t)state);
    value_id(argument(&arguments), followed->matter.bytes);
    value_id(argument(&arguments), followed->has_actor ? followed->actor.bytes : NULL);
    value_time(argument(&arguments), work->accepted);
    value_int4(argument(&arguments), (int32_t)downloads);
    return sql_run(work->connection, "export_move", &arguments, NULL) ? APPLIED : FAILED;
}

enum verdict export_ask_follow(struct work *work, const struct case_followed *followed)
{
    struct known known;
    enum verdict verdict = find(work, followed, &known);
    if (verdict != APPLIED)
        return verdict;
    if (!followed->has_actor || !id_equal(known.proposed_by, followed->actor))
        return work_reject(work, not_yours, "Whoever asked for the export presents it", "须由提出导出申请的人提交");
    if (known.state != EXPORT_ASKED || !id_is_none(known.matter))
        return work_reject(work, conflict, "There is a case about this export already", "该导出申请已在办理");
    return move(work, followed, &known, EXPORT_ASKED, 0);
}

enum verdict export_allow_follow(struct work *work, const struct case_followed *followed)
{
    struct known known;
    const struct followed_fact *downloads = effect_fact(followed, "downloads");
    enum verdict verdict = find(work, followed, &known);
    if (verdict != APPLIED)
        return verdict;
    if (!followed->has_actor || id_equal(known.proposed_by, followed->actor))
        return work_reject(work, own_matter, "Whoever asked for the export does not approve it", "申请人不能批准自己的导出申请");
    if (known.state != EXPORT_ASKED || !id_equal(known.matter, followed->matter))
        return work_reject(work, conflict, "The export is not this case's to approve", "该导出申请不在本事项中办理");
    if (!downloads || !downloads->value.has_number)
        return work_reject(work, invalid, "It must be said how often the file may be had", "须写明可下载次数");
    return move(work, followed, &known, EXPORT_ALLOWED, downloads->value.number);
}

enum verdict export_end_follow(struct work *work, const struct case_followed *followed)
{
    struct known known;
    enum verdict verdict = find(work, followed, &known);
    if (verdict != APPLIED)
        return verdict;
    if (!id_equal(known.matter, followed->matter))
        return work_reject(work, conflict, "The export is not this case's", "该导出申请不在本事项中办理");
    return move(work, followed, &known, EXPORT_ENDED, 0);
}
