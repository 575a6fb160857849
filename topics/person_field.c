/* The fields of a person as data.  SPDX-License-Identifier: Apache-2.0 */
#include "topics/person_field.h"

#include "topics/messages.h"

#define OF_FORM(form, least, most) FORM_##form
#define OF_LENGTH(least, most) FORM_free
const struct person_field person_fields[] = {
#define PERSON_FIELD(name_, chinese_, form_, level_, plain_, masked_, disclosed_, purpose_, text_)                         \
    {.name = #name_, .chinese = chinese_, .purpose = purpose_, .form = OF_##form_, .level = level_, .plain = plain_,      \
     .masked = masked_, .disclosed = disclosed_, .offset = offsetof(struct person_values, name_),                        \
     .offset_has = offsetof(struct person_values, has_##name_)},
#define PERSON_PICTURE(name, chinese, plain, purpose)
#define PERSON_COUNT(name, chinese, plain, purpose)
#include "topics/catalogue/person_fields.def"
#undef PERSON_FIELD
#undef PERSON_PICTURE
#undef PERSON_COUNT
};
const size_t person_field_count = sizeof person_fields / sizeof *person_fields;

const struct person_sight person_sights[] = {
#define PERSON_FIELD(name, chinese, form, level, plain, masked, disclosed, purpose, text) \
    {#name, chinese, purpose, plain, masked},
#define PERSON_PICTURE(name, chinese, plain, purpose) {#name, chinese, purpose, plain, 0},
#define PERSON_COUNT(name, chinese, plain, purpose) {#name, chinese, purpose, plain, 0},
#include "topics/catalogue/person_fields.def"
};
const size_t person_sight_count = sizeof person_sights / sizeof *person_sights;

const struct person_field *person_field(struct slice name)
{
    for (size_t i = 0; i < person_field_count; i++)
        if (slice_equal(name, slice_of(person_fields[i].name)))
            return &person_fields[i];
    return NULL;
}
