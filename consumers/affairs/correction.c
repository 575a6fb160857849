/* A correction of a person's record that branch and committee have confirmed: entered as from the papers shown to them.
 * SPDX-License-Identifier: Apache-2.0 */
#include "consumers/affairs/fact.h"
#include "consumers/gathering.h"
#include "consumers/procedure/effect.h"
#include "consumers/security/audit.h"
#include "topics/decode.h"

effect_take field_correct_follow;

enum { VALUE_BYTES = 4096 };

static bool missing(struct work *work)
{
    return problem_say(&work->problem, PROBLEM_invalid, "A correction names a person, a field and a value",
                       "更正须有人员、项目和内容");
}

/* The value as it was given, opened, and of the field's form. */
static bool open_value(struct work *work, const struct person_field *field, const struct followed_fact *given,
                       struct slice *ret_text)
{
    struct buffer plain = buffer_new(VALUE_BYTES), json = buffer_new(2 * VALUE_BYTES);
    struct person_values values;
    bool fine = seal_show(work->gathering->seal, given->step, "private", given->value.private, &plain, &work->problem);
    if (fine) {
        buffer_add_format(&json, "{\"%s\":", field->name);
        buffer_add_json(&json, buffer_slice(&plain));
        buffer_add_byte(&json, '}');
        fine = decode_record(person_values_shape(), buffer_slice(&json), DECODE_STRICT, work->arena, &values,
                             &work->problem);
    }
    char *copy = fine ? arena_copy(work->arena, buffer_slice(&plain)) : NULL;
    *ret_text = (struct slice){copy, copy ? plain.length : 0};
    buffer_free(&plain);
    buffer_free(&json);
    return copy != NULL;
}

static enum verdict enter(struct work *work, struct id person, struct id matter,
                          const struct held_value coming[static FACTS_MOST])
{
    struct fact_origin origin = {.source = SOURCE_PAPER_FILE, .has_reference = true};
    struct person_known known;
    struct facts_taken taken;
    bool there;
    char text[ID_TEXT];
    id_text(matter, text);
    origin.reference = slice_of(text);
    enum verdict verdict = facts_refuse(work, person, coming);
    if (verdict != APPLIED)
        return verdict;
    if (!facts_present(work, person, &there, &known))
        return FAILED;
    if (!there)
        return work_reject(work, not_found, "There is no such person", "没有这个人");
    if (!facts_agree(work, &known, coming))
        return REJECTED;
    verdict = facts_enter(work, person, &known, coming, &origin, &taken);
    return verdict == APPLIED && !audit_add(work, person, known.organisation, origin.reference) ? FAILED : verdict;
}

enum verdict field_correct_follow(struct work *work, const struct case_followed *followed)
{
    const struct followed_fact *name = effect_fact(followed, "field"), *given = effect_fact(followed, "value");
    const struct person_field *field = name && name->value.has_code ? person_field(name->value.code) : NULL;
    struct held_value coming[FACTS_MOST] = {{{NULL, 0}, 0}};
    if (!followed->has_subject || !field || !given || !given->value.has_private) {
        (void)missing(work);
        return REJECTED;
    }
    struct held_value *value = &coming[field - person_fields];
    value->source = SOURCE_PAPER_FILE;
    if (!open_value(work, field, given, &value->text))
        return work->problem.code == PROBLEM_none ? FAILED : REJECTED;
    return enter(work, followed->subject, followed->matter, coming);
}
