// Posts in an organisation, in the order in which they are named.  SPDX-License-Identifier: Apache-2.0
import type { Schemas } from '@baoting/shared/api/client'

export type Post = Schemas['officer_row']['post']
export const POSTS: Post[] = ['secretary', 'first_secretary', 'deputy_secretary', 'organisation_member', 'publicity_member', 'discipline_member', 'united_front_member', 'youth_member', 'committee_member', 'group_leader']
