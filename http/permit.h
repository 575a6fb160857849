/* Whether a caller may do what a message asks: roles, what the message refers to, and over whom.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "http/router.h"
#include "http/visit.h"

/* What is said of whatever is not there, or not for the caller: the same words wherever that is found out. */
#define PERMIT_NOTHING_HERE "There is no such thing here", "未找到"

/* Where a shape's references stand, found once at the start. */
struct permit_plan;

/* The plan of a shape, NULL if it holds no reference. */
struct permit_plan *permit_plan_new(const struct shape *shape);
void permit_plan_free(struct permit_plan *plan);

/* Whether one of the caller's roles is one of the row's. False: visit->problem says it. */
MUST bool permit_role(struct visit *visit);

/* Resolves every reference of the decoded message and checks the row's scope: an unknown one is 404 in the path and 422
 * in the body, what is another's is 404, and so is what is out of the caller's reach, but for an organisation in the body;
 * any other permission too narrow is 403. Who does not reach the whole county is told 404 of what is unknown, too. Then
 * `proceed` is called, or the visit refused.
 * What an administrator names may have been made a moment ago and still be on its way to the views: it is looked for
 * again for about a second. */
void permit_message(struct visit *visit, const struct route *route,
                    void (*proceed)(struct visit *visit, const struct route *route));
