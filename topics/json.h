/* A strict JSON reader that pulls values in place: UTF-8 only, no repeated names, bounded depth, exact numbers.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "process/arena.h"
#include "process/problem.h"

enum { JSON_DEPTH_MOST = 64 };

/* A place in a text. All calls return false on a fault, which is then in `problem` (the first wins). */
struct json {
    const char *at, *end, *start;
    int depth, depth_most;
    struct arena *arena;     /* takes strings that hold escapes */
    struct problem *problem;
};

/* Begins at a text. False: not UTF-8, or a byte-order mark. `depth_most` ≤ JSON_DEPTH_MOST. */
MUST bool json_begin(struct json *json, struct slice text, int depth_most, struct arena *arena, struct problem *problem);

/* Nothing but white space is left. */
MUST bool json_end(struct json *json);

/* The first byte of the value that comes next, 0 at the end of the text: { [ " t f n - or a digit. */
static inline char json_peek(struct json *json)
{
    while (json->at < json->end && (*json->at == ' ' || *json->at == '\n' || *json->at == '\r' || *json->at == '\t'))
        json->at++;
    return json->at < json->end ? *json->at : 0;
}

/* Enters an object or array; then call the _next function until *ret_more is false, taking the value each time.
 * `first` is true on the first call. */
MUST bool json_enter(struct json *json, char bracket);
MUST bool json_object_next(struct json *json, bool first, struct slice *ret_name, bool *ret_more);
MUST bool json_array_next(struct json *json, bool first, bool *ret_more);

/* Passes the next member's name and colon if they stand there as `name` without white space or escapes, as they mostly
 * do; else nothing is passed and json_object_next() has to look. */
static inline bool json_object_passes(struct json *json, bool first, struct slice name)
{
    const char *at = json->at;
    if ((size_t)(json->end - at) < name.length + 4 || (!first && *at++ != ',') || *at++ != '"' ||
        at[name.length] != '"' || at[name.length + 1] != ':' || memcmp(at, name.at, name.length) != 0)
        return false;
    json->at = at + name.length + 2;
    return true;
}

/* A string; a slice of the text itself, or of the arena where it holds escapes. \u0000 and lone surrogates are faults. */
MUST bool json_text(struct json *json, struct slice *ret_text);

/* A whole number within int64, written without fraction or exponent. */
MUST bool json_number(struct json *json, int64_t *ret_number);

/* A number with at most two decimals, in hundredths, exact. */
MUST bool json_hundredths(struct json *json, int64_t *ret_hundredths);

MUST bool json_truth(struct json *json, bool *ret_truth);

/* Passes over any value, checking it; `ret_raw` (may be NULL) gets its text. */
MUST bool json_skip(struct json *json, struct slice *ret_raw);
