// The console's pages, a row each: who may open it, where it stands in the menu, which page it lies under.
// SPDX-License-Identifier: Apache-2.0
import type { Page } from '@baoting/shared/page'
import type { Word } from '@baoting/shared/words/say'
import { ADMINISTRATORS } from './roles'

export interface Row extends Page {
  /** The menu's group that it stands in; `menu` is its place among all. */
  group?: Word
  /** The name of the page above it: its path in the tree of pages. */
  under?: string
}

const administrators = ADMINISTRATORS, readers = [...administrators, 'branch_officer']

export const pages: Row[] = [
  { name: 'home', path: '/', title: 'nav.home', roles: [], menu: 1, load: () => import('./pages/Home.vue') },
  { name: 'exams', path: '/exams', title: 'nav.exams', roles: readers, group: 'nav.group.exam', menu: 10, load: () => import('./pages/Exams.vue') },
  { name: 'banks', path: '/banks', title: 'nav.banks', roles: administrators, group: 'nav.group.exam', menu: 11, load: () => import('./pages/Banks.vue') },
  { name: 'bank_new', path: '/banks/new', title: 'bank.new', roles: administrators, under: 'banks', load: () => import('./pages/BankNew.vue') },
]

/** The pages above a page, the topmost first, itself last. */
export function above(name: unknown): Row[] {
  const page = pages.find((each) => each.name === name)
  return page ? [...above(page.under), page] : []
}
