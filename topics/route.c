/* Paths of the catalogue.  SPDX-License-Identifier: Apache-2.0 */
#include "topics/route.h"

bool route_match(const char *route, struct slice path, struct captures *ret_captures)
{
    struct captures captures = {.count = 0};
    const char *at = path.at, *end = path.at + path.length;
    while (*route) {
        if (*route != '{') {
            if (at == end || *at != *route)
                return false;
            at++;
            route++;
            continue;
        }
        const char *begin = at;
        route = strchr(route, '}') + 1;
        while (at < end && *at != '/' && *at != *route)
            at++;
        if (at == begin || captures.count == ROUTE_CAPTURES)
            return false;
        captures.at[captures.count++] = (struct slice){begin, (size_t)(at - begin)};
    }
    if (at != end)
        return false;
    *ret_captures = captures;
    return true;
}

void route_split(struct slice target, struct slice *ret_path, struct slice *ret_query)
{
    const char *mark = target.length ? memchr(target.at, '?', target.length) : NULL;
    *ret_path = target;
    *ret_query = (struct slice){NULL, 0};
    if (!mark)
        return;
    ret_path->length = (size_t)(mark - target.at);
    *ret_query = (struct slice){mark + 1, target.length - ret_path->length - 1};
}
