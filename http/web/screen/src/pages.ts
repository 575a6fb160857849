// The hall screen's pages, a row each.  SPDX-License-Identifier: Apache-2.0
import type { Page } from '@baoting/shared/page'

const roles = ['screen', 'county_administrator', 'committee_administrator', 'branch_officer']

export const pages: Page[] = [
  { name: 'hall', path: '/', title: 'hall.title', roles, load: () => import('./pages/Hall.vue') },
  { name: 'part', path: '/organisations/:org', title: 'hall.title', roles, load: () => import('./pages/Hall.vue') },
]
