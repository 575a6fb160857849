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
  { name: 'banks', path: '/banks', title: 'banks.title', roles: EXAMINERS, menu: 11, group: 'menu.education', load: () => import('./pages/banks/Banks.vue') },
  { name: 'bank.new', path: '/banks/new', title: 'bank.new', roles: EXAMINERS, under: 'banks', load: () => import('./pages/banks/New.vue') },
  { name: 'bank', path: '/banks/:bank', title: 'bank.questions', roles: EXAMINERS, under: 'banks', load: () => import('./pages/banks/Bank.vue') },
  { name: 'bank.import', path: '/banks/:bank/import', title: 'import.title', roles: EXAMINERS, under: 'bank', load: () => import('./pages/banks/Import.vue') },
  { name: 'question.new', path: '/banks/:bank/questions/new', title: 'write.new', roles: EXAMINERS, under: 'bank', load: () => import('./pages/banks/Write.vue') },
  { name: 'question', path: '/banks/:bank/questions/:number', title: 'question.title', roles: EXAMINERS, under: 'bank', load: () => import('./pages/banks/Question.vue') },
  { name: 'question.edit', path: '/banks/:bank/questions/:number/edit', title: 'write.change', roles: EXAMINERS, under: 'question', load: () => import('./pages/banks/Write.vue') },
]
