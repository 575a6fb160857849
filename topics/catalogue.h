/* The catalogue as data: every topic, role, record, command, event, state, call and query of catalogue/all.def.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "process/text.h"

enum scalar_type { ID, NUMBER, HUNDREDTHS, TEXT, BOOL, TIME, ENUM_VALUE, JSON, SHAPE };
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
    REFERS_part,  /* an optional parameter: an organisation within whose what was named before is, to which the answer keeps;
                   * where it is given, reach is asked over it alone */
    REFERS_owned, /* anything that an organisation owns and that has said so by the state of that name */
    REFERS_command
};
enum http_method { GET, POST, PUT, DELETE };
enum declaration_kind { A_RECORD, A_ONE_OF, A_COMMAND, AN_EVENT, A_STATE, A_CALL, A_QUERY };
/* Whom a route lets in besides the role: OWN, its own things; COUNTY, a grant at the top; WITHIN, a grant over all it
 * refers to. */
enum scope { OWN, COUNTY, WITHIN };
enum query_source { SQL, VIEW };
enum query_form { ONE_ROW, ROWS, STREAM };
enum message_key { KEY_OF_ACTOR, KEY_OF_ITSELF, KEY_OF_FIELDS };

struct enumeration {
    const char *name, *text;
    const char *const *values; /* wire names; the constant is the index */
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
    bool login;            /* text of log-in names: a-z 0-9 . _ - */
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

struct topic {
    const char *name;
    int partitions;
    int days; /* 0: compacted */
    const char *text;
};
#define COMPACTED 0

struct role {
    const char *name, *english, *chinese, *text;
};

/* What is written to a topic or served on a path: commands, events, states, calls, queries. */
struct declaration {
    const char *name;
    enum declaration_kind kind;
    const struct topic *topic;             /* commands, events, states */
    enum http_method method;               /* commands, calls, queries */
    const char *path;                      /* "/v1/exams/{exam}/attempts" */
    uint64_t roles;                        /* bits of ROLE_…; 0 on a call: nobody is signed in yet */
    enum scope scope;
    const struct shape *(*shape)(void);    /* fields from path, query string and body */
    const struct shape *(*result)(void);   /* what it returns; NULL: nothing */
    const struct shape *(*shown)(void);    /* the result as the front shows it, where it is not the same */
    enum query_source source;
    enum query_form form;
    int status;                            /* calls: of success */
    enum message_key key;
    const char *const *key_fields;         /* one or two names, NULL-ended */
    const char *const *uploads;            /* media types of a raw body, NULL-ended; NULL: JSON */
    int waits;                             /* seconds that the front waits for the outcome by default */
    const char *awaits, *awaits_field;     /* queries: the command, and the field that names the thing in both; or NULL */
    const char *named;                     /* queries: the text that names members for the statement; or NULL */
    const char *text;
};

extern const struct topic catalogue_topics[];
extern const size_t catalogue_topic_count;
extern const struct role catalogue_roles[];
extern const size_t catalogue_role_count;
extern const struct declaration catalogue_declarations[];
extern const size_t catalogue_declaration_count;

/* The message or topic of that name, NULL if none is declared. */
const struct declaration *catalogue_declaration(struct slice name);
const struct topic *catalogue_topic(struct slice name);
/* The shape's row of that name, NULL if there is none. */
const struct field *shape_field(const struct shape *shape, const char *name);

/* The role's bit, 0 if none has that name. */
uint64_t catalogue_role_bit(struct slice name);
