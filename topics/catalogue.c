/* The catalogue's tables, made of its rows.  SPDX-License-Identifier: Apache-2.0 */
#include "topics/catalogue.h"

#include <string.h>

#include "topics/messages.h"

const struct role catalogue_roles[] = {
#define ROLE(name, english, chinese, text) {#name, english, chinese, text},
#include "topics/catalogue/all.def"
};
const size_t catalogue_role_count = sizeof catalogue_roles / sizeof *catalogue_roles;

const struct scope_group catalogue_scopes[] = {
#define SCOPE(name, english, chinese, ...) {#name, english, chinese, #__VA_ARGS__},
#include "topics/catalogue/all.def"
};
const size_t catalogue_scope_count = sizeof catalogue_scopes / sizeof *catalogue_scopes;

const struct topic catalogue_topics[] = {
#define TOPIC(name, partitions, days, text) {#name, partitions, days, text},
#include "topics/catalogue/all.def"
};
const size_t catalogue_topic_count = sizeof catalogue_topics / sizeof *catalogue_topics;

#define ENUM(name, text)                       \
    static const char name##_text[] = text;    \
    static const char *const name##_values[] = {
#define VALUE(constant, name, text) #name,
#define END_ENUM };
#include "topics/catalogue/all.def"
#define ENUM(name, text) static const char *const name##_texts[] = {
#define VALUE(constant, name, text) text,
#define END_ENUM };
#include "topics/catalogue/all.def"
#define ENUM(name, text)                                                                  \
    const struct enumeration name##_enumeration = {#name, name##_text, name##_values, name##_texts, \
                                                   sizeof name##_values / sizeof(char *)};
#include "topics/catalogue/all.def"

/* Nought, where the condition holds; else it does not compile. */
#define SURE(condition) (0 * (int64_t)sizeof(char[(condition) ? 1 : -1]))

/* A type with a check that fits it, as members of struct field; a pair that is not here does not compile. It is pasted last,
 * since its commas must not be seen before. */
#define BETWEEN(low, high) .least = (int64_t)(low), .most = (int64_t)(high) + SURE((int64_t)(low) <= (int64_t)(high)),
#define CHECK_ID_ANY
#define CHECK_ID_REFERS(kind) .refers = REFERS_##kind + SURE(REFERS_##kind != REFERS_question),
#define CHECK_NUMBER_RANGE(low, high) BETWEEN(low, high)
#define CHECK_NUMBER_REFERS_RANGE(kind, low, high) \
    .refers = REFERS_##kind + SURE(REFERS_##kind == REFERS_question), BETWEEN(low, high)
#define CHECK_HUNDREDTHS_RANGE(low, high) BETWEEN(low, high)
#define CHECK_TEXT_LENGTH(low, high) BETWEEN(low, (high) + SURE((low) >= 0))
#define CHECK_TEXT_FORM(form_, low, high) .form = FORM_##form_, CHECK_TEXT_LENGTH(low, high)
#define CHECK_BOOL_ANY
#define CHECK_TIME_ANY
#define CHECK_DATE_ANY
#define CHECK_ENUM_ONE(of) .enumeration = &of##_enumeration,
#define CHECK_JSON_ANY
#define TYPE_ID ID
#define TYPE_NUMBER NUMBER
#define TYPE_HUNDREDTHS HUNDREDTHS
#define TYPE_TEXT TEXT
#define TYPE_BOOL BOOL
#define TYPE_TIME TIME
#define TYPE_DATE DATE
#define TYPE_ENUM ENUM_VALUE
#define TYPE_JSON JSON
#define OFFSET_HAS_REQUIRED(name) 0
#define OFFSET_HAS_MAY_LACK(name) offsetof(self, has_##name)
#define NAME_OF(field) {#field, sizeof #field - 1}

#define RECORD(block, words) SHAPE_OF(block, A_RECORD, words)
#define ONE_OF(block, words) SHAPE_OF(block, A_ONE_OF, words)
#define COMMAND(block, topic_, method_, path_, roles_, scope_, result_, words) SHAPE_OF(block, A_COMMAND, words)
#define EVENT(block, topic_, words) SHAPE_OF(block, AN_EVENT, words)
#define STATE(block, topic_, words) SHAPE_OF(block, A_STATE, words)
#define CALL_AS(block, method_, path_, roles_, scope_, status_, result_, words) SHAPE_OF(block, A_CALL, words)
#define QUERY_OF(block, path_, roles_, scope_, source_, result_, form_, words) SHAPE_OF(block, A_QUERY, words)
#define SHAPE_OF(block, kind_, words)          \
    const struct shape *block##_shape(void)    \
    {                                          \
        typedef struct block self;             \
        enum { kind_of_block = kind_ };        \
        static const char name_of_block[] = #block, text_of_block[] = words; \
        static const struct field fields[] = {
#define SCALAR(name_, type_, check_, place_, need_, level_, text_)                                                    \
    {.name = NAME_OF(name_), .type = TYPE_##type_, .place = place_, .need = need_, .level = level_,                      \
     .offset = offsetof(self, name_), .offset_has = OFFSET_HAS_##need_(name_), CHECK_##type_##_##check_ .text = text_},
#define SCALARS(name_, type_, check_, min, max, need_, text_)                                                         \
    {.name = NAME_OF(name_), .type = TYPE_##type_, .need = need_, .many = true, .offset = offsetof(self, name_),         \
     .offset_has = OFFSET_HAS_##need_(name_), .min_items = min, .max_items = (max) + SURE((min) <= (max)),             \
     CHECK_##type_##_##check_ .text = text_},
#define RECORD_IN(name_, record_, text_)                                                                              \
    {.name = NAME_OF(name_), .type = SHAPE, .offset = offsetof(self, name_), .shape = record_##_shape, .text = text_},
#define RECORD_IF(name_, record_, text_)                                                                              \
    {.name = NAME_OF(name_), .type = SHAPE, .need = MAY_LACK, .pointer = true, .offset = offsetof(self, name_),          \
     .shape = record_##_shape, .text = text_},
#define RECORDS(name_, record_, min, max, need_, text_)                                                               \
    {.name = NAME_OF(name_), .type = SHAPE, .need = need_, .many = true, .offset = offsetof(self, name_),                \
     .offset_has = OFFSET_HAS_##need_(name_), .min_items = min, .max_items = (max) + SURE((min) <= (max)),             \
     .shape = record_##_shape, .text = text_},
#define END                                                                                                           \
    {.text = NULL}                                                                                                    \
    }                                                                                                                 \
    ;                                                                                                                 \
    static const struct shape shape = {name_of_block, text_of_block, (enum declaration_kind)kind_of_block,            \
                                       sizeof(self),  fields,        sizeof fields / sizeof *fields - 1};             \
    return &shape;                                                                                                    \
    }
#include "topics/catalogue/all.def"

/* A key names fields that are there. */
#define RECORD(block, words)                       \
    static inline void block##_key_is_there(void)  \
    {                                              \
        typedef struct block self;                 \
        (void)sizeof(self);
#define KEY(field) (void)offsetof(self, field);
#define KEYS(first, second) (void)offsetof(self, first), (void)offsetof(self, second);
#define AWAITS(command, field) (void)offsetof(self, field), (void)offsetof(struct command, field);
#define REACH(command) (void)sizeof(struct command);
#define NAMED(field) (void)offsetof(self, has_##field), (void)offsetof(self, field.at);
#define END }
#include "topics/catalogue/all.def"

#define NONE_shape NULL
#define AT_TOPIC(topic_) .topic = &catalogue_topics[TOPIC_##topic_]
const struct declaration catalogue_declarations[] = {
#define RECORD(block, words) {.name = #block, .kind = A_RECORD, .text = words, .shape = block##_shape,
#define ONE_OF(block, words) {.name = #block, .kind = A_ONE_OF, .text = words, .shape = block##_shape,
#define COMMAND(block, topic_, method_, path_, roles_, scope_, result_, words)                                        \
    {.name = #block, .kind = A_COMMAND, .text = words, .shape = block##_shape, AT_TOPIC(topic_), .method = method_,    \
     .path = path_, .roles = (uint64_t)(roles_), .scope = scope_, .result = result_##_shape,
#define EVENT(block, topic_, words) \
    {.name = #block, .kind = AN_EVENT, .text = words, .shape = block##_shape, AT_TOPIC(topic_),
#define STATE(block, topic_, words) \
    {.name = #block, .kind = A_STATE, .text = words, .shape = block##_shape, AT_TOPIC(topic_),
#define CALL_AS(block, method_, path_, roles_, scope_, status_, result_, words)                                       \
    {.name = #block, .kind = A_CALL, .text = words, .shape = block##_shape, .method = method_, .path = path_,          \
     .roles = (uint64_t)(roles_), .scope = scope_, .status = status_, .result = result_##_shape,
#define QUERY_OF(block, path_, roles_, scope_, source_, result_, form_, words)                                        \
    {.name = #block, .kind = A_QUERY, .text = words, .shape = block##_shape, .method = GET, .path = path_,             \
     .roles = (uint64_t)((roles_) | ROLES_READING_ALL), .scope = scope_, .source = source_, .form = form_,             \
     .result = result_##_shape,
#define KEY_NEW .key = KEY_OF_ITSELF,
#define KEY(field) .key = KEY_OF_FIELDS, .key_fields = (const char *const[]){#field, NULL},
#define KEYS(first, second) .key = KEY_OF_FIELDS, .key_fields = (const char *const[]){#first, #second, NULL},
#define WAITS(seconds) .waits = seconds,
#define AWAITS(command, field) .awaits = #command, .awaits_field = #field,
#define NAMED(field) .named = #field,
#define REACH(command) .reach = #command,
#define SHOWS_BELOW(roles_) .shows_below = (uint64_t)(roles_),
#define COUNTS_ALL .counts_all = true,
#define COLUMN(field, heading, width) {#field, heading, width}
#define SHEET(query, title_, ...) \
    .rows_of = #query, .title = title_, .columns = (const struct column[]){__VA_ARGS__, {NULL, NULL, 0}},
#define SEES .sees = true,
#define NAMES_PERSONS .persons = true,
#define SHOWN_AS(record) .shown = record##_shape,
#define UPLOAD(...) .uploads = (const char *const[]){__VA_ARGS__, NULL},
#define END },
#include "topics/catalogue/all.def"
};
const size_t catalogue_declaration_count = sizeof catalogue_declarations / sizeof *catalogue_declarations;

const struct field *shape_field(const struct shape *shape, const char *name)
{
    for (size_t i = 0; i < shape->count; i++)
        if (slice_equal(shape->fields[i].name, slice_of(name)))
            return &shape->fields[i];
    return NULL;
}

const struct declaration *catalogue_declaration(struct slice name)
{
    for (size_t i = 0; i < catalogue_declaration_count; i++)
        if (slice_equal(slice_of(catalogue_declarations[i].name), name))
            return &catalogue_declarations[i];
    return NULL;
}

const struct topic *catalogue_topic(struct slice name)
{
    for (size_t i = 0; i < catalogue_topic_count; i++)
        if (slice_equal(slice_of(catalogue_topics[i].name), name))
            return &catalogue_topics[i];
    return NULL;
}

uint64_t catalogue_role_bit(struct slice name)
{
    for (size_t i = 0; i < catalogue_role_count; i++)
        if (slice_equal(slice_of(catalogue_roles[i].name), name))
            return UINT64_C(1) << i;
    return 0;
}

/* Whether the route stands in the list "a, b, c". */
static bool listed(const char *routes, struct slice route)
{
    while (routes) {
        const char *comma = strstr(routes, ", ");
        size_t length = comma ? (size_t)(comma - routes) : strlen(routes);
        if (slice_equal((struct slice){routes, length}, route))
            return true;
        routes = comma ? comma + 2 : NULL;
    }
    return false;
}

bool catalogue_scope_is(struct slice scope)
{
    for (size_t i = 0; i < catalogue_scope_count; i++)
        if (slice_equal(slice_of(catalogue_scopes[i].name), scope) || listed(catalogue_scopes[i].routes, scope))
            return true;
    return false;
}

bool catalogue_scope_holds(struct slice scope, struct slice route)
{
    for (size_t i = 0; i < catalogue_scope_count; i++)
        if (listed(catalogue_scopes[i].routes, route) &&
            (slice_equal(scope, route) || slice_equal(slice_of(catalogue_scopes[i].name), scope)))
            return true;
    return false;
}
