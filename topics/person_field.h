/* The fields of a person as data: rows of catalogue/person_fields.def.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "topics/shape.h"

/* The picture of PERSON_PICTURE, as facts and seals name it. */
#define PERSON_PHOTOGRAPH "photograph"

struct person_field {
    const char *name, *chinese, *purpose;
    enum text_form form;
    enum field_level level;
    uint64_t plain, masked, disclosed; /* roles that see it so, or may have it shown */
    size_t offset, offset_has;         /* in struct person_values */
};

extern const struct person_field person_fields[];
extern const size_t person_field_count;

/* Who sees what of a person, and what for: the fields, and what is counted. */
struct person_sight {
    const char *name, *chinese, *purpose;
    uint64_t plain, masked;
};

extern const struct person_sight person_sights[];
extern const size_t person_sight_count;

/* The field of that name, NULL if there is none. */
const struct person_field *person_field(struct slice name);

/* Whether the field stands sealed in PostgreSQL. */
static inline bool person_field_sealed(const struct person_field *field)
{
    return field->level >= L2;
}
