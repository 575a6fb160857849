/* An attempt's timer and which of its answers count.  SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "consumers/education/sitting.h"

/* Sets the timer that ends the attempt: at its deadline, its grace, the front's longest wait for Kafka and the allowed
 * skew of clocks after it, so that whatever was accepted in time stands before it in the partition. */
void attempt_set_timer(struct work *work, const struct sitting *sitting, const struct attempt *attempt);

/* Whether a later write of the same question stands in the attempt. */
bool written_superseded(const struct attempt *attempt, const struct written *written);
