/* What follows from a step of a case.  SPDX-License-Identifier: Apache-2.0 */
#include "consumers/procedure/effect.h"

#define EFFECT(name, function) effect_take function;
#include "consumers/procedure/effects.def"
#undef EFFECT

static const struct {
    const char *name;
    effect_take *take;
} effects[] = {
#define EFFECT(name, function) {name, function},
#include "consumers/procedure/effects.def"
#undef EFFECT
};

effect_take *effect_named(struct slice name)
{
    for (size_t i = 0; i < sizeof effects / sizeof effects[0]; i++)
        if (slice_equal(name, slice_of(effects[i].name)))
            return effects[i].take;
    return NULL;
}

const struct followed_fact *effect_fact(const struct case_followed *followed, const char *name)
{
    for (size_t i = 0; i < followed->facts.count; i++)
        if (slice_equal(followed->facts.at[i].fact, slice_of(name)))
            return &followed->facts.at[i];
    return NULL;
}

bool effect_id(struct work *work, const struct case_followed *followed, const char *name, struct id *ret_id)
{
    const struct followed_fact *fact = effect_fact(followed, name);
    if (fact && fact->value.has_code && id_parse(fact->value.code, ret_id))
        return true;
    return problem_say(&work->problem, PROBLEM_invalid, "The fact %s must be the id of what it names",
                       "事项要素 %s 必须是所指对象的编号", name);
}
