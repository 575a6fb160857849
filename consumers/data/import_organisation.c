/* A row of organisations, set up or changed as by command, and taken back.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/data/import_enter.h"
#include "consumers/fetched.h"
#include "consumers/gathering.h"
#include "process/clock.h"
#include "topics/decode.h"
#include "topics/encode.h"

enum verdict organisation_create_decide(struct work *work, const struct organisation_create *command);
enum verdict organisation_rename_decide(struct work *work, const struct organisation_rename *command);
enum verdict organisation_adjust_decide(struct work *work, const struct organisation_adjust *command);
enum verdict organisation_dissolve_decide(struct work *work, const struct organisation_dissolve *command);

enum { TEXT_BYTES = 4096, SHORT_POINTS = 24, OF_ADJUSTMENT = 1, OF_NAME = 2 };

/* The document of a change that the file gives none for. */
static struct slice document_of(const struct import_entry *entry)
{
    return entry->values.at[IMPORT_DOCUMENT].at ? entry->values.at[IMPORT_DOCUMENT] : SLICE("数据导入");
}

/* The short name, or a full name that is short enough. */
static struct slice short_name_of(const struct import_entry *entry)
{
    struct slice name = entry->values.at[IMPORT_NAME], given = entry->values.at[IMPORT_SHORT_NAME];
    return given.at || slice_points(name) > SHORT_POINTS ? given : name;
}

/* What the file says beside the names. */
static bool fill_adjustment(const struct import_entry *entry, struct organisation_adjust *command)
{
    const struct slice *at = entry->values.at;
    int64_t kind;
    command->has_kind = at[IMPORT_ORGANISATION_KIND].at && slice_number(at[IMPORT_ORGANISATION_KIND], &kind);
    command->kind = command->has_kind ? (int)kind : 0;
    command->has_ordinal = at[IMPORT_ORDINAL].at && slice_number(at[IMPORT_ORDINAL], &command->ordinal);
    command->has_address = at[IMPORT_ADDRESS].at != NULL;
    command->address = at[IMPORT_ADDRESS];
    command->has_telephone = at[IMPORT_TELEPHONE].at != NULL;
    command->telephone = at[IMPORT_TELEPHONE];
    return command->has_address || command->has_telephone;
}

/* Adjusts or renames as one more message that follows from this one, so that each change has an id of its own. */
static enum verdict adjust(struct work *work, const struct import_entry *entry, const struct organisation_adjust *command)
{
    struct import_work as;
    import_work_as(work, entry->known, DECLARED(organisation_adjust), &as);
    as.envelope.id = work_id(work, OF_ADJUSTMENT);
    return import_work_end(work, &as, organisation_adjust_decide(&as.work, command));
}

static enum verdict rename_short(struct work *work, const struct import_entry *entry, struct slice name,
                                 struct slice short_name)
{
    struct import_work as;
    struct organisation_rename command = {.organisation = entry->target,
                                          .effective = clock_day(work->accepted),
                                          .document = document_of(entry),
                                          .name = name,
                                          .short_name = short_name};
    import_work_as(work, entry->known, DECLARED(organisation_rename), &as);
    as.envelope.id = work_id(work, OF_NAME);
    return import_work_end(work, &as, organisation_rename_decide(&as.work, &command));
}

static enum verdict create(struct work *work, struct import_entry *entry)
{
    struct import_work as;
    struct organisation_adjust rest = {.effective = clock_day(work->accepted), .document = document_of(entry)};
    struct organisation_create command = {.has_parent = true,
                                          .name = entry->values.at[IMPORT_NAME],
                                          .short_name = short_name_of(entry),
                                          .has_document = true,
                                          .document = document_of(entry),
                                          .has_effective = entry->values.at[IMPORT_SINCE].at != NULL};
    enum verdict verdict = import_organisation(work, entry->known, entry->values.at[IMPORT_PARENT], &command.parent);
    if (verdict != APPLIED)
        return verdict;
    if (!command.short_name.at)
        return work_reject(work, invalid, "A short name is needed: the full one has more than 24 characters",
                           "全称超过 24 个字，须填写简称");
    bool more = fill_adjustment(entry, &rest);
    command.kind = rest.kind;
    command.ordinal = rest.has_ordinal ? rest.ordinal : entry->line % 100000;
    if (command.has_effective)
        command.effective = rest.effective = import_day(entry->values.at[IMPORT_SINCE]);
    import_work_as(work, entry->known, DECLARED(organisation_create), &as);
    verdict = import_work_end(work, &as, organisation_create_decide(&as.work, &command));
    entry->target = work->envelope->id;
    entry->fate = ROW_ENTERED;
    rest.organisation = entry->target;
    rest.has_kind = rest.has_ordinal = false;
    return verdict == APPLIED && more ? adjust(work, entry, &rest) : verdict;
}

/* What stands there now, as import_row.before keeps it. */
static bool look(struct work *work, struct id organisation, struct organisation_row *now, struct slice *ret_json)
{
    auto_arguments arguments = arguments_new(256);
    auto_rows *rows = NULL;
    value_id(argument(&arguments), organisation.bytes);
    if (!sql_run(work->connection, "import_tree_row", &arguments, &rows) || rows_count(rows) != 1)
        return false;
    *ret_json = text_at(rows, 0, 0, work->arena);
    return decode_record(organisation_row_shape(), *ret_json, DECODE_LENIENT, work->arena, now, &work->problem);
}

/* Leaves out of a change what stands so already. False: nothing is left. */
static bool keep_differences(const struct organisation_row *now, struct organisation_adjust *command)
{
    command->has_kind = command->has_kind && command->kind != now->kind;
    command->has_ordinal = command->has_ordinal && command->ordinal != now->ordinal;
    command->has_address = command->has_address && !(now->has_address && slice_equal(command->address, now->address));
    command->has_telephone =
        command->has_telephone && !(now->has_telephone && slice_equal(command->telephone, now->telephone));
    return command->has_kind || command->has_ordinal || command->has_address || command->has_telephone;
}

static enum verdict change(struct work *work, struct import_entry *entry)
{
    struct organisation_row now;
    struct organisation_adjust command = {.organisation = entry->target,
                                          .effective = clock_day(work->accepted),
                                          .document = document_of(entry)};
    struct slice before, short_name = entry->values.at[IMPORT_SHORT_NAME];
    enum verdict verdict = APPLIED;
    if (!look(work, entry->target, &now, &before))
        return FAILED;
    (void)fill_adjustment(entry, &command);
    bool differs = keep_differences(&now, &command);
    bool renamed = short_name.at && !slice_equal(short_name, now.short_name);
    entry->fate = differs || renamed ? ROW_UPDATED : ROW_SAME;
    if (differs)
        verdict = adjust(work, entry, &command);
    if (renamed && verdict == APPLIED)
        verdict = rename_short(work, entry, now.name, short_name);
    if (differs || renamed)
        entry->before = before;
    return verdict;
}

enum verdict import_enter_organisation(struct work *work, struct import_entry *entry)
{
    return id_is_none(entry->target) ? create(work, entry) : change(work, entry);
}

/* What was set up goes, where nobody and nothing has come under it since: the tree's own rules say so. */
static enum verdict dissolve(struct work *work, struct import_entry *entry)
{
    struct import_work as;
    struct organisation_dissolve command = {.organisation = entry->target,
                                            .effective = clock_day(work->accepted),
                                            .document = SLICE("导入撤销")};
    import_work_as(work, entry->known, DECLARED(organisation_dissolve), &as);
    entry->fate = ROW_UNDONE;
    return import_work_end(work, &as, organisation_dissolve_decide(&as.work, &command));
}

/* What the row made and still stands as it made it, to be made as it was. */
static void fill_return(const struct organisation_adjust *made, const struct organisation_row *now,
                        const struct organisation_row *before, struct organisation_adjust *command)
{
    command->has_kind = made->has_kind && made->kind == (int)now->kind;
    command->kind = (int)before->kind;
    command->has_ordinal = made->has_ordinal && made->ordinal == now->ordinal;
    command->ordinal = before->ordinal;
    command->has_address = made->has_address && before->has_address && slice_equal(made->address, now->address);
    command->address = before->address;
    command->has_telephone = made->has_telephone && before->has_telephone && slice_equal(made->telephone, now->telephone);
    command->telephone = before->telephone;
}

/* The short name as it was, unless it was changed since. */
static enum verdict name_back(struct work *work, struct import_entry *entry, const struct organisation_row *now,
                              const struct organisation_row *before)
{
    struct slice made = entry->values.at[IMPORT_SHORT_NAME];
    if (!made.at || slice_equal(made, before->short_name))
        return APPLIED;
    if (slice_equal(made, now->short_name))
        return rename_short(work, entry, now->name, before->short_name);
    import_fault_add(&entry->notes, IMPORT_SHORT_NAME, FAULT_edited_since);
    entry->fate = ROW_KEPT;
    return APPLIED;
}

/* What was changed is made as it was, but for what stands otherwise by now. */
static enum verdict put_back(struct work *work, struct import_entry *entry)
{
    struct organisation_row now, before;
    struct organisation_adjust made = {.has_kind = false};
    struct organisation_adjust command = {.organisation = entry->target,
                                          .effective = clock_day(work->accepted),
                                          .document = SLICE("导入撤销")};
    struct slice kept;
    enum verdict verdict = APPLIED;
    if (!look(work, entry->target, &now, &kept) ||
        !decode_record(organisation_row_shape(), entry->before, DECODE_LENIENT, work->arena, &before, &work->problem))
        return FAILED;
    (void)fill_adjustment(entry, &made);
    fill_return(&made, &now, &before, &command);
    entry->fate = ROW_UNDONE;
    if (keep_differences(&now, &command))
        verdict = adjust(work, entry, &command);
    return verdict == APPLIED ? name_back(work, entry, &now, &before) : verdict;
}

enum verdict import_undo_organisation(struct work *work, struct import_entry *entry)
{
    return entry->fate == ROW_ENTERED ? dissolve(work, entry) : put_back(work, entry);
}
