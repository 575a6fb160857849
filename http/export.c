/* Workbooks: the pages of a query's rows gathered, made a file in another thread, and answered.  SPDX-License-Identifier: Apache-2.0 */
#include "http/export.h"

#include <assert.h>
#include <stdlib.h>
#include <time.h>

#include "http/export_record.h"
#include "http/hall.h"
#include "http/names.h"
#include "http/password.h"
#include "http/query.h"
#include "http/reach.h"
#include "http/workbook.h"
#include "process/config.h"
#include "process/memory.h"
#include "sql/pool.h"

enum { PAGE_ROWS = 2000, TRIES = 4, SHANGHAI_S = 8 * 3600, NAME_CEILING = 512 };

struct export {
    struct password_job job; /* the file's making */
    struct front *front; /* the visit is over once it is answered */
    struct visit *visit;
    int64_t offset, total;
    const struct declaration *query; /* that gives the rows */
    bool behind;     /* it has a cursor, and a page came already: */
    struct id after; /* behind this the next page begins */
    int tries;
    struct buffer rows, file;
    bool made;
    struct export_record record; /* of a workbook of persons */
};

static void export_end(struct export *export)
{
    export->front->exports--;
    buffer_free(&export->rows);
    buffer_free(&export->file);
    free(export);
}

#define refuse(export, ...)                               \
    do {                                                  \
        visit_refuse_as((export)->visit, __VA_ARGS__);    \
        export_end(export);                               \
    } while (0)

/* A file name that any client can read, and the Chinese one (RFC 6266, RFC 5987). */
static void add_disposition(const struct visit *visit, const char *name, const char *title, struct buffer *headers)
{
    char stamp[32];
    time_t at = (time_t)(visit->accepted_ms / 1000) + SHANGHAI_S;
    struct tm parts;
    struct buffer value = buffer_new(NAME_CEILING);
    strftime(stamp, sizeof stamp, "-%Y%m%d-%H%M", gmtime_r(&at, &parts));
    buffer_add_format(&value, "attachment; filename=\"%s%s.xlsx\"; filename*=UTF-8''", name, stamp);
    for (const char *byte = title; *byte; byte++)
        buffer_add_format(&value, "%%%02X", (unsigned char)*byte);
    buffer_add_format(&value, "%s.xlsx", stamp);
    response_header(headers, "Content-Disposition", buffer_slice(&value));
    buffer_free(&value);
}

void export_answer(struct visit *visit, const char *name, const char *title, struct slice file)
{
    struct buffer *headers = &visit->hall->headers;
    add_disposition(visit, name, title, headers);
    struct response response = {.status = 200, .headers = buffer_slice(headers), .body = file};
    response.content_type = SLICE("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
    visit_count(visit, response.status);
    exchange_answer(visit->exchange, &response);
    buffer_empty(headers);
}

bool export_begin(struct visit *visit)
{
    if (++visit->front->exports <= config->exports)
        return true;
    visit->front->exports--;
    visit_refuse_as(visit, PROBLEM_busy, "Other workbooks are being made", "正在生成其他表格，请稍后再试");
    return false;
}

static void file_made(struct loop *loop, void *job)
{
    struct export *export = job;
    struct visit *visit = export->visit;
    (void)loop;
    if (!export->made) {
        refuse(export, PROBLEM_internal, "The workbook could not be made", "无法生成表格文件");
    } else if (visit->declaration->persons && export->record.outcome == EXPORT_AWAY) {
        refuse(export, PROBLEM_database_away, "An export must be recorded first, which needs the database",
               "导出须先留痕，数据库暂不可用");
    } else if (visit->declaration->persons && export->record.outcome == EXPORT_REFUSED) {
        visit->problem = export->record.problem;
        visit_refuse(visit);
        export_end(export);
    } else {
        export_answer(visit, visit->declaration->rows_of, visit->declaration->title, buffer_slice(&export->file));
        export_end(export);
    }
}

static void make_file(struct password_job *job, struct passwords_session *session)
{
    struct export *export = (struct export *)job;
    int64_t rows;
    export->made = workbook_make(export->visit->declaration, buffer_slice(&export->rows), &export->file, &rows);
    if (export->made && export->visit->declaration->persons)
        export_record_keep(&export->record, passwords_connection(session), rows);
}

static void ask_page(struct export *export);

/* Whether the page's rows were the last; where not, and the query has a cursor, it moves on. */
static bool was_last(struct export *export, const struct rows *rows)
{
    if (!query_has_cursor(export->query))
        return export->offset >= export->total;
    export->behind = !row_null(rows, 0, QUERY_NEXT) && id_parse(row_text(rows, 0, QUERY_NEXT), &export->after);
    return !export->behind;
}

/* Whether so many rows may leave; else it is over. */
static bool may(struct export *export, int64_t rows)
{
    if (!export->visit->declaration->persons || export_record_may(export->visit, &export->record, rows))
        return true;
    visit_refuse(export->visit);
    export_end(export);
    return false;
}

/* A page more. Where the number of rows has changed meanwhile, and places go by it, a row might stand twice or nowhere:
 * all is read again. */
static void came(void *context, const struct rows *rows, const struct sql_failure *failure)
{
    struct export *export = context;
    struct visit *visit = export->visit;
    if (failure || rows_count(rows) == 0) {
        refuse(export, PROBLEM_database_away, "The query could not be answered now", "暂时无法完成查询");
        return;
    }
    int64_t total = row_number(rows, 0, QUERY_TOTAL);
    if (!may(export, total))
        return;
    bool changed = export->offset > 0 && total != export->total && !query_has_cursor(export->query);
    export->total = total;
    export->offset = changed ? 0 : export->offset + PAGE_ROWS;
    if (changed)
        buffer_empty(&export->rows);
    else if (!names_fill(visit, row_text(rows, 0, QUERY_ROWS), &export->rows) || export->rows.overflowed) {
        refuse(export, PROBLEM_busy, "The answer is too large: ask for fewer rows", "结果过大，请缩小范围");
        return;
    }
    if (changed && --export->tries == 0)
        refuse(export, PROBLEM_busy, "The results change too fast to be read", "数据变动频繁，请稍后再试");
    else if (changed || !was_last(export, rows))
        ask_page(export);
    else if (!passwords_take(visit->front->passwords, &export->job))
        refuse(export, PROBLEM_busy, "Too much waits to be made", "等待处理的任务过多");
}

static void ask_page(struct export *export)
{
    struct visit *visit = export->visit;
    struct arguments arguments;
    query_arguments(visit, &arguments);
    value_int8(argument(&arguments), PAGE_ROWS);
    bool cursor = query_has_cursor(export->query);
    value_int8(argument(&arguments), cursor ? 0 : export->offset);
    if (cursor && export->behind)
        value_id(argument(&arguments), export->after.bytes);
    else if (cursor)
        value_null(argument(&arguments));
    query_add_sight(visit, &arguments);
    struct pool_reach reach = reach_rows(visit);
    if (!pool_ask(visit->hall->pool, export->query->name, &arguments, &reach, came, export))
        refuse(export, PROBLEM_database_away, "The database cannot be asked now", "暂时无法查询数据库");
    arguments_free(&arguments);
}

static void answer_workbook(struct visit *visit)
{
    struct export_record record = {0};
    if (visit->declaration->persons && !export_record_begin(visit, &record)) {
        visit_refuse(visit);
        return;
    }
    if (!export_begin(visit))
        return;
    struct export *export = memory_new(sizeof *export);
    *export = (struct export){.job = {.loop = visit->hall->loop, .work = make_file, .done = file_made},
                              .front = visit->front,
                              .visit = visit,
                              .query = catalogue_declaration(slice_of(visit->declaration->rows_of)),
                              .tries = TRIES,
                              .record = record,
                              .rows = buffer_new((size_t)config->export_bytes),
                              .file = buffer_new((size_t)config->export_bytes)};
    ask_page(export);
}

/* Its rows' query has the same parameters, then the page; its columns are fields of the result. */
static bool fits(const struct declaration *workbook)
{
    const struct declaration *query = catalogue_declaration(slice_of(workbook->rows_of));
    const struct shape *shape = workbook->shape(), *other = query ? query->shape() : NULL;
    const struct field *after = other ? shape_field(other, "after") : NULL;
    size_t own = shape->count - workbook->persons; /* `export` is none of its query's */
    bool good = other && other->count == own + 2 + (after != NULL) && (!after || after->type == ID) &&
                query->result == workbook->result && query->form == ROWS;
    for (size_t i = 0; good && i < own; i++)
        good = slice_equal(shape->fields[i].name, other->fields[i].name) && shape->fields[i].type == other->fields[i].type;
    for (const struct column *column = workbook->columns; good && column->field; column++)
        good = shape_field(workbook->result(), column->field) != NULL;
    return good;
}

void exports_offer(struct front *front)
{
    for (size_t i = 0; i < catalogue_declaration_count; i++) {
        const struct declaration *declaration = &catalogue_declarations[i];
        if (declaration->kind != A_QUERY || declaration->form != WORKBOOK || !declaration->rows_of)
            continue;
        assert(fits(declaration));
        front_offer_answer(front, declaration, answer_workbook);
    }
}
