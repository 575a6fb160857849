// The examinations that concern the member and where he stands, kept on the device: home and an examination's page show the same.
// SPDX-License-Identifier: Apache-2.0
import type { Schemas } from '@baoting/shared/api/client'
import { clock } from '@baoting/shared/clock'
import { amount, moment, span } from '@baoting/shared/format'
import { region } from '@baoting/shared/region'
import { session } from '@baoting/shared/session'
import { say } from '@baoting/shared/words/say'
import { onBeforeUnmount, ref, type Ref } from 'vue'

export type Exam = Schemas['agenda_row']

/** The list as a region of the page that calls: the first `limit`, which begin with what is open. */
export const exams = (limit: number) =>
  region<{ rows: Exam[]; total: number }>(() => `/v1/me/exams?limit=${limit}`, `baoting.agenda.${session.me?.account}`)

/** The server's clock, moving each second while the page is there. */
export function ticking(): Ref<number> {
  const now = ref(clock.now())
  const timer = setInterval(() => { now.value = clock.now() }, 1000)
  onBeforeUnmount(() => clearInterval(timer))
  return now
}

/** Open as of `now`, whatever the time was when the list came. */
export const isOpen = (exam: Exam, now: number): boolean => Date.parse(exam.opens_at) <= now && now < Date.parse(exam.closes_at)
export const isComing = (exam: Exam, now: number): boolean => now < Date.parse(exam.opens_at)

/** Whether something is to be done: an attempt runs, or none was begun while the examination is open. */
export const isDue = (exam: Exam, now: number): boolean =>
  exam.standing === 'under_way' || (exam.standing === 'none' && isOpen(exam, now))

/** Where the member stands, with the time left or the mark. */
export function standing(exam: Exam, now: number): string {
  if (exam.standing === 'under_way') {
    const left = Date.parse(exam.deadline ?? exam.closes_at) - now
    return left > 0 ? say('stand.under_way', { time: span(left) }) : say('stand.closing')
  }
  if (exam.standing === 'none') return say(isComing(exam, now) ? 'stand.coming' : isOpen(exam, now) ? 'stand.none' : 'stand.missed')
  if (exam.mark !== undefined) return say('stand.mark', { mark: amount(exam.mark), full: amount(exam.full_mark) })
  return say('stand.handed_in')
}

/** Until when, or from when. */
export const due = (exam: Exam, now: number): string =>
  isComing(exam, now) ? say('exam.from', { time: moment(exam.opens_at) })
    : isOpen(exam, now) ? say('exam.until', { time: moment(exam.closes_at) }) : say('exam.closed_at', { time: moment(exam.closes_at) })
