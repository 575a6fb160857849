// What the pages of imports share: how a state and a fate are said, and how one is proposed to a second person.
// SPDX-License-Identifier: Apache-2.0
import type { Schemas } from '@baoting/shared/api/client'
import { say, type Word } from '@baoting/shared/words/say'
import { openCase } from '../cases/open'

export type Import = Schemas['import_shown']
export const KINDS = ['members', 'cadres', 'talents', 'village_officers', 'organisations'] as const
export const KEEPERS = ['county_administrator', 'committee_administrator']
export const FATES = ['read', 'good', 'doubtful', 'bad', 'left', 'entered', 'updated', 'same', 'refused', 'undone', 'kept'] as const
const GOING = ['checking', 'applying', 'reversing']

export const kindWord = (kind: string): string => say(`imports.kind.${kind}` as Word)
export const stateWord = (state: string): string => say(`imports.state.${state}` as Word)
export const fateWord = (fate: string): string => say(`imports.fate.${fate}` as Word)
/** Whether a worker is at it. */
export const going = (shown: Import): boolean => GOING.includes(shown.state)

/** Opens the case from which `effect` follows, about this import; what else its first step must be told is the reason. Gives what is wrong
 *  in words, '' when it was opened. */
export const propose = async (effect: string, shown: Import, title: string, reason: string): Promise<string> =>
  (await openCase(effect, shown.organisation, title, { named: shown.import, others: reason, paper: { name: shown.title, digest: shown.digest } })).wrong
