/* Photographs of people at the front: opened for whoever may see them.  SPDX-License-Identifier: Apache-2.0 */
#pragma once

struct front;

/* Registers with the front. */
void photographs_offer(struct front *front);
