// Packs of rules as they were adopted, each version asked for once a tab, and how their lines are put into words.
// SPDX-License-Identifier: Apache-2.0
import type { Reply, Schemas } from '@baoting/shared/api/client'
import { amount, dated } from '@baoting/shared/format'
import { ask } from '@baoting/shared/session'
import { say, type Word } from '@baoting/shared/words/say'
import { organisations } from '../../organisations'
import { fieldWord } from '../../people'
import { mannerOf, type Pack } from './given'

const known = new Map<string, Promise<Reply<Schemas['procedure_shown']>>>()

/** A version of a procedure. */
export function packOf(procedure: string, version: number): Promise<Reply<Schemas['procedure_shown']>> {
  const key = `${procedure}@${version}`
  const asked = known.get(key) ?? ask<Schemas['procedure_shown']>(`/v1/procedures/${encodeURIComponent(procedure)}?version=${version}`)
  known.set(key, asked)
  void asked.then((reply) => { if (reply.kind !== 'answer') known.delete(key) })
  return asked
}

/** Those under which a case would begin today. */
export const inForce = (): Promise<Reply<{ rows: Schemas['procedure_row'][]; total: number }>> => ask('/v1/procedures?in_force=true&limit=200')

/** Who may move, or is asked: a role and where, the person himself, or the clock. */
export const moverOf = (mover: Schemas['pack_mover']): string => say(`mover.${mover.at}`, { role: mover.role ? say(`role.${mover.role}` as Word) : '' })
export const moversOf = (movers: Schemas['pack_mover'][]): string => movers.map(moverOf).join('、')
/** The clauses of a line, which stand in it with commas. */
export const clauseOf = (clause: string): string => say('case.clause', { clause: clause.replaceAll(',', '、') })
export const spanOf = (span: Schemas['pack_span']): string => say(`span.${span.unit}`, { n: span.count })
export const shareOf = (share: Schemas['pack_share']): string => say(share.more ? 'share.more' : 'share.enough', { part: share.part, of: share.of })

const factTitle = (pack: Pack, name?: string): string => pack.facts.find((fact) => fact.name === name)?.title_zh ?? ''
const moveTitle = (pack: Pack, name?: string): string => pack.moves.find((move) => move.name === name)?.title_zh ?? ''

/** What a guard asks, in words. */
export function guardOf(pack: Pack, guard: Schemas['pack_guard']): string {
  return say(`guard.${guard.kind === 'equal' && !guard.code ? 'true' : guard.kind}`, {
    fact: factTitle(pack, guard.fact), other: factTitle(pack, guard.other), move: moveTitle(pack, guard.move), code: guard.code ?? '', n: amount(guard.number ?? 0),
    span: guard.span ? spanOf(guard.span) : '', share: guard.share ? shareOf(guard.share) : '',
  })
}

/** A fact's value as it was given, in words; `whose`: the name of whom the case is about, by id. */
export function valueOf(pack: Pack | null, name: string, value: string, whose: Record<string, string>): string {
  const fact = pack?.facts.find((each) => each.name === name)
  if (!pack || !fact) return value
  const shown: Partial<Record<ReturnType<typeof mannerOf>, () => string>> = {
    account: () => whose[value] ?? value, role: () => say(`role.${value}` as Word), organisation: () => organisations.by[value]?.name ?? value,
    kind: () => say(`organisation.kind.${value}` as Word), field: () => fieldWord(value), date: () => dated(value), truth: () => say(value === 'true' ? 'given.yes' : 'given.no'),
  }
  return shown[mannerOf(pack, fact)]?.() ?? value
}
