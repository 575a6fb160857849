// My file: its fields in the house's order, each with the value that holds, and what both are called.  SPDX-License-Identifier: Apache-2.0
import type { Schemas } from '@baoting/shared/api/client'
import type { Field } from '@baoting/shared/person'
import { region, type Region } from '@baoting/shared/region'
import { say, type Word } from '@baoting/shared/words/say'
import { computed, type ComputedRef } from 'vue'

export type Fact = Schemas['fact_row']
export interface Line { field: Field; fact: Fact | undefined }
type Read<T> = Region<T> & { load: () => Promise<void> }

export const file = (): Read<Schemas['person_file']> => region(() => '/v1/me/file')
export const fields = (): Read<{ rows: Field[] }> => region(() => '/v1/people:fields', 'baoting.fields')

/** What a field is called; its own name while the fields are not known. */
export const title = (all: Read<{ rows: Field[] }>, name: string): string => all.value?.rows.find((each) => each.field === name)?.title_zh ?? name

/** Every field that a person's file has, and what it says there; what the house counts is none. */
export const linesOf = (all: Read<{ rows: Field[] }>, mine: Read<Schemas['person_file']>): ComputedRef<Line[]> =>
  computed(() => (all.value?.rows ?? []).filter((field) => field.most !== undefined)
    .map((field) => ({ field, fact: mine.value?.facts.find((fact) => fact.field === field.field) })))

/** Who sees a field, by the names of the roles. */
export const roles = (names: string[]): string => names.map((role) => say(`role.${role}` as Word)).join('、')
