/* The front's heartbeat, from its first loop.  SPDX-License-Identifier: Apache-2.0 */
#pragma once

struct hall;

/* Begins it in the hall's loop; hall_end() clears its timer. */
void beat_begin(struct hall *hall);
