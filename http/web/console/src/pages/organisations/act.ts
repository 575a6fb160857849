// What every change of an organisation says: from which day, by which document, why.  SPDX-License-Identifier: Apache-2.0
import type { Schemas } from '@baoting/shared/api/client'
import { today } from '@baoting/shared/format'
import { say } from '@baoting/shared/words/say'
import { useRoute } from 'vue-router'
import { form, type Form } from '../../form'

export type Kind = Schemas['organisation_row']['kind']
/** The kinds that an organisation below the county committee can be of. */
export const KINDS: Kind[] = ['working_committee', 'committee', 'general_branch', 'branch', 'joint_branch', 'temporary_branch', 'group', 'village_group']

export type Sector = NonNullable<Schemas['organisation_shown']['sector']>
/** In which kinds of places organisations are; their terms go by it. */
export const SECTORS: Sector[] = ['village', 'community', 'agency', 'institution', 'school', 'enterprise', 'social_organisation', 'other']
/** Units as they are written, a line each. */
export const unitsOf = (text: string): string[] => text.split('\n').map((line) => line.trim()).filter((line) => line)
/** What is wrong with units. */
export const unitsFaults = (text: string): Record<string, string> =>
  (unitsOf(text).some((unit) => !between(unit, 2, 60)) ? { '/units': say('act.need.units') } : {})

export interface Decision { effective: string; document: string; reason: string }
/** The form of an act; `anew` begins it again, `settle` ends it when it was applied. */
export interface Act<T extends object> extends Form<T & Decision> { forget: (value: T & Decision) => void; anew: () => void; settle: () => void }
/** What the frame of all acts knows of one. */
export type Framed = Omit<Act<object>, 'forget'>

/* Changes come in rows, by one document and from one day: what the last one said is offered to the next. */
const place = 'baoting.decision'
function remember({ effective, document }: Decision): void { sessionStorage.setItem(place, JSON.stringify({ effective, document })) }
const last = (): Omit<Decision, 'reason'> => JSON.parse(sessionStorage.getItem(place) ?? `{"effective":"${today()}","document":""}`) as Omit<Decision, 'reason'>

/** The form of an act on an organisation: its own fields beside the decision's. What the address says of them, as after a drag, goes
 *  before a draft of an earlier visit. */
export function act<T extends object>(name: string, organisation: string, own: T): Act<T> {
  const { query } = useRoute()
  const fresh = (): T & Decision => {
    const asked: Record<string, unknown> = { ...own, ...last(), reason: '' }
    for (const field of Object.keys(asked)) if (typeof query[field] === 'string') asked[field] = query[field]
    return asked as T & Decision
  }
  const made = form<T & Decision>(`organisation.${name}.${organisation}.${new URLSearchParams(query as Record<string, string>).toString()}`, fresh())
  const settle = (): void => {
    remember(made.value as Decision)
    made.forget(fresh())
  }
  return Object.assign(made, { anew: () => made.forget(fresh()), settle }) as Act<T>
}

const between = (text: string, least: number, most: number): boolean => text.trim().length >= least && text.trim().length <= most

/** What is wrong with a name and a short name. */
export const namesFaults = (value: { name: string; short_name: string }): Record<string, string> => ({
  ...(between(value.name, 2, 60) ? {} : { '/name': say('act.need.name') }), ...(between(value.short_name, 2, 24) ? {} : { '/short_name': say('act.need.short') }) })

/** What is wrong with a decision. */
export const decisionFaults = (value: Decision): Record<string, string> => ({
  ...(value.effective ? {} : { '/effective': say('act.need.day') }), ...(between(value.document, 2, 80) ? {} : { '/document': say('act.need.document') }),
  ...(value.reason.trim().length === 1 ? { '/reason': say('act.need.reason') } : {}) })

/** A decision as it is sent. */
export const decided = ({ effective, document, reason }: Decision): Record<string, string> => ({ effective, document: document.trim(), ...(reason.trim() ? { reason: reason.trim() } : {}) })
