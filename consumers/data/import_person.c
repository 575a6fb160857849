/* A row of people, entered as somebody new or as changes of somebody who is there.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/data/import_enter.h"
#include "consumers/fetched.h"
#include "consumers/gathering.h"
#include "consumers/optional.h"
#include "process/clock.h"
#include "topics/decode.h"
#include "topics/person_field.h"

enum verdict person_create_decide(struct work *work, const struct person_create *command);
enum verdict person_change_decide(struct work *work, const struct person_change *command);
enum verdict person_role_give_decide(struct work *work, const struct person_role_give *command);

enum { TEXT_BYTES = 4096 };

/* The hash of no password that anybody knows, as dear to check as any: the account opens when its password is reset. */
#define NO_PASSWORD "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5J3Mgc2FsdA$bm8gcGFzc3dvcmQgdGhhdCBhbnlib2R5IGtub3dzIGE"

void import_work_as(const struct work *work, const struct import_known *known, const struct declaration *message,
                    struct import_work *ret_as)
{
    ret_as->work = *work;
    ret_as->envelope = *work->envelope;
    ret_as->envelope.actor = known->confirmed_by;
    ret_as->work.envelope = &ret_as->envelope;
    ret_as->work.message = message;
}

enum verdict import_work_end(struct work *work, const struct import_work *as, enum verdict verdict)
{
    work->ordinal = as->work.ordinal;
    work->problem = as->work.problem;
    return verdict;
}

/* A text sealed as the front would have, in the batch's arena; absent where the arena is full. */
static struct slice sealed(const struct work *work, const char *field, struct slice plain)
{
    struct buffer text = buffer_new(2 * TEXT_BYTES);
    seal_hide(work->gathering->seal, work->envelope->id, field, plain, &text);
    char *copy = arena_copy(work->arena, buffer_slice(&text));
    struct slice result = {copy, copy ? text.length : 0};
    buffer_free(&text);
    return result;
}

/* The row's values of a person's fields, which have the same names, as a command brings them. */
static bool fill_values(const struct work *work, const struct import_entry *entry, struct person_values *values)
{
    memset(values, 0, sizeof *values);
    for (int field = 0; field < IMPORT_FIELDS; field++) {
        const struct person_field *known = person_field(slice_of(import_field_enumeration.values[field]));
        if (!known || !entry->values.at[field].at)
            continue;
        struct slice text = sealed(work, known->name, entry->values.at[field]);
        if (!text.at)
            return false;
        *(struct slice *)((char *)values + known->offset) = text;
        *(bool *)((char *)values + known->offset_has) = true;
    }
    return true;
}

static struct fact_origin origin_of(struct work *work, const struct import_entry *entry)
{
    char *text = arena_take(work->arena, ID_TEXT);
    struct fact_origin origin = {.source = SOURCE_IMPORT, .has_reference = text != NULL};
    if (text) {
        id_text(entry->known->id, text);
        origin.reference = slice_of(text);
    }
    return origin;
}

/* Since when the person is what the file says: as it says, a member since joining, else since the import was confirmed. */
static int64_t since(const struct work *work, const struct import_entry *entry)
{
    struct slice said = entry->values.at[IMPORT_SINCE], joined = entry->values.at[IMPORT_JOINED_ON];
    if (said.at)
        return import_day(said);
    return entry->known->kind == IMPORT_MEMBERS && joined.at ? import_day(joined) : clock_day(work->accepted);
}

/* What the file says of the role beyond its name. */
static bool fill_role(const struct import_entry *entry, struct person_role_give *command)
{
    const struct slice *at = entry->values.at;
    command->has_category = at[IMPORT_CATEGORY].at != NULL;
    command->category = at[IMPORT_CATEGORY];
    command->has_post = at[IMPORT_POST].at != NULL;
    command->post = at[IMPORT_POST];
    command->has_rank = at[IMPORT_RANK].at && slice_number(at[IMPORT_RANK], &command->rank);
    command->has_place = at[IMPORT_PLACE].at && slice_number(at[IMPORT_PLACE], &command->place);
    return command->has_category || command->has_post || command->has_rank || command->has_place;
}

static enum verdict give_role(struct work *work, const struct import_entry *entry)
{
    struct import_work as;
    struct person_role_give command = {.person = entry->target,
                                       .role = import_role(entry->known),
                                       .has_since = !entry->before.at, /* a file moves no beginning that stands */
                                       .since = since(work, entry)};
    (void)fill_role(entry, &command);
    import_work_as(work, entry->known, DECLARED(person_role_give), &as);
    return import_work_end(work, &as, person_role_give_decide(&as.work, &command));
}

enum verdict import_organisation(struct work *work, const struct import_known *known, struct slice name,
                                 struct id *ret_organisation)
{
    auto_arguments arguments = arguments_new(TEXT_BYTES);
    auto_rows *rows = NULL;
    value_id(argument(&arguments), known->organisation.bytes);
    value_text(argument(&arguments), name);
    if (!sql_run(work->connection, "import_organisation", &arguments, &rows))
        return FAILED;
    if (rows_count(rows) != 1)
        return work_reject(work, unknown_reference,
                           "The organisation is not there any more, or its name is not one's alone",
                           "该党组织已不存在，或名称不唯一");
    *ret_organisation = id_at(rows, 0, 0);
    return APPLIED;
}

static enum verdict create(struct work *work, struct import_entry *entry)
{
    struct import_work as;
    enum person_role member = PERSON_MEMBER;
    struct person_create command = {.origin = origin_of(work, entry), .has_since = true, .since = since(work, entry)};
    bool is_member = entry->known->kind == IMPORT_MEMBERS;
    struct slice organisation = entry->values.at[IMPORT_ORGANISATION];
    enum verdict verdict = import_organisation(work, entry->known, organisation, &command.organisation);
    if (verdict != APPLIED)
        return verdict;
    if (!fill_values(work, entry, &command.values))
        return FAILED;
    command.has_roles = is_member;
    command.roles.at = (int *)&member;
    command.roles.count = 1;
    if (entry->values.at[IMPORT_LOGIN].at) {
        command.has_login = command.has_initial_password = true;
        command.login = entry->values.at[IMPORT_LOGIN];
        command.initial_password = sealed(work, "initial_password", SLICE(NO_PASSWORD));
    }
    import_work_as(work, entry->known, DECLARED(person_create), &as);
    verdict = import_work_end(work, &as, person_create_decide(&as.work, &command));
    entry->target = work->envelope->id;
    entry->fate = ROW_ENTERED;
    return verdict == APPLIED && !is_member ? give_role(work, entry) : verdict;
}

/* What became of the values, by the result of the change. */
static bool note_taken(struct work *work, struct slice result, struct import_entry *entry)
{
    struct facts_taken taken;
    if (!decode_record(facts_taken_shape(), result, DECODE_LENIENT, work->arena, &taken, &work->problem))
        return false;
    entry->fate = taken.taken.count > 0 ? ROW_UPDATED : ROW_SAME;
    for (size_t i = 0; i < taken.contested.count; i++)
        for (int field = 0; field < IMPORT_FIELDS; field++)
            if (slice_equal(taken.contested.at[i], slice_of(import_field_enumeration.values[field])))
                import_fault_add(&entry->notes, field, FAULT_fact_contested);
    return true;
}

/* Whether the person has the role, as the file says; what is said of it now is kept, to be put back. */
static bool look_at_role(struct work *work, struct import_entry *entry, bool *ret_same)
{
    auto_arguments arguments = arguments_new(TEXT_BYTES);
    auto_rows *rows = NULL;
    struct person_role_give command = {.rank = 0};
    (void)fill_role(entry, &command);
    value_id(argument(&arguments), entry->target.bytes);
    value_int2(argument(&arguments), (int16_t)import_role(entry->known));
    value_text(argument(&arguments), command.category);
    value_text(argument(&arguments), command.post);
    optional_number(&arguments, command.has_rank, command.rank);
    optional_number(&arguments, command.has_place, command.place);
    if (!sql_run(work->connection, "import_role", &arguments, &rows))
        return false;
    entry->before = rows_count(rows) ? text_at(rows, 0, 0, work->arena) : (struct slice){NULL, 0};
    *ret_same = rows_count(rows) && row_bool(rows, 0, 1);
    return true;
}

static enum verdict change(struct work *work, struct import_entry *entry)
{
    struct import_work as;
    struct person_change command = {.person = entry->target, .origin = origin_of(work, entry)};
    bool same;
    if (!fill_values(work, entry, &command.values))
        return FAILED;
    import_work_as(work, entry->known, DECLARED(person_change), &as);
    enum verdict verdict = import_work_end(work, &as, person_change_decide(&as.work, &command));
    if (verdict != APPLIED)
        return verdict;
    if (!note_taken(work, as.work.result, entry) || !look_at_role(work, entry, &same))
        return FAILED;
    if (same) {
        entry->before = (struct slice){NULL, 0};
        return APPLIED;
    }
    entry->fate = ROW_UPDATED;
    return give_role(work, entry);
}

enum verdict import_enter_person(struct work *work, struct import_entry *entry)
{
    return id_is_none(entry->target) ? create(work, entry) : change(work, entry);
}
