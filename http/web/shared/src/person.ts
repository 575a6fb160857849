// Fields of people's files, as the house declares them, and their values as they are read.  SPDX-License-Identifier: Apache-2.0
import type { Schemas } from './api/client'
import { say, type Word } from './words/say'

export type Field = Schemas['person_field_row']

/** Whether a field's values are days, as exact as their sources. */
export const isDay = (field: Field): boolean => field.pattern?.includes('{4}') ?? false
/** The values of a field that has but a few; none where it may have any. */
export const fewOf = (field: Field): string[] => /^\^\(([a-z_|]+)\)\$$/.exec(field.pattern ?? '')?.[1]?.split('|') ?? []

/** A value as it is read: 男, and days as exact as they are known. */
export function readValue(field: Field, value: string): string {
  if (fewOf(field).includes(value)) return say(`${field.field}.${value}` as Word)
  const day = isDay(field) ? /^(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?$/.exec(value) : null
  return day ? `${day[1]}年${day[2] ? `${Number(day[2])}月` : ''}${day[3] ? `${Number(day[3])}日` : ''}` : value
}
