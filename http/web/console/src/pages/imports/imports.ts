// What the pages of imports share: how a state and a fate are said, and how one is proposed to a second person.
// SPDX-License-Identifier: Apache-2.0
import type { Schemas } from '@baoting/shared/api/client'
import { say, type Word } from '@baoting/shared/words/say'
import { run, wrong } from '../../tray'
import { follows, openings, type Given, nothing, bodyOf, taken } from '../cases/given'
import { inForce, packOf } from '../cases/pack'

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
export async function propose(effect: string, shown: Import, title: string, reason: string): Promise<string> {
  const all = await inForce()
  if (all.kind !== 'answer') return all.kind === 'problem' ? all.problem.detail_zh : say('net.silence')
  for (const row of all.value.rows) {
    const reply = await packOf(row.procedure, row.version)
    if (reply.kind !== 'answer' || !follows(reply.value.pack, effect)) continue
    const pack = reply.value.pack, move = openings(pack)[0]
    const named = pack.moves.flatMap((each) => each.follows ?? []).find((each) => each.effect === effect)?.facts?.[0]
    if (!move) continue
    const given: Given = nothing()
    for (const { fact } of taken(pack, move)) given.facts[fact.name] = fact.name === named ? shown.import : reason
    given.papers = (move.papers ?? []).map(({ name }) => ({ paper: name, name: shown.title, digest: shown.digest }))
    return wrong(await run(title, 'POST', '/v1/cases', { procedure: pack.name, organisation: shown.organisation, move: move.name, given: bodyOf(pack, move, given) }))
  }
  return say('imports.no.procedure')
}
