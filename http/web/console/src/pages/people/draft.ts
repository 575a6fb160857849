// What the forms about people hold: values of fields, all as text, and where they come from.  SPDX-License-Identifier: Apache-2.0
import { say, type Word } from '@baoting/shared/words/say'
import { FIELDS, type PersonField, type Source } from '../../people'

export interface Origin { source: Source; reference: string; valid_from: string }
export const noOrigin = (): Origin => ({ source: 'paper_file', reference: '', valid_from: '' })
/** A draft's origin as it is sent. */
export const originOf = ({ source, reference, valid_from }: Origin): object => ({ source, ...(reference.trim() ? { reference: reference.trim() } : {}), ...(valid_from ? { valid_from } : {}) })

/** The values of a draft, by field; all empty. */
export const noValues = (): Record<string, string> => Object.fromEntries(FIELDS.map((field) => [field.name, '']))
const written = (field: PersonField, text: string): string => (field.name === 'resident_id' ? text.trim().toUpperCase() : text.trim())
/** The values that were filled in, as they are sent. */
export const valuesOf = (draft: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(FIELDS.map((field): [string, string] => [field.name, written(field, String(draft[field.name] ?? ''))]).filter(([, text]) => text))

const FORMS: Partial<Record<string, RegExp>> = { day: /^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$/, mobile: /^1[3-9]\d{9}$/, resident_id: /^\d{17}[\dX]$/ }
/** What is wrong with a value, '' where nothing is or there is none. */
export function valueFault(field: PersonField, text: string): string {
  const form = FORMS[field.name] ?? FORMS[field.form], value = written(field, text)
  return value && form && !form.test(value) ? say(`person.need.${field.form === 'day' ? 'day' : field.name}` as Word) : ''
}
/** What is wrong with the values of a draft, by pointer. */
export const valuesFaults = (draft: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(FIELDS.map((field) => [`/values/${field.name}`, valueFault(field, String(draft[field.name] ?? ''))]).filter(([, fault]) => fault))

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
