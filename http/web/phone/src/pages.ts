// The phone's pages, a row each.  SPDX-License-Identifier: Apache-2.0
import type { Page } from '@baoting/shared/page'

export const pages: Page[] = [
  { name: 'home', path: '/', title: 'tab.home', roles: [], menu: 1, load: () => import('./pages/Home.vue') },
  { name: 'board', path: '/board', title: 'tab.board', roles: [], menu: 2, load: () => import('./pages/Board.vue') },
  { name: 'points', path: '/points', title: 'tab.points', roles: ['member'], menu: 3, load: () => import('./pages/Points.vue') },
  { name: 'mine', path: '/mine', title: 'tab.mine', roles: [], menu: 4, load: () => import('./pages/Mine.vue') },
  { name: 'branch', path: '/branch', title: 'mine.branch', roles: [], load: () => import('./pages/Branch.vue') },
  { name: 'file', path: '/file', title: 'file.title', roles: [], load: () => import('./pages/MyFile.vue') },
  { name: 'field', path: '/file/:field', title: 'file.title', roles: [], load: () => import('./pages/Field.vue') },
  { name: 'correct', path: '/file/:field/correction', title: 'correct.title', roles: ['member'], load: () => import('./pages/Correct.vue') },
  { name: 'corrections', path: '/corrections', title: 'corrections.title', roles: [], load: () => import('./pages/Corrections.vue') },
  { name: 'correction', path: '/corrections/:matter', title: 'correction.title', roles: [], load: () => import('./pages/Correction.vue') },
  { name: 'data', path: '/data', title: 'data.title', roles: [], load: () => import('./pages/Data.vue') },
  { name: 'disclosures', path: '/disclosures', title: 'disclosures.title', roles: [], load: () => import('./pages/Disclosures.vue') },
  { name: 'devices', path: '/devices', title: 'devices.title', roles: [], load: () => import('./pages/Devices.vue') },
  { name: 'exams', path: '/exams', title: 'exams.title', roles: ['member'], load: () => import('./pages/Exams.vue') },
  { name: 'wrong', path: '/wrong', title: 'wrong.title', roles: ['member'], load: () => import('./pages/Wrong.vue') },
  { name: 'exam', path: '/exams/:exam', title: 'exam.rules', roles: ['member'], load: () => import('./pages/Exam.vue') },
  { name: 'result', path: '/exams/:exam/results/:number(\\d+)', title: 'exam.my', roles: ['member'], load: () => import('./pages/Result.vue') },
  { name: 'sitting', path: '/exams/:exam/sitting', title: 'sit.card', roles: ['member'], stays: true, load: () => import('./pages/Sit.vue') },
]
