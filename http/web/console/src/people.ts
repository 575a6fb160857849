// What pages about people share: fields as the house declares them, roles, sources and lists in words, and where one may read them.  SPDX-License-Identifier: Apache-2.0
import type { Schemas } from '@baoting/shared/api/client'
import { dated } from '@baoting/shared/format'
import { readValue, type Field } from '@baoting/shared/person'
import { ask } from '@baoting/shared/session'
import { say, type Word } from '@baoting/shared/words/say'
import { computed, shallowReactive } from 'vue'
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

/** The fields of people's files as the house declares them, in its order; read once a session, and there before any page is. */
export const fields = shallowReactive({ all: [] as Field[], failed: false })
export async function readFields(): Promise<void> {
  if (fields.all.length) return
  const reply = await ask<{ rows: Field[] }>('/v1/people:fields')
  if (reply.kind === 'answer') fields.all = reply.value.rows
  fields.failed = reply.kind !== 'answer'
}
addEventListener('online', () => { if (fields.failed) void readFields() })

const fieldOf = (name: string): Field | undefined => fields.all.find((each) => each.field === name)
/** Those that are entered; what the house counts itself is not. */
export const entered = (): Field[] => fields.all.filter((field) => field.most !== undefined)
/** Whether nobody sees it but masked. */
export const isMasked = (field: Field): boolean => field.plain.length === 0
/** Fields that neither a draft nor the tray keeps. */
export const maskedNames = (): string[] => entered().filter(isMasked).map((field) => field.field)

export const fieldWord = (name: string): string => fieldOf(name)?.title_zh ?? name
export const roleWord = (role: Role): string => say(`person.role.${role}` as Word)
export const kindWord = (kind: Kind): string => say(`person.kind.${kind}` as Word)
export const sourceWord = (source: Source): string => say(`person.source.${source}` as Word)

/** A value of the field of that name, as it is read. */
export function valueWord(name: string, value: string): string {
  const field = fieldOf(name)
  return field ? readValue(field, value) : value
}

/** From when to when, as far as it is known. */
export const term = (since?: string, until?: string): string =>
  (until ? say('person.term', { since: since ? dated(since) : '', until: dated(until) }) : since ? dated(since) : '')

/** The tops of the subtrees whose people one may read. */
export const peopleTops = computed(() => topsOf(...OFFICERS, 'auditor'))
