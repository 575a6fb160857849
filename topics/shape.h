/* Shapes: the C structs of the catalogue with their rows, as data.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "topics/form.h"

enum scalar_type { ID, NUMBER, HUNDREDTHS, TEXT, BOOL, TIME, DATE, ENUM_VALUE, JSON, SHAPE };
enum field_place { BODY, IN_PATH, IN_QUERY };
enum field_need { REQUIRED, MAY_LACK };
/* OPEN goes as it is; L1–L3 are sealed before they leave the front; of a SECRET only the argon2id hash goes on. */
enum field_level { OPEN, L1, L2, L3, SECRET };
/* What a field's value must name; the front's views say whether it exists and whose it is. */
enum reference {
    REFERS_NOTHING,
    REFERS_exam,
    REFERS_question,
    REFERS_attempt,
    REFERS_organisation,
    REFERS_account,
    REFERS_person, /* whoever the record holds, with an account or without */
    REFERS_part,  /* an optional parameter: an organisation within whose what was named before is, to which the answer keeps;
                   * where it is given, reach is asked over it alone */
    REFERS_owned, /* anything that an organisation owns and that has said so by the state of that name */
    REFERS_command
};
enum declaration_kind { A_RECORD, A_ONE_OF, A_COMMAND, AN_EVENT, A_STATE, A_CALL, A_QUERY };

struct enumeration {
    const char *name, *text;
    const char *const *values; /* wire names; the constant is the index */
    const char *const *texts;  /* what they mean; Chinese words at the beginning are what people are shown */
    size_t count;
};

/* A row of a block. `offset` is that of the value: a scalar, a record, or {void *at; size_t count} where `many`. */
struct field {
    struct slice name;
    enum scalar_type type;
    enum field_place place;
    enum field_need need;
    enum field_level level;
    enum reference refers;
    bool many;
    bool pointer;          /* an optional record: a pointer, NULL when absent */
    enum text_form form;   /* of text */
    size_t offset;
    size_t offset_has;     /* of the bool that says an optional scalar or list is there */
    int64_t least, most;   /* NUMBER and HUNDREDTHS: range; TEXT: code points */
    size_t min_items, max_items;
    const struct enumeration *enumeration;
    const struct shape *(*shape)(void);
    const char *text;
};

/* A C struct and its rows. */
struct shape {
    const char *name, *text;
    enum declaration_kind kind;
    size_t size;
    const struct field *fields;
    size_t count;
};

/* The shape's row of that name, NULL if there is none. */
const struct field *shape_field(const struct shape *shape, const char *name);
