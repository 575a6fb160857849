/* The house's own routes: health, readiness, metrics, the documents of the catalogue.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "http/front.h"

/* Adds the routes to the front's router. */
void manage_offer(struct front *front);
