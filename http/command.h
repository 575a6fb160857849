/* Commands: from a checked request to its 202, or to its outcome where one waits for it.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "http/router.h"
#include "http/visit.h"

/* One loop's commands that are on their way to Kafka or wait for an outcome. */
struct flights;

struct flights *flights_new(void) __attribute__((returns_nonnull));
void flights_free(struct flights *flights);

/* Takes the reports that came to the hall's port. */
void flights_landed(struct hall *hall);

/* Takes up the command of a caller who has the role; answers now or later. */
void command_take(struct visit *visit, const struct route *route);

/* Whether the body is of a media type that the declaration takes. False: visit->problem says it. */
MUST bool command_media(struct visit *visit);
