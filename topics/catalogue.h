/* The catalogue as data: every topic, role, record, command, event, state, call and query of catalogue/all.def.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "topics/shape.h"

enum http_method { GET, POST, PUT, DELETE };
/* Whom a route lets in besides the role: OWN, its own things; COUNTY, a grant at the top; WITHIN, a grant over all it
 * refers to; AROUND, that or a grant over a part of it. */
enum scope { OWN, COUNTY, WITHIN, AROUND };
enum query_source { SQL, VIEW };
enum query_form { ONE_ROW, ROWS, STREAM, WORKBOOK, DOCUMENT, PICTURE };
enum message_key { KEY_OF_ACTOR, KEY_OF_ITSELF, KEY_OF_FIELDS };

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

/* What a client's key may be good for: a group of routes, their names with commas between. */
struct scope_group {
    const char *name, *english, *chinese, *routes;
};

/* A workbook's column: a field of the result. */
struct column {
    const char *field, *heading;
    int width;
};

/* What is written to a topic or served on a path: commands, events, states, calls, queries. */
struct declaration {
    const char *name;
    enum declaration_kind kind;
    const struct topic *topic;             /* commands, events, states */
    enum http_method method;               /* commands, calls, queries */
    const char *path;                      /* "/v1/exams/{exam}/attempts" */
    uint64_t roles;                        /* bits of ROLE_…; 0: nobody is signed in yet (calls only) */
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
    const char *rows_of, *title;           /* workbooks: the query that gives the rows, and the file's name; or NULL */
    const struct column *columns;          /* ended by a NULL field */
    bool persons;                          /* workbooks: their rows name persons, so that not many leave at once */
    bool sees;                             /* queries: the statement is told which fields of a person the caller may see */
    const char *named;                     /* queries: the text that names members for the statement; or NULL */
    const char *reach;                     /* queries: the command whose roles' subtrees the statement gets; or NULL */
    uint64_t shows_below;                  /* OWN queries: the roles over whose subtrees rows are shown too */
    bool counts_all;                       /* queries: over everybody's rows, of which it shows none */
    const char *text;
};

extern const struct scope_group catalogue_scopes[];
extern const size_t catalogue_scope_count;
extern const struct topic catalogue_topics[];
extern const size_t catalogue_topic_count;
extern const struct role catalogue_roles[];
extern const size_t catalogue_role_count;
extern const struct declaration catalogue_declarations[];
extern const size_t catalogue_declaration_count;

/* The message or topic of that name, NULL if none is declared. */
const struct declaration *catalogue_declaration(struct slice name);
const struct topic *catalogue_topic(struct slice name);

/* Whether the scope is a group, or a route in one; and whether it holds that route. */
bool catalogue_scope_is(struct slice scope);
bool catalogue_scope_holds(struct slice scope, struct slice route);

/* The role's bit, 0 if none has that name. */
uint64_t catalogue_role_bit(struct slice name);
