/* A person's photograph: brought, judged by the rule of values, kept sealed, withdrawn.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/affairs/photograph.h"

#include <stdio.h>

#include "consumers/affairs/fact.h"
#include "consumers/fetched.h"
#include "consumers/gathering.h"
#include "consumers/handler.h"
#include "consumers/optional.h"
#include "consumers/security/audit.h"
#include "process/config.h"
#include "topics/picture.h"

enum verdict person_photograph_set_decide(struct work *work, const struct person_photograph_set *command);
enum verdict person_photograph_withdraw_decide(struct work *work, const struct person_photograph_withdraw *command);
enum verdict my_photograph_set_decide(struct work *work, const struct my_photograph_set *command);
enum verdict my_photograph_withdraw_decide(struct work *work, const struct my_photograph_withdraw *command);

enum { TEXT_BYTES = 4096, SEAL_BYTES = 256 };

/* A photograph that was brought. */
struct bringing {
    struct id person, fact, organisation;
    struct fact_origin origin;
    struct picture picture;
    bool there, waits;
};

/* A sealed photograph is base64 of a little more than the file. */
static size_t sealed_most(void)
{
    return SEAL_BYTES + 2 * (size_t)config->picture_bytes;
}

static void keep(void *context, struct slice kept)
{
    buffer_add_slice(context, kept);
}

/* The front let nothing else through; what is kept of it is the file itself. */
static enum verdict check(struct work *work, struct bringing *bringing)
{
    struct picture_limits limits = {config->picture_bytes, config->picture_side_least, config->picture_side_most};
    struct buffer kept = buffer_new((size_t)config->picture_bytes);
    picture_begin(&bringing->picture, limits, keep, &kept);
    picture_take(&bringing->picture, work->body);
    bool fine = picture_end(&bringing->picture);
    bool same = slice_equal(buffer_slice(&kept), work->body);
    buffer_free(&kept);
    if (!fine)
        (void)picture_refuse(&bringing->picture, &work->problem);
    else if (!same)
        return work_reject(work, invalid, "The picture holds more than its pixels", "图片带有像素以外的内容");
    return fine ? APPLIED : REJECTED;
}

/* Judges it beside the one that holds, which is opened for that alone. */
static bool judge(struct work *work, struct bringing *bringing, enum fact_verdict *ret_verdict)
{
    auto_arguments arguments = arguments_new(TEXT_BYTES);
    auto_rows *rows = NULL;
    value_id(argument(&arguments), bringing->person.bytes);
    if (!sql_run(work->connection, "photograph_lock", &arguments, &rows))
        return false;
    bringing->there = rows_count(rows) > 0;
    if (!bringing->there)
        return true;
    bringing->organisation = id_at(rows, 0, 0);
    struct buffer plain = buffer_new(sealed_most());
    struct held_value present = {{NULL, 0}, 0}, coming = {work->body, (int)bringing->origin.source};
    bool fine = row_null(rows, 0, 2) || seal_show(work->gathering->seal, bringing->person, PERSON_PHOTOGRAPH,
                                                  row_text(rows, 0, 2), &plain, &work->problem);
    if (fine && !row_null(rows, 0, 2))
        present = (struct held_value){buffer_slice(&plain), (int)row_number(rows, 0, 1)};
    *ret_verdict = fact_judge(FORM_free, &present, &coming);
    if (plain.at)
        explicit_bzero(plain.at, plain.length);
    buffer_free(&plain);
    return fine;
}

/* The value of the file, which says how large the picture is. */
static bool enter_fact(struct work *work, const struct bringing *bringing)
{
    auto_arguments arguments = arguments_new(TEXT_BYTES);
    char size[32];
    int length = snprintf(size, sizeof size, "%u × %u", bringing->picture.width, bringing->picture.height);
    value_id(argument(&arguments), bringing->person.bytes);
    value_id(argument_array(&arguments, SQL_UUID, 1), bringing->fact.bytes);
    value_text(argument_array(&arguments, SQL_TEXT, 1), SLICE(PERSON_PHOTOGRAPH));
    value_int2(argument_array(&arguments, SQL_INT2, 1), bringing->waits ? FACT_CONTESTED : FACT_CURRENT);
    if (!sql_run(work->connection, "fact_replace", &arguments, NULL))
        return false;
    value_int2(argument_array(&arguments, SQL_INT2, 1), (int16_t)bringing->origin.source);
    value_text(argument_array(&arguments, SQL_TEXT, 1), (struct slice){size, (size_t)length});
    value_null(argument_array(&arguments, SQL_TEXT, 1));
    value_text(argument(&arguments), OPTIONAL_TEXT(&bringing->origin, reference));
    value_null(argument(&arguments));
    value_id(argument(&arguments), work->envelope->actor.bytes);
    value_time(argument(&arguments), work->accepted);
    return sql_run(work->connection, "fact_enter", &arguments, NULL);
}

static bool keep_file(struct work *work, const struct bringing *bringing)
{
    auto_arguments arguments = arguments_new(TEXT_BYTES + sealed_most());
    struct buffer sealed = buffer_new(sealed_most());
    seal_hide(work->gathering->seal, bringing->person, PERSON_PHOTOGRAPH, work->body, &sealed);
    value_id(argument(&arguments), bringing->fact.bytes);
    value_id(argument(&arguments), bringing->person.bytes);
    value_text(argument(&arguments), buffer_slice(&sealed));
    value_id(argument(&arguments), work->envelope->actor.bytes);
    buffer_free(&sealed);
    return sql_run(work->connection, "photograph_keep", &arguments, NULL);
}

bool photograph_wipe(struct work *work, struct id person)
{
    auto_arguments arguments = arguments_new(TEXT_BYTES);
    value_id(argument(&arguments), person.bytes);
    return sql_run(work->connection, "photograph_wipe", &arguments, NULL);
}

static void tell(struct work *work, enum fact_verdict verdict)
{
    struct slice name = SLICE(PERSON_PHOTOGRAPH);
    struct facts_taken taken = {.taken = {&name, verdict == FACT_TAKEN},
                                .same = {&name, verdict == FACT_SAME},
                                .contested = {&name, verdict == FACT_WAITS}};
    work_return(work, &taken);
}

static enum verdict bring(struct work *work, struct id person, struct fact_origin origin)
{
    struct bringing bringing = {.person = person, .fact = work->envelope->id, .origin = origin};
    enum fact_verdict becomes = FACT_SAME;
    enum verdict verdict = check(work, &bringing);
    if (verdict != APPLIED)
        return verdict;
    if (!judge(work, &bringing, &becomes))
        return FAILED;
    if (!bringing.there)
        return work_reject(work, not_found, "There is no such person", "没有这个人");
    bringing.waits = becomes == FACT_WAITS;
    if (becomes != FACT_SAME &&
        !(enter_fact(work, &bringing) && keep_file(work, &bringing) && photograph_wipe(work, person)))
        return FAILED;
    tell(work, becomes);
    return audit_add(work, person, bringing.organisation, OPTIONAL_TEXT(&origin, reference)) ? APPLIED : FAILED;
}

static enum verdict withdraw(struct work *work, struct id person, struct slice reason)
{
    auto_arguments arguments = arguments_new(TEXT_BYTES);
    auto_rows *rows = NULL;
    value_id(argument(&arguments), person.bytes);
    value_text(argument(&arguments), reason);
    value_id(argument(&arguments), work->envelope->actor.bytes);
    value_time(argument(&arguments), work->accepted);
    if (!sql_run(work->connection, "photograph_withdraw", &arguments, &rows))
        return FAILED;
    if (rows_count(rows) == 0)
        return work_reject(work, conflict, "There is no such photograph to be withdrawn", "没有可撤回的照片");
    return photograph_wipe(work, person) && audit_add(work, person, id_at(rows, 0, 0), reason) ? APPLIED : FAILED;
}

enum verdict person_photograph_set_decide(struct work *work, const struct person_photograph_set *command)
{
    struct fact_origin origin = {
        .source = command->source, .has_reference = command->has_reference, .reference = command->reference};
    return bring(work, command->person, origin);
}

enum verdict my_photograph_set_decide(struct work *work, const struct my_photograph_set *command)
{
    (void)command;
    return bring(work, work->envelope->actor, (struct fact_origin){.source = SOURCE_SELF_REPORTED});
}

enum verdict person_photograph_withdraw_decide(struct work *work, const struct person_photograph_withdraw *command)
{
    return withdraw(work, command->person, command->reason);
}

enum verdict my_photograph_withdraw_decide(struct work *work, const struct my_photograph_withdraw *command)
{
    (void)command;
    return withdraw(work, work->envelope->actor, SLICE("本人撤回"));
}
