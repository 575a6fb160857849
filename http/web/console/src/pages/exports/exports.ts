// Workbooks of persons: a few are saved at once, more are asked for and approved by another.  SPDX-License-Identifier: Apache-2.0
import type { Problem, Schemas } from '@baoting/shared/api/client'
import { has } from '@baoting/shared/session'
import { say, type Word } from '@baoting/shared/words/say'
import { useRouter } from 'vue-router'
import { organisations } from '../../organisations'
import { roleWord, valueWord } from '../../people'
import { save } from '../../save'

export type Export = Schemas['export_shown']
export const KEEPERS = ['county_administrator', 'committee_administrator']
const MANY = 'urn:baoting:problem:export_unapproved'

/** Saves a workbook; where more persons leave only by two persons, it leads whoever may ask to the form. Gives what is wrong in words. */
export function useTaking(): (path: string, name: string) => Promise<string> {
  const router = useRouter()
  return (path, name) => save(path, name, (problem: Problem) => {
    if (problem.type !== MANY || !has(...KEEPERS)) return problem.detail_zh
    void router.push({ name: 'export.new', query: { target: path, name } })
    return ''
  })
}

/** The organisation that a workbook's address names, '' where it names none. */
export function placeOf(target: string): string {
  const { pathname, searchParams } = new URL(target, location.origin)
  return /^\/v1\/organisations\/([^/]+)\//.exec(pathname)?.[1] ?? searchParams.get('organisation') ?? searchParams.get('org') ?? ''
}

/** What a parameter of the address asks for, in words. */
export function parameterWords({ name, value }: { name: string; value: string }): string {
  const words: Record<string, () => string> = {
    organisation: () => organisations.by[value]?.name ?? value, org: () => organisations.by[value]?.name ?? value, role: () => roleWord(value as Parameters<typeof roleWord>[0]), sex: () => valueWord('sex', value),
    order: () => say('exports.order'),
  }
  return say('exports.parameter', { name: say(`exports.by.${name}` as Word), value: words[name]?.() ?? value })
}
/** Which workbook. */
export const workbookWord = (workbook: string): string => say(`exports.of.${workbook}` as Word)
