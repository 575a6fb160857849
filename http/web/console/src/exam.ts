// What several pages of one examination say of it, asked for once a tab.  SPDX-License-Identifier: Apache-2.0
import type { Schemas } from '@baoting/shared/api/client'
import { ask, has } from '@baoting/shared/session'
import { computed, reactive, type ComputedRef } from 'vue'
import { home, topsOf, within } from './organisations'

type Exam = Schemas['exam_shown']
const known = reactive<Record<string, Exam>>({})

/** The examination as it was read first; undefined until then, and where it may not be read. */
export function examOf(exam: string): ComputedRef<Exam | undefined> {
  if (!known[exam]) void ask<Exam>(`/v1/exams/${exam}`).then((reply) => { if (reply.kind === 'answer') known[exam] = reply.value })
  return computed(() => known[exam])
}

/** What of an examination is shown when no organisation is chosen: the whole, '' ; or, to whom the whole is not open, his own part: one
 *  of an organisation above his is his to read about, and not to see all of. */
export function partOf(exam: string): ComputedRef<string> {
  const shown = examOf(exam)
  const whole = (whose: string): boolean => topsOf('committee_administrator', 'branch_officer').some((top) => within(whose, top))
  return computed(() => (has('county_administrator') || (shown.value && whole(shown.value.organisation)) ? '' : home.value))
}
