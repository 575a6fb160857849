// A question as the form holds it, and as the bank takes it: keys in people's terms there, by number here.  SPDX-License-Identifier: Apache-2.0
import type { Schemas } from '@baoting/shared/api/client'
import { say } from '@baoting/shared/words/say'

export type Kind = Schemas['question_text']['kind']
type Key = Schemas['answer_key']
type Version = Schemas['question_version']

export const KINDS: Kind[] = ['single', 'multiple', 'truth', 'blanks', 'number', 'order', 'pairs']
const WHOLE = 1000000, MILLION = 1000000 // shares and numbers go in millionths

export interface Draft {
  kind: Kind; title: string; topic: string; stem: string; explanation: string; source: string
  options: string[]; rights: string[]
  /** single, multiple: places of the right options, from 0; pairs: of the right entry of each left one. */
  right: number[]
  truth: boolean
  /** A blank's accepted texts in one line, a semicolon between. */
  blanks: string[]
  value: string; margin: string
}

export const fresh = (): Draft => ({ kind: 'single', title: '', topic: '', stem: '', explanation: '', source: '', options: ['', '', '', ''], rights: ['', ''],
  right: [], truth: true, blanks: [''], value: '', margin: '0' })

const texts = (line: string): string[] => line.split(/[；;]/).map((text) => text.trim()).filter(Boolean)
const decimal = (millionths: number): string => String(millionths / MILLION)
const millionths = (text: string): number => Math.round(Number(text) * MILLION)

/** Whether the key says more than the form can hold: it would be lost by a change. */
export const beyond = ({ key }: Version): boolean => !!(key.weights || key.others || key.voided
  || (key.numbers && (key.numbers.length > 1 || key.numbers.some((each) => each.high - each.value !== each.value - each.low)))
  || key.blanks?.some((blank) => blank.accepted.some((each) => each.share !== WHOLE)))

export function draftOf(version: Version): Draft {
  const { kind, title, topic, stem, explanation, source, options, rights, key } = version, number = key.numbers?.[0]
  /* An order is shown as it is right, whatever way its entries were numbered. */
  const shown = kind === 'order' ? (key.order ?? []).map((place) => options[place - 1] ?? '') : [...options]
  return { ...fresh(), kind, title, topic, stem, explanation, source, ...(options.length ? { options: shown } : {}), ...(rights.length ? { rights: [...rights] } : {}),
    right: (kind === 'pairs' ? key.order ?? [] : key.right ?? []).map((place) => place - 1), truth: key.truth ?? true,
    blanks: key.blanks?.map((blank) => blank.accepted.map((each) => each.text).join('；')) ?? [''],
    ...(number ? { value: decimal(number.value), margin: decimal(number.high - number.value) } : {}) }
}

function keyOf(draft: Draft): Key {
  switch (draft.kind) {
    case 'single': case 'multiple': return { right: [...draft.right].sort((a, b) => a - b).map((place) => place + 1) }
    case 'truth': return { truth: draft.truth }
    case 'blanks': return { blanks: draft.blanks.map((line) => ({ accepted: texts(line).map((text) => ({ text, share: WHOLE })) })) }
    case 'number': {
      const value = millionths(draft.value), margin = millionths(draft.margin)
      return { numbers: [{ value, low: value - margin, high: value + margin, share: WHOLE }] }
    }
    case 'order': return { order: kept(draft.options).map((_, place) => place + 1) }
    case 'pairs': return { order: kept(draft.options).map((_, place) => (draft.right[place] ?? place) + 1) }
  }
}

/** Lines without the empty ones at their end: whoever needs three of four leaves the last one empty. */
function kept(lines: string[]): string[] {
  let count = lines.length
  while (count && !lines[count - 1]!.trim()) count--
  return lines.slice(0, count).map((text) => text.trim())
}

export const optioned = (kind: Kind): boolean => !['truth', 'blanks', 'number'].includes(kind)

export function textOf(draft: Draft): Schemas['question_text'] {
  const { kind, title, topic, stem, explanation, source, options, rights } = draft, bare = (text: string): string => text.trim()
  return { kind, title: bare(title), topic: bare(topic), stem: bare(stem), explanation: bare(explanation), source: bare(source),
    options: optioned(kind) ? kept(options) : [], rights: kind === 'pairs' ? kept(rights) : [], key: keyOf(draft) }
}

/** What is wrong with a draft, by the pointer of its field. */
export function faultsOf(draft: Draft): Record<string, string> {
  const faults: Record<string, string> = {}, options = kept(draft.options), rights = kept(draft.rights), wants = say('write.need.options')
  if (!draft.stem.trim()) faults['/text/stem'] = say('write.need.stem')
  if (optioned(draft.kind) && (options.length < (draft.kind === 'pairs' ? 1 : 2) || options.includes(''))) faults['/text/options'] = wants
  if (draft.kind === 'pairs' && (rights.length < 2 || rights.includes(''))) faults['/text/rights'] = wants
  if (['single', 'multiple'].includes(draft.kind) && (!draft.right.length || draft.right.some((place) => place >= options.length))) faults['/text/key'] = say('write.need.key')
  if (draft.kind === 'pairs' && draft.right.some((place) => place >= rights.length)) faults['/text/key'] = say('write.need.key')
  if (draft.kind === 'blanks' && draft.blanks.some((line) => !texts(line).length)) faults['/text/key'] = say('write.need.key')
  if (draft.kind === 'number' && (!draft.value.trim() || !Number.isFinite(Number(draft.value)) || !(Number(draft.margin) >= 0))) faults['/text/key'] = say('write.need.number')
  return faults
}

/** The key in words, a line each. */
export function keyLines({ kind, key, options, rights }: Pick<Version, 'kind' | 'key' | 'options' | 'rights'>): string[] {
  const option = (place: number): string => `${place}. ${options[place - 1] ?? ''}`
  switch (kind) {
    case 'single': case 'multiple': return (key.right ?? []).map(option)
    case 'truth': return [say(key.truth ? 'write.true' : 'write.false')]
    case 'blanks': return (key.blanks ?? []).map((blank, at) => `${say('write.blank', { n: at + 1 })}：${blank.accepted.map((each) => each.text).join('；')}`)
    case 'number': return (key.numbers ?? []).map((each) => each.high > each.value || each.low < each.value
      ? say('question.span', { value: decimal(each.value), low: decimal(each.low), high: decimal(each.high) }) : decimal(each.value))
    case 'order': return (key.order ?? []).map((place, at) => `${at + 1}. ${options[place - 1] ?? ''}`)
    case 'pairs': return (key.order ?? []).map((place, at) => `${options[at] ?? ''} → ${rights[place - 1] ?? ''}`)
  }
}
