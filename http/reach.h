/* Reach: over which organisations a caller holds roles. The one place where an organisation is held against subtrees.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "http/visit.h"

struct arguments;
struct pool_reach;

/* The roles that let the caller in to what he asks: the row's; a program of others has one, which its scopes bound. */
uint64_t reach_by(const struct visit *visit);

/* Whether one of the roles is held over the whole county. */
bool reach_whole(const struct visit *visit, uint64_t roles);

/* Which of the roles are held over the organisation (TREE_NONE: nobody's, which the whole county's alone reach); 0: none. */
uint64_t reach_roles(const struct visit *visit, uint64_t roles, uint32_t organisation);

/* Whether one of the roles is held over a part of the organisation. */
bool reach_into(const struct visit *visit, uint64_t roles, uint32_t organisation);

/* Adds the tops of the subtrees over which one of the roles is held, as an argument uuid[]. */
void reach_add(const struct visit *visit, uint64_t roles, struct arguments *arguments);

/* Whose rows the query's statement may see, as PostgreSQL's policies read it; the texts are in the visit's arena. The
 * caller's own, and those of the subtrees over which he holds one of the row's roles; of an OWN row those
 * over which he holds a role that it names, unless it counts over all. */
struct pool_reach reach_rows(const struct visit *visit);
