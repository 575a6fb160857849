/* A file is brought: its rows are read and kept sealed; then somebody says which column is what.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/data/import.h"

#include <stdlib.h>

#include "consumers/fetched.h"
#include "consumers/gathering.h"
#include "consumers/handler.h"
#include "consumers/security/audit.h"
#include "consumers/table/csv.h"
#include "consumers/table/workbook.h"
#include "process/config.h"
#include "process/memory.h"
#include "sql/transaction.h"
#include "topics/blob.h"
#include "topics/encode.h"

enum verdict import_upload_decide(struct work *work, const struct import_upload *command);
enum verdict import_map_decide(struct work *work, const struct import_map *command);
enum verdict import_settle_decide(struct work *work, const struct import_settle *command);

enum { ROWS_AT_ONCE = 500, CELLS_BYTES = 1 << 20, CHUNK_BYTES = 8 << 20, LINE_BYTES = 65536, HEADING_POINTS = 120 };

/* A row waiting to be written. */
struct waiting {
    int32_t line;
    enum fault fault; /* the reader's; none: it could be read */
    uint32_t column;
    struct slice sealed;
};

/* A file being read. */
struct reading {
    struct table_sink sink;
    struct work *work;
    enum import_kind kind;
    struct import_columns columns;
    struct arena *texts; /* of the rows that wait */
    size_t waits;
    struct waiting waiting[ROWS_AT_ONCE];
    int64_t rows;
    struct buffer cells, sealed;
    bool away; /* PostgreSQL failed */
};

static bool refuse_file(struct file_error *ret_error, enum fault fault, uint32_t line)
{
    *ret_error = (struct file_error){fault, line, 0};
    return false;
}

/* Writes the rows that wait. */
static bool write_rows(struct reading *reading)
{
    auto_arguments arguments = arguments_new(CHUNK_BYTES);
    struct buffer faults = buffer_new(LINE_BYTES), *array;
    if (reading->waits == 0)
        return true;
    value_id(argument(&arguments), reading->work->envelope->id.bytes);
    array = argument_array(&arguments, SQL_INT4, reading->waits);
    for (size_t i = 0; i < reading->waits; i++)
        value_int4(array, reading->waiting[i].line);
    array = argument_array(&arguments, SQL_TEXT, reading->waits);
    for (size_t i = 0; i < reading->waits; i++)
        value_text(array, reading->waiting[i].sealed);
    array = argument_array(&arguments, SQL_INT2, reading->waits);
    for (size_t i = 0; i < reading->waits; i++)
        value_int2(array, reading->waiting[i].fault ? ROW_BAD : ROW_READ);
    array = argument_array(&arguments, SQL_JSONB, reading->waits);
    for (size_t i = 0; i < reading->waits; i++) {
        const struct waiting *row = &reading->waiting[i];
        struct import_faults one = {.count = 0};
        if (row->fault)
            import_fault_add(&one, IMPORT_FIELDS + (int)row->column, row->fault);
        buffer_empty(&faults);
        import_faults_write(&reading->columns, row->line, &one, &faults);
        value_jsonb(array, buffer_slice(&faults));
    }
    buffer_free(&faults);
    reading->waits = 0;
    arena_reset(reading->texts);
    return sql_run(reading->work->connection, "import_rows_add", &arguments, NULL);
}

/* Adds a row to those that wait. */
static bool wait_for(struct reading *reading, struct waiting row, struct file_error *ret_error)
{
    if (reading->rows++ >= config->import_rows)
        return refuse_file(ret_error, FAULT_rows_many, (uint32_t)row.line);
    reading->waiting[reading->waits++] = row;
    if (reading->waits < ROWS_AT_ONCE)
        return true;
    reading->away = !write_rows(reading);
    return !reading->away || refuse_file(ret_error, FAULT_memory_ceiling, (uint32_t)row.line);
}

/* A title over the table has one cell; the heading is the first row that has two. */
static bool take_heading(struct reading *reading, const struct cell *cells, size_t count)
{
    struct import_columns *columns = &reading->columns;
    size_t filled = 0;
    for (size_t i = 0; i < count; i++)
        filled += slice_points(cells[i].text) > 0;
    if (filled < 2)
        return true;
    columns->count = cells[count - 1].column;
    for (size_t i = 0; i < columns->count; i++) {
        columns->headings[i] = SLICE("");
        columns->fields[i] = -1;
    }
    for (size_t i = 0; i < count; i++) {
        size_t place = cells[i].column - 1;
        struct slice text = cells[i].text;
        bool fits = text.length > 0 && slice_points(text) >= 0 && slice_points(text) <= HEADING_POINTS;
        char *copy = fits ? arena_copy(reading->work->arena, text) : NULL;
        columns->headings[place] = copy ? (struct slice){copy, text.length} : SLICE("");
        int field = fits ? import_field_named(reading->kind, text) : -1;
        for (size_t j = 0; j < columns->count && field >= 0; j++)
            if (columns->fields[j] == field)
                field = -1; /* the first column of a name is it */
        columns->fields[place] = field;
    }
    return true;
}

static bool take_row(struct table_sink *sink, uint32_t line, const struct cell *cells, size_t count,
                     struct file_error *ret_error)
{
    struct reading *reading = (struct reading *)sink;
    struct slice texts[IMPORT_COLUMNS];
    if (reading->columns.count == 0)
        return take_heading(reading, cells, count);
    for (size_t i = 0; i < reading->columns.count; i++)
        texts[i] = SLICE("");
    for (size_t i = 0; i < count; i++) {
        if (cells[i].broken)
            return sink->refuse(sink, line, cells[i].column, FAULT_cell_error, ret_error);
        if (cells[i].column <= reading->columns.count)
            texts[cells[i].column - 1] = cells[i].text;
        else if (cells[i].text.length > 0)
            return sink->refuse(sink, line, cells[i].column, FAULT_cell_beyond, ret_error);
    }
    buffer_empty(&reading->cells);
    buffer_empty(&reading->sealed);
    encode_texts(&reading->cells, texts, reading->columns.count);
    import_cells_seal(reading->work, reading->work->envelope->id, buffer_slice(&reading->cells), &reading->sealed);
    arena_reset(sink->cells);
    char *copy = arena_copy(reading->texts, buffer_slice(&reading->sealed));
    if (!copy || reading->cells.overflowed)
        return refuse_file(ret_error, FAULT_memory_ceiling, line);
    return wait_for(reading, (struct waiting){(int32_t)line, FAULT_none, 0, {copy, reading->sealed.length}}, ret_error);
}

static bool refuse_row(struct table_sink *sink, uint32_t line, uint32_t column, enum fault fault,
                       struct file_error *ret_error)
{
    struct reading *reading = (struct reading *)sink;
    if (reading->columns.count == 0 || fault == FAULT_memory_ceiling)
        return refuse_file(ret_error, fault, line);
    return wait_for(reading, (struct waiting){(int32_t)line, fault, column, {NULL, 0}}, ret_error);
}

static bool read_file(struct reading *reading, enum import_format format, struct file_error *ret_error)
{
    const struct table_limits limits = {.bytes = (size_t)config->upload_bytes,
                                        .columns = IMPORT_COLUMNS,
                                        .entries = 200,
                                        .unpacked = (size_t)config->import_unpacked_bytes,
                                        .ratio = 200,
                                        .strings = (size_t)config->import_rows * 8,
                                        .depth = 64,
                                        .mend = true};
    struct work *work = reading->work;
    table_reader *read = format == IMPORT_CSV ? csv_read : workbook_read;
    if (!read(work->body, &limits, work->arena, &reading->sink, ret_error))
        return false;
    if (reading->columns.count == 0)
        return refuse_file(ret_error, FAULT_header_missing, 1);
    if (reading->rows == 0)
        return refuse_file(ret_error, FAULT_file_empty, 0);
    reading->away = !write_rows(reading);
    return !reading->away;
}

static void columns_write(const struct import_columns *columns, struct import_column *list, struct buffer *json)
{
    buffer_add_byte(json, '[');
    for (size_t i = 0; i < columns->count; i++) {
        list[i] = (struct import_column){.column = (int64_t)i + 1,
                                         .has_heading = true,
                                         .heading = columns->headings[i],
                                         .has_field = columns->fields[i] >= 0,
                                         .field = columns->fields[i] >= 0 ? columns->fields[i] : 0};
        buffer_add_text(json, i ? "," : "");
        encode(json, import_column_shape(), &list[i]);
    }
    buffer_add_byte(json, ']');
}

/* Whether the house's own workbook of faulty rows added the column. */
static bool is_added(struct slice heading)
{
    for (size_t i = 0; i < import_added_enumeration.count; i++) {
        const char *text = import_added_enumeration.texts[i];
        if (slice_equal(heading, (struct slice){text, strcspn(text, " ")}))
            return true;
    }
    return false;
}

/* The SHA-256 of the heading row: files with the same one are of the same making. */
static void digest_headings(const struct import_columns *columns, uint8_t ret_sum[static BLOB_SUM])
{
    size_t count = columns->count;
    struct buffer json = buffer_new(LINE_BYTES);
    while (count > 0 && is_added(columns->headings[count - 1]))
        count--;
    encode_texts(&json, columns->headings, count);
    digest_sha256(buffer_slice(&json), ret_sum);
    buffer_free(&json);
}

/* What the columns were in the newest import that was entered of a file with the same headings; `ret_begun` gets which. */
static bool propose(struct reading *reading, const uint8_t sum[static BLOB_SUM], struct import_begun *ret_begun)
{
    auto_arguments arguments = arguments_new(256);
    auto_rows *rows = NULL;
    struct work *work = reading->work;
    struct import_columns before;
    value_id(argument(&arguments), work->envelope->id.bytes);
    value_bytes(argument(&arguments), (struct slice){(const char *)sum, BLOB_SUM});
    if (!sql_run(work->connection, "import_alike", &arguments, &rows))
        return false;
    if (rows_count(rows) == 0)
        return true;
    if (!import_columns_read(work, row_text(rows, 0, 2), &before))
        return false;
    for (size_t i = 0; i < reading->columns.count; i++)
        reading->columns.fields[i] = i < before.count ? before.fields[i] : -1;
    ret_begun->has_like = ret_begun->has_like_at = true;
    ret_begun->like = id_at(rows, 0, 0);
    ret_begun->like_at = row_time(rows, 0, 1);
    return true;
}

static bool keep_columns(struct reading *reading)
{
    auto_arguments arguments = arguments_new(LINE_BYTES);
    struct work *work = reading->work;
    struct buffer json = buffer_new(LINE_BYTES);
    struct import_column *list = arena_take(work->arena, IMPORT_COLUMNS * sizeof *list);
    struct import_begun begun = {.rows = reading->rows, .columns = {list, reading->columns.count}};
    uint8_t sum[BLOB_SUM];
    digest_headings(&reading->columns, sum);
    if (!list || !propose(reading, sum, &begun))
        return false;
    columns_write(&reading->columns, list, &json);
    value_id(argument(&arguments), work->envelope->id.bytes);
    value_jsonb(argument(&arguments), buffer_slice(&json));
    value_int4(argument(&arguments), (int32_t)reading->rows);
    value_bytes(argument(&arguments), (struct slice){(const char *)sum, sizeof sum});
    value_id(argument(&arguments), begun.has_like ? begun.like.bytes : NULL);
    buffer_free(&json);
    work_return(work, &begun);
    return sql_run(work->connection, "import_read", &arguments, NULL);
}

static bool begin(struct work *work, const struct import_upload *command, bool *ret_begun)
{
    auto_arguments arguments = arguments_new(4096);
    auto_rows *rows = NULL;
    uint8_t sum[BLOB_SUM];
    char name[BLOB_NAME];
    digest_sha256(work->body, sum);
    blob_name(sum, name);
    value_id(argument(&arguments), work->envelope->id.bytes);
    value_id(argument(&arguments), command->organisation.bytes);
    value_int2(argument(&arguments), (int16_t)command->kind);
    value_text(argument(&arguments), command->title);
    value_text(argument(&arguments), slice_of(name));
    value_id(argument(&arguments), work->envelope->actor.bytes);
    value_time(argument(&arguments), work->accepted);
    if (!sql_run(work->connection, "import_begin", &arguments, &rows))
        return false;
    *ret_begun = rows_count(rows) == 1;
    return true;
}

/* Reads the file into rows; a file that is refused leaves nothing. */
static enum verdict read_into(struct reading *reading, const struct import_upload *command)
{
    struct work *work = reading->work;
    struct file_error error = {FAULT_none, 0, 0};
    if (!transaction_mark(work->connection))
        return FAILED;
    bool begun = false;
    if (!begin(work, command, &begun))
        return FAILED;
    if (!begun)
        return work_reject(work, unknown_reference, "The organisation is not there", "该党组织不存在");
    if (read_file(reading, command->format, &error))
        return keep_columns(reading) ? APPLIED : FAILED;
    if (reading->away || !transaction_back(work->connection))
        return FAILED;
    return work_reject(work, import_refused, "%1$s%2$.0s (line %3$u)", "%1$.0s%2$s（第 %3$u 行）", fault_english(error.fault),
                       fault_chinese(error.fault), error.line);
}

enum verdict import_upload_decide(struct work *work, const struct import_upload *command)
{
    struct owned owned = {.object = work->envelope->id, .version = 1, .organisation = command->organisation};
    if (command->format != IMPORT_CSV && command->format != IMPORT_XLSX)
        return work_reject(work, invalid, "A file of this kind is csv or xlsx", "此类文件须为 csv 或 xlsx");
    struct reading *reading = memory_new(sizeof *reading);
    *reading = (struct reading){.sink = {take_row, refuse_row, arena_new(LINE_BYTES, CHUNK_BYTES)},
                                .work = work,
                                .kind = command->kind,
                                .texts = arena_new(CELLS_BYTES, CHUNK_BYTES),
                                .cells = buffer_new(CELLS_BYTES),
                                .sealed = buffer_new(2 * CELLS_BYTES)};
    enum verdict verdict = read_into(reading, command);
    arena_free(reading->sink.cells);
    arena_free(reading->texts);
    buffer_free(&reading->cells);
    buffer_free(&reading->sealed);
    free(reading);
    if (verdict != APPLIED)
        return verdict;
    work_say(work, DECLARED(owned), &owned);
    return audit_add(work, work->envelope->id, command->organisation, command->title) ? APPLIED : FAILED;
}

/* Lays the command's columns over the file's; rejects what is not one of them, stands twice or does not fit. */
static enum verdict lay_mapping(struct work *work, const struct import_map *command, struct import_known *known)
{
    bool seen[IMPORT_FIELDS] = {false};
    struct import_columns *columns = &known->columns;
    for (size_t i = 0; i < columns->count; i++)
        columns->fields[i] = -1;
    for (size_t i = 0; i < command->columns.count; i++) {
        const struct import_column *column = &command->columns.at[i];
        if (!column->has_field)
            continue;
        if (column->column > (int64_t)columns->count)
            return work_reject(work, invalid, "The file has no column %u", "文件没有第 %u 列", (unsigned)column->column);
        if (!import_field_fits((enum import_kind)known->kind, (enum import_field)column->field))
            return work_reject(work, invalid, "Column %u is something that such rows do not have", "第 %u 列的含义不适用于此类数据",
                               (unsigned)column->column);
        if (seen[column->field] || columns->fields[column->column - 1] >= 0)
            return work_reject(work, invalid, "Two columns are the same thing, or one is two", "有两列对应同一项，或一列对应了两项");
        seen[column->field] = true;
        columns->fields[column->column - 1] = column->field;
    }
    for (int field = 0; field < IMPORT_FIELDS; field++)
        if (import_field_needed((enum import_kind)known->kind, (enum import_field)field) && !seen[field])
            return work_reject(work, invalid, "No column is what every row must hold: %1$s", "缺少必需的列：%1$s",
                               import_field_enumeration.values[field]);
    return APPLIED;
}

/* Keeps the mapping and has the rows checked from the first. */
static bool remap(struct work *work, const struct import_known *known)
{
    auto_arguments arguments = arguments_new(LINE_BYTES);
    auto_rows *rows = NULL;
    struct buffer json = buffer_new(LINE_BYTES);
    struct import_column list[IMPORT_COLUMNS];
    columns_write(&known->columns, list, &json);
    value_id(argument(&arguments), known->id.bytes);
    value_jsonb(argument(&arguments), buffer_slice(&json));
    buffer_free(&json);
    if (!sql_run(work->connection, "import_remap", &arguments, &rows))
        return false;
    struct import_check first = {.import = known->id, .generation = row_number(rows, 0, 0)};
    work_say(work, DECLARED(import_check), &first);
    return true;
}

/* Locks the import that a command names; rejects where there is none. */
static enum verdict find(struct work *work, struct id import, struct import_known *known)
{
    bool there;
    if (!import_lock(work, import, &there, known))
        return FAILED;
    return there ? APPLIED : work_reject(work, not_found, "There is no such import", "没有这批导入");
}

enum verdict import_map_decide(struct work *work, const struct import_map *command)
{
    struct import_known known;
    enum verdict verdict = find(work, command->import, &known);
    if (verdict != APPLIED)
        return verdict;
    if (known.state > IMPORT_CHECKED)
        return work_reject(work, conflict, "It was confirmed already: what was entered can be taken back as a whole",
                           "这批数据已确认导入，如有问题请整批撤销");
    verdict = lay_mapping(work, command, &known);
    return verdict == APPLIED && !remap(work, &known) ? FAILED : verdict;
}

enum verdict import_settle_decide(struct work *work, const struct import_settle *command)
{
    static const int16_t fates[] = {
        [DECISION_ENTER] = ROW_GOOD, [DECISION_UPDATE] = ROW_GOOD, [DECISION_LEAVE] = ROW_LEFT};
    auto_arguments arguments = arguments_new(256);
    auto_rows *rows = NULL;
    struct import_known known;
    enum verdict verdict = find(work, command->import, &known);
    if (verdict != APPLIED)
        return verdict;
    if (known.state != IMPORT_CHECKED)
        return work_reject(work, conflict, "Doubtful rows are decided while it is checked and not yet confirmed",
                           "只能在预检完成、尚未确认时处理疑似重复的行");
    value_id(argument(&arguments), known.id.bytes);
    value_int4(argument(&arguments), (int32_t)command->row);
    value_int2(argument(&arguments), fates[command->decision]);
    value_bool(argument(&arguments), command->decision == DECISION_UPDATE);
    if (!sql_run(work->connection, "import_settle", &arguments, &rows))
        return FAILED;
    if (rows_count(rows) == 0)
        return work_reject(work, conflict, "The row is not doubtful, or nobody is there whom it could update",
                           "该行不是疑似重复，或没有可更新的人员");
    return APPLIED;
}
