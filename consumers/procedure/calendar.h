/* Days, working days and spans between them.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "process/arena.h"
#include "process/problem.h"
#include "topics/messages.h"

/* Days are counted from 1970-01-01 in Shanghai, as clock_day() does. */

/* The years whose working days are known. */
struct calendar {
    struct calendar_year {
        int64_t year;
        const unsigned char *worked; /* a byte for each day from 1 January */
    } *years;
    size_t count;
};

/* Makes the years' tables; of two for a year the later in the list counts. False: a date is of another year
 * (problem says where), or the arena is full. */
MUST bool calendar_of(const struct working_calendar *years, size_t count, struct arena *arena,
                      struct calendar *ret_calendar, struct problem *problem);

/* Whether the day is worked. Of a year that is not known weekdays are taken as worked, and *provisional becomes true. */
bool calendar_worked(const struct calendar *calendar, int32_t day, bool *provisional);

/* The day on which the span that began on `from` is full: months clamp to the month's end, of working days `from` itself
 * does not count. `times` spans one behind the other; months are added at once, so that they clamp once. */
int32_t span_end(const struct calendar *calendar, int32_t from, const struct pack_span *span, int64_t times,
                 bool *provisional);

/* How many full spans have run from `from` to `today`. */
int64_t span_count(const struct calendar *calendar, int32_t from, int32_t today, const struct pack_span *span,
                   bool *provisional);
