// What pages about people share: fields, roles, sources and lists in words, and where one may read them.  SPDX-License-Identifier: Apache-2.0
import type { Schemas } from '@baoting/shared/api/client'
import { dated } from '@baoting/shared/format'
import { say, type Word } from '@baoting/shared/words/say'
import { computed } from 'vue'
import { topsOf } from './organisations'

export type Role = Schemas['role_held']['role']
export type Source = Schemas['fact_row']['source']
export type Kind = Schemas['person_entry']['kind']
export type Fact = Schemas['fact_row']

export const OFFICERS = ['county_administrator', 'committee_administrator', 'branch_officer']
export const KEEPERS = ['county_administrator', 'committee_administrator']
export const ROLES: Role[] = ['member', 'cadre', 'talent', 'village_officer']
export const KINDS: Kind[] = ['education', 'degree', 'award', 'penalty', 'appraisal', 'post']
/** The sources that a person at a desk can name; the others are the house's own. */
export const SOURCES: Source[] = ['paper_file', 'superior_system', 'self_reported']

/** A field of a person: how it is written, how long it may be, and whether it is masked for everybody. */
export interface PersonField { name: string; form: 'text' | 'day' | 'sex' | 'long'; most: number; masked?: true }
export const FIELDS: PersonField[] = [
  { name: 'name', form: 'text', most: 40 },
  { name: 'sex', form: 'sex', most: 6 },
  { name: 'birth_date', form: 'day', most: 10 },
  { name: 'ethnicity', form: 'text', most: 12 },
  { name: 'native_place', form: 'text', most: 60 },
  { name: 'education', form: 'text', most: 24 },
  { name: 'occupation', form: 'text', most: 60 },
  { name: 'worked_from', form: 'day', most: 10 },
  { name: 'joined_on', form: 'day', most: 10 },
  { name: 'regular_on', form: 'day', most: 10 },
  { name: 'mobile', form: 'text', most: 11, masked: true },
  { name: 'resident_id', form: 'text', most: 18, masked: true },
  { name: 'address', form: 'text', most: 120, masked: true },
  { name: 'family', form: 'long', most: 400, masked: true },
]
/** Fields that neither a draft nor the tray keeps. */
export const MASKED = FIELDS.filter((field) => field.masked).map((field) => field.name)

export const fieldWord = (field: string): string => say(`person.field.${field}` as Word)
export const roleWord = (role: Role): string => say(`person.role.${role}` as Word)
export const kindWord = (kind: Kind): string => say(`person.kind.${kind}` as Word)
export const sourceWord = (source: Source): string => say(`person.source.${source}` as Word)

/** A value as it is read: 男, and days as exact as they are known. */
export function valueWord(field: string, value: string): string {
  if (field === 'sex') return say(`person.sex.${value}` as Word)
  if (FIELDS.find((each) => each.name === field)?.form !== 'day') return value
  const [year, month, day] = value.split('-').map(Number)
  return `${year}年${month ? `${month}月` : ''}${day ? `${day}日` : ''}`
}

/** From when to when, as far as it is known. */
export const term = (since?: string, until?: string): string =>
  (until ? say('person.term', { since: since ? dated(since) : '', until: dated(until) }) : since ? dated(since) : '')

/** The tops of the subtrees whose people one may read. */
export const peopleTops = computed(() => topsOf(...OFFICERS, 'auditor'))
