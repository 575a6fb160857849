// What a step of a case is given: as a form holds it, what it lacks, and as the routes take it.  SPDX-License-Identifier: Apache-2.0
import type { Schemas } from '@baoting/shared/api/client'
import { say } from '@baoting/shared/words/say'

export type Pack = Schemas['procedure_pack']
export type Move = Pack['moves'][number]
export type Fact = Pack['facts'][number]
type FactValue = Schemas['fact_value']
const COUNTS = ['expected', 'present', 'in_favour', 'written'] as const
type Count = (typeof COUNTS)[number]

export interface Paper { paper: string; name: string; digest: string }
export interface Given { facts: Record<string, string>; papers: Paper[]; vote: Record<Count, string> }
export const nothing = (): Given => ({ facts: {}, papers: [], vote: { expected: '', present: '', in_favour: '', written: '' } })

/** How a fact is asked for: by its kind, or by what it names where something that follows in the house takes it. */
export type Manner = Fact['kind'] | 'account' | 'role' | 'organisation' | 'kind' | 'field'
const NAMED: Record<string, Record<string, Manner>> = {
  'grant.give': { account: 'account', role: 'role' },
  'organisation.move': { other: 'organisation' },
  'organisation.merge': { other: 'organisation' },
  'organisation.split': { other: 'organisation', 'new-kind': 'kind' },
  'organisation.create': { 'new-kind': 'kind' },
  'field.correct': { field: 'field' },
}
export function mannerOf(pack: Pack, fact: Fact): Manner {
  for (const move of pack.moves) for (const { effect, facts } of move.follows ?? []) {
    const named = facts?.includes(fact.name) ? NAMED[effect]?.[fact.name] : undefined
    if (named) return named
  }
  return fact.kind
}

/** Whether something follows from one of the pack's moves. */
export const follows = (pack: Pack, effect: string): boolean => pack.moves.some((move) => move.follows?.some((each) => each.effect === effect))

/** What a case was told of the fact that something which may follow from it takes first; '' where it was told nothing. */
export function valueOfEffect(pack: Pack, shown: Schemas['case_shown'], effect: string): string {
  const fact = pack.moves.flatMap((move) => move.follows ?? []).find((each) => each.effect === effect)?.facts?.[0]
  return shown.steps.flatMap((step) => step.facts).find((each) => each.fact === fact)?.value ?? ''
}

/** The moves that open a case. */
export const openings = (pack: Pack): Move[] => pack.moves.filter((move) => move.from.length === 0)

/** The facts that a move takes, in the pack's order of the move. */
export function taken(pack: Pack, move: Move): { fact: Fact; needed: boolean }[] {
  const find = (name: string): Fact[] => pack.facts.filter((fact) => fact.name === name)
  return [...(move.facts ?? []).flatMap(find).map((fact) => ({ fact, needed: true })), ...(move.optional_facts ?? []).flatMap(find).map((fact) => ({ fact, needed: false }))]
}

/** Whether a fact that may be left out has to do with what was chosen: not where it is taken up by nothing but moves that are opened by
 *  another word than the one given. */
export function concerns(pack: Pack, fact: Fact, given: Given): boolean {
  const moves = pack.moves.filter((move) => (move.follows ?? []).some((each) => each.facts?.includes(fact.name)) || (move.guards ?? []).some((guard) => guard.fact === fact.name))
  return moves.length === 0 || moves.some((move) => (move.guards ?? []).every((guard) => guard.kind !== 'equal' || !guard.code || (given.facts[guard.fact ?? ''] ?? guard.code) === guard.code))
}

/** The words that guards ask of a fact, each with the steps that it opens. */
export function codesOf(pack: Pack, fact: Fact): { code: string; opens: string }[] {
  const found = new Map<string, string[]>()
  for (const move of pack.moves) for (const guard of move.guards ?? [])
    if (guard.kind === 'equal' && guard.fact === fact.name && guard.code) found.set(guard.code, [...(found.get(guard.code) ?? []), move.title_zh])
  return [...found].map(([code, titles]) => ({ code, opens: titles.join('、') }))
}

const filled = (pack: Pack, move: Move, given: Given): Fact[] =>
  taken(pack, move).filter(({ fact, needed }) => (given.facts[fact.name] ?? '').trim() !== '' && (needed || concerns(pack, fact, given))).map(({ fact }) => fact)

/** The pointer under which the front tells a fault of a fact; of what was not sent the one that the form tells itself. */
export function pointerOf(pack: Pack, move: Move, given: Given, fact: Fact): string {
  const at = filled(pack, move, given).indexOf(fact)
  return at < 0 ? `/given/facts/${fact.name}` : `/given/facts/${at}`
}

/** What is missing before it is sent, by pointer; `before`: the papers that the case has already, by name. */
export function lacking(pack: Pack, move: Move, given: Given, papers: Schemas['pack_paper'][]): Record<string, string> {
  const faults: Record<string, string> = {}
  for (const { fact, needed } of taken(pack, move)) {
    const text = (given.facts[fact.name] ?? '').trim()
    if (needed && !text) faults[pointerOf(pack, move, given, fact)] = say('given.need', { what: fact.title_zh })
    else if (text && fact.kind === 'number' && !/^-?\d+$/.test(text)) faults[pointerOf(pack, move, given, fact)] = say('given.need.number')
  }
  for (const paper of papers)
    if (given.papers.filter((each) => each.paper === paper.name).length < paper.count) faults[`/given/papers/${paper.name}`] = say('given.need.paper', { what: paper.title_zh, n: paper.count })
  if (move.vote) for (const count of COUNTS.filter((each) => each !== 'written' || move.vote?.written))
    if (!/^\d+$/.test(given.vote[count].trim())) faults[`/given/vote/${count}`] = say('given.need.count')
  return faults
}

const VALUES: Record<Fact['kind'], (text: string) => FactValue> = {
  date: (date) => ({ date }), number: (text) => ({ number: Number(text) }), code: (code) => ({ code }), truth: (text) => ({ truth: text === 'true' }), private: (text) => ({ private: text }),
}

/** As the routes take it. */
export function bodyOf(pack: Pack, move: Move, given: Given): Schemas['case_given'] {
  const facts = filled(pack, move, given).map((fact) => ({ fact: fact.name, value: VALUES[fact.kind](given.facts[fact.name]!.trim()) }))
  const papers = given.papers.map(({ paper, digest }) => ({ paper, digest }))
  const { expected, present, in_favour, written } = given.vote
  return {
    ...(facts.length ? { facts } : {}), ...(papers.length ? { papers } : {}),
    ...(move.vote ? { vote: { expected: Number(expected), present: Number(present), in_favour: Number(in_favour), written: Number(written) } } : {}),
  }
}

/** The SHA-256 of a file, in hexadecimal; it is read here and goes nowhere. */
export async function digestOf(file: Blob): Promise<string> {
  const sum = await crypto.subtle.digest('SHA-256', await file.arrayBuffer())
  return Array.from(new Uint8Array(sum), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
