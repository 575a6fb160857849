/* Workbooks of persons at the front: recorded before they leave.  SPDX-License-Identifier: Apache-2.0 */
#include "http/export_record.h"

#include "http/permit.h"
#include "http/reach.h"
#include "http/tree.h"
#include "process/config.h"
#include "sql/row.h"
#include "sql/transaction.h"
#include "topics/export.h"
#include "topics/messages.h"

enum { ARGUMENTS_BYTES = 2048, PARAMETERS_BYTES = 8192 };

/* What the SQL function answers, and what that means. */
static const struct {
    const char *said;
    enum problem_code code;
    const char *text, *text_zh;
} answers[] = {
    {"given", PROBLEM_none, "", ""},
    {"many", PROBLEM_export_unapproved, "More persons than leave at once: ask by POST /v1/exports, and have it approved",
     "人数超过可直接导出的上限，请提出导出申请，经他人批准后下载"},
    {"unknown", PROBLEM_not_found, PERMIT_NOTHING_HERE},
    {"other", PROBLEM_export_unapproved, "Another file was approved: ask for the address that the export names",
     "批准导出的是另一份表格，请按申请中的条件下载"},
    {"waits", PROBLEM_export_unapproved, "The export is not approved yet: a second person has to", "导出申请尚未批准，须由另一人批准"},
    {"over", PROBLEM_export_unapproved,
     "The export is over: it was taken as often as was approved, denied, closed, or its time ran out",
     "该导出申请已结束：已达下载次数、未获批准或已过期，如仍需要请重新申请"},
};

bool export_record_begin(struct visit *visit, struct export_record *ret_record)
{
    const struct declaration *workbook = visit->declaration;
    const char *message = visit->message;
    const struct field *export = shape_field(workbook->shape(), "export");
    struct buffer parameters = buffer_new(PARAMETERS_BYTES);
    struct id organisation = {0};
    *ret_record = (struct export_record){
        .workbook = workbook->name, .actor = visit->caller.account, .now = visit->accepted_ms};
    export_asked(workbook, message, &parameters, ret_record->digest);
    buffer_free(&parameters);
    bool named = export_organisation(workbook, message, &organisation);
    ret_record->organisation = organisation;
    ret_record->by_export = *(const bool *)(message + export->offset_has);
    if (!ret_record->by_export)
        return true;
    memcpy(&ret_record->export, message + export->offset, sizeof ret_record->export);
    /* whoever lost the right since, or never had it, gets by it no more than others do */
    uint32_t place = named ? tree_find(visit->front->tree, organisation) : TREE_NONE;
    if (place != TREE_NONE && reach_roles(visit, DECLARED(export_ask)->roles, place))
        return true;
    return problem_say(&visit->problem, PROBLEM_not_found, PERMIT_NOTHING_HERE);
}

bool export_record_may(struct visit *visit, const struct export_record *record, int64_t rows)
{
    if (record->by_export || rows <= config->export_rows)
        return true;
    return problem_say(&visit->problem, PROBLEM_export_unapproved,
                       "These are more than %d persons: say what for by POST /v1/exports and have a second person approve "
                       "it (committee and county administrators), or ask for fewer",
                       "超过 %d 人：请由党委或县委组织部管理员提出导出申请、写明用途，经另一人批准后下载；或缩小范围",
                       (int)config->export_rows);
}

static bool take(struct export_record *record, struct sql_connection *connection, int64_t rows, struct rows **ret_rows)
{
    auto_arguments arguments = arguments_new(ARGUMENTS_BYTES);
    value_id(argument(&arguments), record->by_export ? record->export.bytes : NULL);
    value_id(argument(&arguments), record->actor.bytes);
    value_text(argument(&arguments), slice_of(record->workbook));
    value_id(argument(&arguments), id_is_none(record->organisation) ? NULL : record->organisation.bytes);
    value_bytes(argument(&arguments), (struct slice){(const char *)record->digest, sizeof record->digest});
    value_int8(argument(&arguments), rows);
    value_int8(argument(&arguments), config->export_rows);
    value_time(argument(&arguments), record->now);
    if (transaction_begin(connection, DURABLE) && sql_run(connection, "session_export_take", &arguments, ret_rows) &&
        transaction_commit(connection) == COMMIT_DONE)
        return true;
    transaction_rollback(connection);
    return false;
}

void export_record_keep(struct export_record *record, struct sql_connection *connection, int64_t rows)
{
    auto_rows *said = NULL;
    record->outcome = EXPORT_AWAY;
    problem_none(&record->problem);
    if (!connection || !take(record, connection, rows, &said))
        return;
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        if (!slice_equal(row_text(said, 0, 0), slice_of(answers[i].said)))
            continue;
        record->outcome = answers[i].code == PROBLEM_none ? EXPORT_GIVEN : EXPORT_REFUSED;
        if (record->outcome == EXPORT_REFUSED)
            (void)problem_tell(&record->problem, answers[i].code, slice_of(answers[i].text), slice_of(answers[i].text_zh));
    }
}
