// The console's pages, a row each; the menu is made of those that have a place in it.  SPDX-License-Identifier: Apache-2.0
import type { Page } from '@baoting/shared/page'

const EXAMINERS = ['county_administrator', 'committee_administrator']
const WATCHERS = [...EXAMINERS, 'branch_officer']

export const pages: Page[] = [
  { name: 'start', path: '/', title: 'start.title', roles: [...WATCHERS, 'operator'], load: () => import('./pages/Start.vue') },
  { name: 'exams', path: '/exams', title: 'exams.title', roles: WATCHERS, menu: 10, group: 'menu.education', load: () => import('./pages/exams/Exams.vue') },
  { name: 'exam.new', path: '/exams/new', title: 'exam.new', roles: EXAMINERS, under: 'exams', load: () => import('./pages/exams/Edit.vue') },
  { name: 'exam', path: '/exams/:exam', title: 'exam.title', roles: WATCHERS, under: 'exams', load: () => import('./pages/exams/Exam.vue') },
  { name: 'exam.edit', path: '/exams/:exam/edit', title: 'exam.edit', roles: EXAMINERS, under: 'exam', load: () => import('./pages/exams/Edit.vue') },
]
