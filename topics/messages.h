/* The C structs, enumerations and shapes that the catalogue's rows declare.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "topics/catalogue.h"
#include "topics/id.h"

#define CTYPE_ID struct id
#define CTYPE_NUMBER int64_t
#define CTYPE_HUNDREDTHS int64_t /* hundredths of a point or a mark */
#define CTYPE_TEXT struct slice
#define CTYPE_BOOL bool
#define CTYPE_TIME int64_t /* milliseconds since the epoch, UTC */
#define CTYPE_DATE int64_t /* days since 1970-01-01, of no zone */
#define CTYPE_ENUM int
#define CTYPE_JSON struct slice
#define HAS_REQUIRED(name)
#define HAS_MAY_LACK(name) bool has_##name;

/* Roles as bits. */
enum role_index {
#define ROLE(name, english, chinese, text) INDEX_##name,
#include "topics/catalogue/all.def"
};
enum role_bit {
#define ROLE(name, english, chinese, text) ROLE_##name = 1 << INDEX_##name,
#include "topics/catalogue/all.def"
    ROLE_ANY = -1
};
enum {
    ROLES_READING_ALL = 0
#define READS_ALL(role) | ROLE_##role
#include "topics/catalogue/all.def"
};

enum topic_index {
#define TOPIC(name, partitions, days, text) TOPIC_##name,
#include "topics/catalogue/all.def"
};

/* Enumerations: a constant is the index of its wire name. */
#define ENUM(name, text) enum name {
#define VALUE(constant, name, text) constant,
#define END_ENUM };
#include "topics/catalogue/all.def"
#define ENUM(name, text) extern const struct enumeration name##_enumeration;
#include "topics/catalogue/all.def"

/* Structs. A list is {at, count}; what may be absent has a `has_` beside it, or is a pointer. */
#define RECORD(name, text) struct name {
#define SCALAR(name, type, check, place, need, level, text) HAS_##need(name) CTYPE_##type name;
#define SCALARS(name, type, check, min, max, need, text) HAS_##need(name) struct { CTYPE_##type *at; size_t count; } name;
#define RECORD_IN(name, record, text) struct record name;
#define RECORD_IF(name, record, text) struct record *name;
#define RECORDS(name, record, min, max, need, text) HAS_##need(name) struct { struct record *at; size_t count; } name;
#define END };
#include "topics/catalogue/all.def"

/* Shapes: the rows of each struct, for decoding, encoding and documents. */
#define RECORD(name, text) const struct shape *name##_shape(void);
#include "topics/catalogue/all.def"

/* The index of each block in catalogue_declarations. */
enum declaration_index {
#define RECORD(name, text) DECLARED_##name,
#include "topics/catalogue/all.def"
};
#define DECLARED(name) (&catalogue_declarations[DECLARED_##name])
