// The console's pages, a row each; the menu is made of those that have a place in it.  SPDX-License-Identifier: Apache-2.0
import type { Page } from '@baoting/shared/page'
import { GIVERS, SEERS } from './pages/grants/roles'
import { tasks } from './tasks'

const EXAMINERS = ['county_administrator', 'committee_administrator']
const WATCHERS = [...EXAMINERS, 'branch_officer']
const READERS = [...WATCHERS, 'auditor']
const COUNTY = ['county_administrator']
const OPERATORS = ['operator']
const PROGRAMS = ['county_administrator', 'system_administrator']

export const pages: Page[] = [
  { name: 'start', path: '/', title: 'start.title', roles: [], load: () => import('./pages/Start.vue') },
  { name: 'organisations', path: '/organisations', title: 'organisations.title', roles: READERS, menu: 1, group: 'menu.organisations', load: () => import('./pages/organisations/Organisations.vue') },
  { name: 'organisation.new', path: '/organisations/new', title: 'organisation.new', roles: COUNTY, under: 'organisations', load: () => import('./pages/organisations/New.vue') },
  { name: 'organisation', path: '/organisations/:organisation', title: 'organisation.title', roles: READERS, under: 'organisations', load: () => import('./pages/organisations/Organisation.vue') },
  { name: 'organisation.changes', path: '/organisations/:organisation/changes', title: 'organisation.changes', roles: READERS, under: 'organisation', load: () => import('./pages/organisations/Changes.vue') },
  { name: 'organisation.rename', path: '/organisations/:organisation/rename', title: 'organisation.rename', roles: COUNTY, under: 'organisation', load: () => import('./pages/organisations/Rename.vue') },
  { name: 'organisation.move', path: '/organisations/:organisation/move', title: 'organisation.move', roles: COUNTY, under: 'organisation', load: () => import('./pages/organisations/Move.vue') },
  { name: 'organisation.adjust', path: '/organisations/:organisation/adjust', title: 'organisation.adjust', roles: COUNTY, under: 'organisation', load: () => import('./pages/organisations/Adjust.vue') },
  { name: 'organisation.split', path: '/organisations/:organisation/split', title: 'organisation.split', roles: COUNTY, under: 'organisation', load: () => import('./pages/organisations/Split.vue') },
  { name: 'organisation.merge', path: '/organisations/:organisation/merge', title: 'organisation.merge', roles: COUNTY, under: 'organisation', load: () => import('./pages/organisations/Merge.vue') },
  { name: 'organisation.dissolve', path: '/organisations/:organisation/dissolve', title: 'organisation.dissolve', roles: COUNTY, under: 'organisation', load: () => import('./pages/organisations/Dissolve.vue') },
  { name: 'tasks', path: '/tasks', title: 'tasks.title', roles: [], menu: 5, waits: () => tasks.total, group: 'menu.cases', load: () => import('./pages/cases/Tasks.vue') },
  { name: 'cases', path: '/cases', title: 'cases.title', roles: [], menu: 6, group: 'menu.cases', load: () => import('./pages/cases/Cases.vue') },
  { name: 'case.new', path: '/cases/new', title: 'case.new', roles: [], under: 'cases', load: () => import('./pages/cases/New.vue') },
  { name: 'case', path: '/cases/:matter', title: 'case.title', roles: [], under: 'cases', load: () => import('./pages/cases/Case.vue') },
  { name: 'procedures', path: '/procedures', title: 'procedures.title', roles: [], menu: 7, group: 'menu.cases', load: () => import('./pages/cases/Procedures.vue') },
  { name: 'procedure', path: '/procedures/:procedure', title: 'procedures.title.one', roles: [], under: 'procedures', load: () => import('./pages/cases/Procedure.vue') },
  { name: 'exams', path: '/exams', title: 'exams.title', roles: READERS, menu: 10, group: 'menu.education', load: () => import('./pages/exams/Exams.vue') },
  { name: 'exam.new', path: '/exams/new', title: 'exam.new', roles: EXAMINERS, under: 'exams', load: () => import('./pages/exams/Edit.vue') },
  { name: 'exam', path: '/exams/:exam', title: 'exam.title', roles: READERS, under: 'exams', load: () => import('./pages/exams/Exam.vue') },
  { name: 'exam.edit', path: '/exams/:exam/edit', title: 'exam.edit', roles: EXAMINERS, under: 'exam', load: () => import('./pages/exams/Edit.vue') },
  { name: 'exam.progress', path: '/exams/:exam/progress', title: 'tab.exam.progress', roles: READERS, under: 'exam', load: () => import('./pages/watch/Progress.vue') },
  { name: 'exam.candidates', path: '/exams/:exam/candidates', title: 'tab.exam.candidates', roles: READERS, under: 'exam', load: () => import('./pages/watch/Candidates.vue') },
  { name: 'exam.extra', path: '/exams/:exam/candidates/:login', title: 'extra.page', roles: EXAMINERS, under: 'exam.candidates', load: () => import('./pages/watch/Extra.vue') },
  { name: 'exam.results', path: '/exams/:exam/results', title: 'tab.exam.results', roles: READERS, under: 'exam', load: () => import('./pages/watch/Results.vue') },
  { name: 'exam.late', path: '/exams/:exam/late', title: 'tab.exam.late', roles: EXAMINERS, under: 'exam', load: () => import('./pages/watch/Late.vue') },
  { name: 'exam.paper', path: '/exams/:exam/questions', title: 'tab.exam.paper', roles: EXAMINERS, under: 'exam', load: () => import('./pages/keys/Paper.vue') },
  { name: 'exam.key', path: '/exams/:exam/questions/:question', title: 'correct.page', roles: EXAMINERS, under: 'exam.paper', load: () => import('./pages/keys/Correct.vue') },
  { name: 'exam.keys', path: '/exams/:exam/keys', title: 'tab.exam.keys', roles: EXAMINERS, under: 'exam', load: () => import('./pages/keys/Keys.vue') },
  { name: 'exam.proposal', path: '/exams/:exam/keys/:proposal', title: 'proposal.page', roles: EXAMINERS, under: 'exam.keys', load: () => import('./pages/keys/Proposal.vue') },
  { name: 'points.entries', path: '/points', title: 'entries.title', roles: EXAMINERS, menu: 20, group: 'menu.points', load: () => import('./pages/points/Entries.vue') },
  { name: 'points.rules', path: '/points/rules', title: 'rules.title', roles: EXAMINERS, menu: 21, group: 'menu.points', load: () => import('./pages/points/Rules.vue') },
  { name: 'points.board', path: '/points/board', title: 'switch.title', roles: COUNTY, menu: 22, group: 'menu.points', load: () => import('./pages/points/Board.vue') },
  { name: 'grants', path: '/grants', title: 'grants.title', roles: SEERS, menu: 40, group: 'menu.rights', load: () => import('./pages/grants/Grants.vue') },
  { name: 'grant.new', path: '/grants/new', title: 'grant.new', roles: GIVERS, under: 'grants', load: () => import('./pages/grants/New.vue') },
  { name: 'audit', path: '/audit', title: 'audit.title', roles: ['audit_administrator', 'committee_administrator', 'auditor'], menu: 41, group: 'menu.rights', load: () => import('./pages/audit/Audit.vue') },
  { name: 'clients', path: '/clients', title: 'clients.title', roles: [...PROGRAMS, 'auditor'], menu: 42, group: 'menu.rights', load: () => import('./pages/clients/Clients.vue') },
  { name: 'client.new', path: '/clients/new', title: 'client.new', roles: PROGRAMS, under: 'clients', load: () => import('./pages/clients/New.vue') },
  { name: 'security', path: '/security', title: 'security.title', roles: [], load: () => import('./pages/security/Security.vue') },
  { name: 'processes', path: '/processes', title: 'health.title', roles: OPERATORS, menu: 30, group: 'menu.operation', load: () => import('./pages/operation/Processes.vue') },
  { name: 'lag', path: '/lag', title: 'lag.title', roles: OPERATORS, menu: 31, group: 'menu.operation', load: () => import('./pages/operation/Lag.vue') },
  { name: 'parked', path: '/parked', title: 'parked.title', roles: OPERATORS, menu: 32, group: 'menu.operation', load: () => import('./pages/operation/Parked.vue') },
  { name: 'parked.message', path: '/parked/:message', title: 'message.title', roles: OPERATORS, under: 'parked', load: () => import('./pages/operation/Message.vue') },
  { name: 'banks', path: '/banks', title: 'banks.title', roles: EXAMINERS, menu: 11, group: 'menu.education', load: () => import('./pages/banks/Banks.vue') },
  { name: 'bank.new', path: '/banks/new', title: 'bank.new', roles: EXAMINERS, under: 'banks', load: () => import('./pages/banks/New.vue') },
  { name: 'bank', path: '/banks/:bank', title: 'bank.questions', roles: EXAMINERS, under: 'banks', load: () => import('./pages/banks/Bank.vue') },
  { name: 'bank.import', path: '/banks/:bank/import', title: 'import.title', roles: EXAMINERS, under: 'bank', load: () => import('./pages/banks/Import.vue') },
  { name: 'question.new', path: '/banks/:bank/questions/new', title: 'write.new', roles: EXAMINERS, under: 'bank', load: () => import('./pages/banks/Write.vue') },
  { name: 'question', path: '/banks/:bank/questions/:number', title: 'question.title', roles: EXAMINERS, under: 'bank', load: () => import('./pages/banks/Question.vue') },
  { name: 'question.edit', path: '/banks/:bank/questions/:number/edit', title: 'write.change', roles: EXAMINERS, under: 'question', load: () => import('./pages/banks/Write.vue') },
]
