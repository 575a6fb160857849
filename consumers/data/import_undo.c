/* Taking back what a row of people entered: what nobody has touched goes, what was edited since stays and is named.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/affairs/account.h"
#include "consumers/affairs/fact.h"
#include "consumers/data/import_enter.h"
#include "consumers/fetched.h"
#include "consumers/gathering.h"
#include "consumers/security/audit.h"
#include "process/clock.h"

enum verdict membership_release_decide(struct work *work, const struct membership_release *command);

enum { TEXT_BYTES = 4096 };

static const char why[] = "导入撤销";

static void add_reference(const struct import_entry *entry, struct arguments *arguments)
{
    char text[ID_TEXT];
    id_text(entry->known->id, text);
    value_text(argument(arguments), slice_of(text));
}

/* Notes each field of a list that | or , parts. */
static void note_edited(struct import_entry *entry, struct slice names)
{
    while (names.length > 0) {
        const char *comma = memchr(names.at, ',', names.length);
        struct slice name = {names.at, comma ? (size_t)(comma - names.at) : names.length};
        int found = IMPORT_FIELDS;
        for (int field = 0; field < IMPORT_FIELDS; field++)
            if (slice_equal(name, slice_of(import_field_enumeration.values[field])))
                found = field;
        import_fault_add(&entry->notes, found, FAULT_edited_since);
        size_t passed = name.length + (comma != NULL);
        names = (struct slice){names.at + passed, names.length - passed};
    }
}

/* Ends the role that the row gave, or makes it what it was. */
static bool role_back(struct work *work, struct import_entry *entry)
{
    auto_arguments arguments = arguments_new(TEXT_BYTES);
    auto_rows *rows = NULL;
    value_id(argument(&arguments), entry->target.bytes);
    value_int2(argument(&arguments), (int16_t)import_role(entry->known));
    value_time(argument(&arguments), entry->known->confirmed_at);
    value_time(argument(&arguments), work->accepted);
    if (entry->before.at)
        value_jsonb(argument(&arguments), entry->before);
    else
        value_null(argument(&arguments));
    value_date(argument(&arguments), clock_day(work->accepted));
    value_text(argument(&arguments), slice_of(why));
    value_id(argument(&arguments), entry->known->confirmed_by.bytes);
    return sql_run(work->connection, "import_role_back", &arguments, &rows);
}

/* A member with an account leaves, since the ledger of membership forgets nobody; the account is closed. */
static enum verdict close_account(struct work *work, struct import_entry *entry, struct id organisation)
{
    struct import_work as;
    struct membership_release command = {.organisation = organisation,
                                         .effective = clock_day(work->accepted),
                                         .document = slice_of(why),
                                         .standing = MEMBERSHIP_LEFT,
                                         .members = {&entry->target, 1}};
    auto_arguments arguments = arguments_new(256);
    import_fault_add(&entry->notes, IMPORT_LOGIN, FAULT_account_stays);
    if (entry->known->kind == IMPORT_MEMBERS) {
        import_work_as(work, entry->known, DECLARED(membership_release), &as);
        enum verdict verdict = import_work_end(work, &as, membership_release_decide(&as.work, &command));
        if (verdict != APPLIED)
            return verdict;
    }
    value_id(argument(&arguments), entry->target.bytes);
    value_time(argument(&arguments), work->accepted);
    return sql_run(work->connection, "account_close", &arguments, NULL) && role_back(work, entry) &&
                   accounts_say(work, &entry->target, 1)
               ? APPLIED
               : FAILED;
}

static bool audit(struct work *work, const struct import_entry *entry, struct id organisation)
{
    struct import_work as;
    import_work_as(work, entry->known, work->message, &as);
    return audit_add(&as.work, entry->target, organisation, slice_of(why));
}

/* Somebody whom the row entered goes, unless anything was done about him since. */
static enum verdict undo_entered(struct work *work, struct import_entry *entry)
{
    auto_arguments arguments = arguments_new(TEXT_BYTES), dropped = arguments_new(256);
    auto_rows *rows = NULL;
    value_id(argument(&arguments), entry->target.bytes);
    add_reference(entry, &arguments);
    value_int2(argument(&arguments), (int16_t)import_role(entry->known));
    value_time(argument(&arguments), entry->known->confirmed_at);
    if (!sql_run(work->connection, "import_edited", &arguments, &rows))
        return FAILED;
    entry->fate = ROW_UNDONE;
    if (rows_count(rows) == 0)
        return APPLIED; /* gone already */
    struct id organisation = id_at(rows, 0, 2);
    note_edited(entry, row_text(rows, 0, 0));
    if (entry->notes.count > 0) {
        entry->fate = ROW_KEPT;
        return APPLIED;
    }
    if (!audit(work, entry, organisation))
        return FAILED;
    if (row_bool(rows, 0, 1))
        return close_account(work, entry, organisation);
    value_id(argument(&dropped), entry->target.bytes);
    return sql_run(work->connection, "import_person_drop", &dropped, NULL) ? APPLIED : FAILED;
}

/* A value that holds again, in plain text. */
static bool open_again(struct work *work, struct id person, const struct rows *rows, size_t row, const char *field,
                       struct held_value *value)
{
    struct buffer plain = buffer_new(TEXT_BYTES);
    struct slice sealed = row_text(rows, row, 3);
    if (!sealed.at)
        buffer_add_slice(&plain, row_text(rows, row, 2));
    bool fine = !sealed.at || seal_show(work->gathering->seal, person, field, sealed, &plain, &work->problem);
    char *copy = fine ? arena_copy(work->arena, buffer_slice(&plain)) : NULL;
    value->text = (struct slice){copy, copy ? plain.length : 0};
    if (plain.at)
        explicit_bzero(plain.at, plain.length);
    buffer_free(&plain);
    return copy != NULL;
}

static enum verdict undo_updated(struct work *work, struct import_entry *entry)
{
    auto_arguments arguments = arguments_new(TEXT_BYTES);
    auto_rows *rows = NULL;
    struct person_known known;
    bool there, touched[FACTS_MOST] = {false};
    struct held_value now[FACTS_MOST] = {{{NULL, 0}, 0}};
    if (!facts_present(work, entry->target, &there, &known))
        return FAILED;
    entry->fate = ROW_UNDONE;
    if (!there)
        return APPLIED;
    value_id(argument(&arguments), entry->target.bytes);
    add_reference(entry, &arguments);
    value_id(argument(&arguments), entry->known->confirmed_by.bytes);
    value_time(argument(&arguments), work->accepted);
    value_text(argument(&arguments), slice_of(why));
    if (!sql_run(work->connection, "import_facts_back", &arguments, &rows))
        return FAILED;
    for (size_t i = 0; i < rows_count(rows); i++) {
        const struct person_field *field = person_field(row_text(rows, i, 0));
        if (row_bool(rows, i, 1)) {
            note_edited(entry, row_text(rows, i, 0));
            entry->fate = ROW_KEPT;
        } else if (field) {
            touched[field - person_fields] = true;
            if (!row_null(rows, i, 2) &&
                !open_again(work, entry->target, rows, i, field->name, &now[field - person_fields]))
                return FAILED;
        }
    }
    return facts_hold_again(work, entry->target, known.account, touched, now) && role_back(work, entry) &&
                   audit(work, entry, known.organisation)
               ? APPLIED
               : FAILED;
}

enum verdict import_undo_person(struct work *work, struct import_entry *entry)
{
    return entry->fate == ROW_ENTERED ? undo_entered(work, entry) : undo_updated(work, entry);
}
