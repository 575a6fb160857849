// Where a message stood in the log, in words.  SPDX-License-Identifier: Apache-2.0
import type { Schemas } from '@baoting/shared/api/client'

export const placeOf = (at: Pick<Schemas['parked_entry'], 'topic' | 'partition' | 'offset'>): string => `${at.topic} / ${at.partition} / ${at.offset}`
