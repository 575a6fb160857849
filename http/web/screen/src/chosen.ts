// Which examination the hall shows: the newest that is open, else the last that was; one chosen by hand until it ends.
// SPDX-License-Identifier: Apache-2.0
import type { Schemas } from '@baoting/shared/api/client'
import { ask, session } from '@baoting/shared/session'

type Exam = Schemas['managed_exam']
const CLOSED = 10

/* The first administrator's grant is over the whole, before there is a county: then it is the tree's top. */
const NOWHERE = '00000000-0000-0000-0000-000000000000'

/** The organisation that the account looks at. */
export async function within(): Promise<string | undefined> {
  const granted = session.me?.grants.find((grant) => grant.role !== 'member')?.organisation
  if (granted && granted !== NOWHERE) return granted
  const top = await ask<{ rows: Schemas['organisation_row'][] }>('/v1/organisations?limit=1')
  return top.kind === 'answer' ? top.value.rows[0]?.organisation : undefined
}

/** Examinations of an organisation that are or were open, the newest first; null when it could not be asked. */
export async function listed(organisation: string): Promise<Exam[] | null> {
  const of = (state: string, limit: number): ReturnType<typeof ask<{ rows: Exam[] }>> =>
    ask<{ rows: Exam[] }>(`/v1/organisations/${organisation}/exams?state=${state}&limit=${limit}`)
  const [open, closed] = await Promise.all([of('open', 200), of('closed', CLOSED)])
  if (open.kind !== 'answer' || closed.kind !== 'answer') return null
  const newest = (at: (exam: Exam) => string) => (a: Exam, b: Exam): number => at(b).localeCompare(at(a)) || b.created_at.localeCompare(a.created_at)
  return [...open.value.rows.sort(newest((exam) => exam.opens_at)), ...closed.value.rows.sort(newest((exam) => exam.closes_at))]
}

/** Chosen by hand: kept while it stands as it stood then. */
export interface Pin { exam: string; state: Exam['state'] }

export const pinned = (pin: Pin | null, exams: Exam[]): Exam | undefined => exams.find((exam) => exam.exam === pin?.exam && exam.state === pin.state)

export const pick = (pin: Pin | null, exams: Exam[]): Exam | null => pinned(pin, exams) ?? exams[0] ?? null
