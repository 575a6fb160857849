/* People at the front: what a reference to a person means, finding by private values, one value disclosed, everything of mine.  SPDX-License-Identifier: Apache-2.0 */
#pragma once

struct front;

/* Registers with the front. */
void people_offer(struct front *front);
