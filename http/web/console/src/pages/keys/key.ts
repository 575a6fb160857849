// A key in words, and the parts of it that a form edits.  SPDX-License-Identifier: Apache-2.0
import type { Schemas } from '@baoting/shared/api/client'
import { say } from '@baoting/shared/words/say'

export type Key = Schemas['answer_key']
export type Question = Pick<Schemas['paper_row'], 'kind' | 'options' | 'rights'>
type Set = Schemas['right_set']

const MILLION = 1000000
const letter = (number: number): string => String.fromCharCode(64 + number)
export const named = (number: number, texts: string[]): string => `${letter(number)}. ${texts[number - 1] ?? ''}`

/** A number as it is written, from millionths. */
export const decimal = (millionths: number): string => String(millionths / MILLION)
export const millionths = (text: string): number => Math.round(Number(text) * MILLION)

function one(set: Set, question: Question): string {
  if (set.truth !== undefined) return say(set.truth ? 'key.true' : 'key.false')
  if (set.right) return set.right.map((number) => named(number, question.options)).join('；')
  if (!set.order) return ''
  return question.kind === 'pairs'
    ? set.order.map((right, at) => `${question.options[at] ?? ''} — ${question.rights[right - 1] ?? ''}`).join('；')
    : set.order.map((number) => question.options[number - 1] ?? '').join(' → ')
}

const numbers = (key: Key): string => (key.numbers ?? []).map(({ low, high }) =>
  (low === high ? decimal(low) : say('key.between', { low: decimal(low), high: decimal(high) }))).join(` ${say('key.or')} `)

/** What is right, in words. */
export function told(key: Key, question: Question): string {
  if (key.voided) return say('key.voided')
  if (question.kind === 'blanks')
    return (key.blanks ?? []).map((blank, at) => say('key.blank', { n: at + 1, texts: blank.accepted.map((each) => each.text).join(` ${say('key.or')} `) })).join('；')
  if (question.kind === 'number') return numbers(key)
  return [key, ...(key.others ?? [])].map((set) => one(set, question)).join(` ${say('key.or')} `)
}

/** What the form holds of a key; only the part of the question's kind is used. */
export interface Draft { right: number[]; truth: boolean; blanks: string[]; numbers: { low: string; high: string }[]; order: number[] }

export const draftOf = (key: Key): Draft => ({
  right: [...(key.right ?? [])], truth: key.truth ?? true,
  blanks: (key.blanks ?? []).map((blank) => blank.accepted.map((each) => each.text).join('\n')),
  numbers: (key.numbers ?? []).map(({ low, high }) => ({ low: decimal(low), high: decimal(high) })), order: [...(key.order ?? [])],
})

const setOf = (draft: Draft, kind: Question['kind']): Set =>
  (kind === 'truth' ? { truth: draft.truth } : kind === 'order' || kind === 'pairs' ? { order: [...draft.order] } : { right: [...draft.right].sort((a, b) => a - b) })

/* A text or number that stood in the key keeps its share; a new one is worth all. */
function written(draft: Draft, kind: Question['kind'], old: Key): Key {
  if (kind === 'blanks')
    return { blanks: draft.blanks.map((lines, at) => ({ accepted: lines.split('\n').map((text) => text.trim()).filter(Boolean).map((text) =>
      ({ text, share: old.blanks?.[at]?.accepted.find((each) => each.text === text)?.share ?? MILLION })) })) }
  if (kind === 'number')
    return { numbers: draft.numbers.map(({ low, high }) => {
      const from = millionths(low), to = millionths(high || low)
      const before = old.numbers?.find((each) => each.low === from && each.high === to)
      return { value: before?.value ?? Math.round((from + to) / 2), low: from, high: to, share: before?.share ?? MILLION }
    }) }
  return setOf(draft, kind)
}

export type How = 'instead' | 'also' | 'void'

/** The corrected key: another one instead, another one as well, or the question void. */
export function corrected(how: How, draft: Draft, kind: Question['kind'], old: Key): Key {
  if (how === 'void') return { ...old, voided: true }
  if (how === 'instead') return written(draft, kind, old)
  const { voided: _, ...kept } = old
  return { ...kept, others: [...(old.others ?? []), setOf(draft, kind)] }
}

/** What is missing, in words; '' when the draft can be sent. */
export function lacking(draft: Draft, kind: Question['kind']): string {
  if ((kind === 'single' || kind === 'multiple') && draft.right.length === 0) return say('key.need.option')
  if (kind === 'blanks' && draft.blanks.some((lines) => !lines.trim())) return say('key.need.blank')
  if (kind !== 'number') return ''
  const wrong = ({ low, high }: { low: string; high: string }): boolean => low.trim() === '' || !Number.isFinite(Number(low)) || (high.trim() !== '' && !(Number(high) >= Number(low)))
  return draft.numbers.length === 0 || draft.numbers.some(wrong) ? say('key.need.number') : ''
}
