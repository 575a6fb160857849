// The roles of who is signed in, in words.  SPDX-License-Identifier: Apache-2.0
import { session } from '@baoting/shared/session'
import { say, type Word } from '@baoting/shared/words/say'

export const roles = (): string => [...new Set(session.me?.grants.map((grant) => say(`role.${grant.role}` as Word)))].join('、')
/** Who runs examinations. */
export const ADMINISTRATORS = ['county_administrator', 'committee_administrator']
