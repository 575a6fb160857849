// What the forms about people hold: values of fields, all as text, and where they come from.  SPDX-License-Identifier: Apache-2.0
import type { Field } from '@baoting/shared/person'
import { say } from '@baoting/shared/words/say'
import { entered, type Source } from '../../people'

export interface Origin { source: Source; reference: string; valid_from: string }
export const noOrigin = (): Origin => ({ source: 'paper_file', reference: '', valid_from: '' })
/** A draft's origin as it is sent. */
export const originOf = ({ source, reference, valid_from }: Origin): object => ({ source, ...(reference.trim() ? { reference: reference.trim() } : {}), ...(valid_from ? { valid_from } : {}) })

/** The values of a draft, by field; all empty. */
export const noValues = (): Record<string, string> => Object.fromEntries(entered().map((field) => [field.field, '']))
const written = (field: Field, text: string): string => (field.field === 'resident_id' ? text.trim().toUpperCase() : text.trim())
/** The values that were filled in, as they are sent. */
export const valuesOf = (draft: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(entered().map((field): [string, string] => [field.field, written(field, String(draft[field.field] ?? ''))]).filter(([, text]) => text))

/** What is wrong with a value, '' where nothing is or there is none. */
export function valueFault(field: Field, text: string): string {
  const value = written(field, text)
  return value && field.pattern && !new RegExp(field.pattern).test(value) ? field.wrong_zh ?? '' : ''
}
/** What is wrong with the values of a draft, by pointer. */
export const valuesFaults = (draft: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(entered().map((field) => [`/values/${field.field}`, valueFault(field, String(draft[field.field] ?? ''))]).filter(([, fault]) => fault))

/** Answers a whole command's faults with where each stands; whether there is none. */
export function faultless(draft: { faults: Record<string, string>; whole: string }, faults: Record<string, string>): boolean {
  const count = Object.keys(faults).length
  draft.faults = faults
  draft.whole = count ? say('form.faults', { n: count }) : ''
  return count === 0
}
/** An empty text is left out of what is sent. */
export const filled = (texts: Record<string, string | number | ''>): Record<string, string | number> =>
  Object.fromEntries(Object.entries(texts).map(([name, text]): [string, string | number] => [name, typeof text === 'string' ? text.trim() : text]).filter(([, text]) => text !== ''))
