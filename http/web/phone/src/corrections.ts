// Corrections of my file: cases of the house's procedure, whose pack says what is given and by whom they are moved.
// SPDX-License-Identifier: Apache-2.0
import type { Schemas } from '@baoting/shared/api/client'
import { say, type Word } from '@baoting/shared/words/say'

export type Pack = Schemas['procedure_pack']
export type Move = Schemas['pack_move']
type Mover = Schemas['pack_mover']

/** By this name a correction is opened, whatever supplement holds here. */
export const CORRECTION = 'member-correction'
const EFFECT = 'field.correct'

/** The move by which I open a case, and the facts of it that say which field and what it should be. */
export function opening(pack: Pack): { move: Move; field: string; value: string } | null {
  const move = pack.moves.find((each) => each.from.length === 0 && isMine(each.who))
  const taken = pack.moves.flatMap((each) => each.follows ?? []).find((each) => each.effect === EFFECT)?.facts
  return move && taken?.[0] && taken[1] ? { move, field: taken[0], value: taken[1] } : null
}

/** Whether whom the case is about may make the move. */
export const isMine = (who: Mover[]): boolean => who.some((each) => each.at === 'subject')

/** Who is asked: 所在党支部的支部委员. */
export const asked = (who: Mover[]): string =>
  who.map((each) => (each.role ? say(`mover.${each.at}` as Word, { role: say(`role.${each.role}` as Word) }) : say(`mover.${each.at}` as Word))).join('、')

/** The SHA-256 of a file, 64 hex digits: all of it that leaves the device. */
export async function digestOf(paper: File): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', await paper.arrayBuffer())
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
