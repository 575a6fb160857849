/* Paths of the catalogue: "/v1/exams/{exam}/attempts" against "/v1/exams/0193…/attempts".  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "process/text.h"

enum { ROUTE_CAPTURES = 8 };

/* What stood in a path's places, in order; slices of the path. */
struct captures {
    struct slice at[ROUTE_CAPTURES];
    size_t count;
};

/* Whether the path is one of this route: as many segments, the fixed ones equal, none of the others empty. */
MUST bool route_match(const char *route, struct slice path, struct captures *ret_captures);

/* Splits "path?query"; the query is absent where there is no '?'. */
void route_split(struct slice target, struct slice *ret_path, struct slice *ret_query);
