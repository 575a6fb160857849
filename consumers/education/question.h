/* A question in memory: what is asked, its options, its key, and the check that names what is wrong with it.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "consumers/table/fault.h"
#include "process/text.h"
#include "topics/messages.h"

/* Options of one question; a set of them is one 64-bit word. */
#define QUESTION_OPTIONS_MAX 64
/* The bytes of one accepted answer of a blank. */
#define QUESTION_ACCEPTED_BYTES 512
/* A whole mark, where weights and shares are counted in millionths of it. */
#define QUESTION_WHOLE 1000000

/* The columns of a question's row, and so the place of a fault. */
enum question_column {
    COLUMN_NONE,
    COLUMN_NUMBER,
    COLUMN_KIND,
    COLUMN_TOPIC,
    COLUMN_STEM,
    COLUMN_OPTIONS,
    COLUMN_KEY,
    COLUMN_MARKS,
    COLUMN_EXPLANATION,
    COLUMN_SOURCE,
    COLUMN_COUNT,
};

struct question_error {
    enum fault fault;
    enum question_column column;
    bool of_rights; /* of COLUMN_OPTIONS: among the right sides, */
    size_t entry;   /* and which, from 1; 0: no single one */
};

/* An accepted text of a blank; share: millionths of the blank's part, 1..QUESTION_WHOLE. */
struct question_accepted {
    struct slice text;
    int32_t share;
};

struct question_blank {
    size_t count;
    const struct question_accepted *accepted;
};

/* An accepted number: `value` to show, and all from `low` to `high` counts; millionths. */
struct question_number {
    int64_t value, low, high;
    int32_t share;
};

/* What is right. Only the members of its kind are used. */
struct question_key {
    enum question_kind kind;
    uint8_t options;        /* single, multiple, order: how many there are; pairs: left sides */
    uint8_t rights;         /* pairs: right sides (some may be nobody's) */
    bool truth;             /* truth */
    bool voided;            /* of a corrected key: the mark is everybody's */
    uint64_t right;         /* single, multiple: bit n-1 is set when option n is right */
    const int32_t *weights; /* single, multiple: an option's part in millionths, < 0 takes away; or NULL */
    const uint8_t *order;   /* order: the option at each place; pairs: the right side of each left side */
    size_t blank_count;
    const struct question_blank *blanks;
    size_t number_count;
    const struct question_number *numbers;
    size_t other_count;
    const struct question_key *others; /* of a corrected key: complete ones of its kind that are right as well */
};

/* Options and left sides are numbered from 1 in the order of `options`, right sides in that of `rights`. All slices
 * belong to the arena the question was read into. `number` and `title` are its author's names for it. */
struct question {
    struct slice number, title, topic, stem, explanation, source;
    int32_t marks; /* hundredths */
    size_t option_count, right_count;
    const struct slice *options, *rights;
    struct question_key key;
};

/* Ceilings: texts in code points, the rest in pieces; marks in hundredths. */
struct question_limits {
    uint32_t title, topic, stem, option, explanation, source;
    uint32_t accepted_text; /* each accepted answer of a blank */
    uint32_t options, blanks, accepted;
    int32_t marks;
};

/* What the catalogue's messages allow. */
extern const struct question_limits question_limits_catalogue;

/* True if the question is lawful; else false and the first fault with the column it stands in. */
MUST bool question_check(const struct question *question, const struct question_limits *limits,
                         struct question_error *ret_error);

/* What is wrong with a key; FAULT_none if nothing. One of a single choice may, corrected, have several right options. */
MUST enum fault question_key_fault(const struct question_key *key, const struct question_limits *limits);

/* A number with an absolute tolerance, with one relative to its size (millionths of the value), or between
 * two ends. False when an end would leave ±DECIMAL_MOST, or they are crossed. The share is a whole one. */
MUST bool question_number_absolute(int64_t value, int64_t tolerance, struct question_number *ret_number);
MUST bool question_number_relative(int64_t value, int64_t tolerance, struct question_number *ret_number);
MUST bool question_number_between(int64_t low, int64_t high, struct question_number *ret_number);

/* Whether right options' weights (millionths) add up to the whole, three thirds of 33.333% among them. */
MUST bool question_weights_fit(int64_t sum);

/* The column's name in messages and English headers ("stem"; "" for none). */
const char *question_column_name(enum question_column column);

