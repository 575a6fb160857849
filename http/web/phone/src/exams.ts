// The examinations that concern the member, kept on the device: home and an examination's page show the same.  SPDX-License-Identifier: Apache-2.0
import type { Schemas } from '@baoting/shared/api/client'
import { region } from '@baoting/shared/region'
import { session } from '@baoting/shared/session'

export type Exam = Schemas['exam_row']

/** The list as a region of the page that calls. */
export const exams = () => region<{ rows: Exam[]; total: number }>(() => '/v1/exams?limit=200', `baoting.exams.${session.me?.account}`)
