/* Reach: over which organisations a caller holds roles.  SPDX-License-Identifier: Apache-2.0 */
#include "http/reach.h"

#include "sql/arguments.h"
#include "sql/pool.h"
#include "topics/messages.h"

uint64_t reach_by(const struct visit *visit)
{
    return visit->caller.client ? ROLE_integration_client : visit->declaration->roles;
}

static bool is_whole(const struct visit *visit, const struct permission *permission)
{
    return permission->organisation == TREE_NONE || permission->organisation == tree_root(visit->front->tree);
}

bool reach_whole(const struct visit *visit, uint64_t roles)
{
    for (size_t i = 0; i < visit->caller.count; i++)
        if ((visit->caller.permissions[i].role & roles) && is_whole(visit, &visit->caller.permissions[i]))
            return true;
    return false;
}

uint64_t reach_roles(const struct visit *visit, uint64_t roles, uint32_t organisation)
{
    uint64_t held = 0;
    for (size_t i = 0; i < visit->caller.count; i++) {
        const struct permission *permission = &visit->caller.permissions[i];
        if ((permission->role & roles) &&
            (is_whole(visit, permission) || (organisation != TREE_NONE &&
                                             tree_within(visit->front->tree, organisation, permission->organisation))))
            held |= permission->role;
    }
    return held;
}

bool reach_into(const struct visit *visit, uint64_t roles, uint32_t organisation)
{
    for (size_t i = 0; i < visit->caller.count; i++) {
        const struct permission *permission = &visit->caller.permissions[i];
        if ((permission->role & roles) && permission->organisation != TREE_NONE &&
            tree_within(visit->front->tree, permission->organisation, organisation))
            return true;
    }
    return false;
}

/* The tops, at most as many as permissions; how many. */
static size_t tops(const struct visit *visit, uint64_t roles, struct id *ret_tops)
{
    size_t count = 0;
    for (size_t i = 0; i < visit->caller.count; i++) {
        const struct permission *permission = &visit->caller.permissions[i];
        uint32_t top = is_whole(visit, permission) ? tree_root(visit->front->tree) : permission->organisation;
        if ((permission->role & roles) && top != TREE_NONE &&
            tree_show(visit->front->tree, top, &ret_tops[count], NULL, NULL))
            count++;
    }
    return count;
}

void reach_add(const struct visit *visit, uint64_t roles, struct arguments *arguments)
{
    struct id *found = arena_take(visit->arena, (visit->caller.count + 1) * sizeof *found);
    size_t count = found ? tops(visit, roles, found) : 0;
    struct buffer *array = argument_array(arguments, SQL_UUID, count);
    for (size_t i = 0; i < count; i++)
        value_id(array, found[i].bytes);
}

/* {…,…} as PostgreSQL writes an array; the text is absent where memory ran out, which is nobody's rows. */
static struct slice tops_text(const struct visit *visit, uint64_t roles)
{
    struct id *found = arena_take(visit->arena, (visit->caller.count + 1) * sizeof *found);
    char *text = arena_take(visit->arena, visit->caller.count * ID_TEXT + 3), *at = text;
    if (!found || !text)
        return (struct slice){NULL, 0};
    size_t count = tops(visit, roles, found);
    *at++ = '{';
    for (size_t i = 0; i < count; i++) {
        if (i)
            *at++ = ',';
        id_text(found[i], at);
        at += ID_TEXT - 1;
    }
    *at++ = '}';
    return (struct slice){text, (size_t)(at - text)};
}

struct pool_reach reach_rows(const struct visit *visit)
{
    const struct declaration *declaration = visit->declaration;
    uint64_t roles = declaration->scope == OWN ? declaration->shows_below : reach_by(visit);
    char *actor = arena_take(visit->arena, ID_TEXT);
    struct pool_reach reach = {{NULL, 0}, {NULL, 0}};
    if (actor) {
        id_text(visit->caller.account, actor);
        reach.actor = slice_of(actor);
    }
    reach.tops = declaration->counts_all || reach_whole(visit, roles) ? SLICE("*") : tops_text(visit, roles);
    return reach;
}
