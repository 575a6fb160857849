// How a page is declared, and the router made of such rows.  SPDX-License-Identifier: Apache-2.0
import { watch, type Component } from 'vue'
import { createRouter, createWebHistory, type Router } from 'vue-router'
import { has, session } from './session'
import { say, type Word } from './words/say'

export interface Page {
  name: string
  path: string
  title: Word
  /** Roles of which one is needed; [] for whoever is signed in; 'anybody' without a log-in. */
  roles: string[] | 'anybody'
  /** Its place in the menu or tab bar, counted from 1; none when left out. */
  menu?: number
  /** The part of the menu that it stands in, for a client whose menu has parts. */
  group?: Word
  /** The page that it belongs under: its path above it leads there, and its entry stays marked in the menu. */
  under?: string
  load: () => Promise<Component>
  /** It goes on when the session ends, instead of leading to the log-in. */
  stays?: boolean
}

const logIn: Page = { name: 'login', path: '/login', title: 'login.title', roles: 'anybody', load: () => import('./parts/LogIn.vue') }

/** Whether the signed-in account may open the page. */
export const may = (page: Page): boolean =>
  page.roles === 'anybody' || (session.signedIn && (page.roles.length === 0 || has(...page.roles)))

/** The pages that stand in the menu, in its order, as far as the account may open them. */
export const menu = (pages: Page[]): Page[] =>
  pages.filter((page) => page.menu !== undefined && may(page)).sort((a, b) => a.menu! - b.menu!)

/** The pages above a page, the topmost first, itself last. */
export function trail(pages: Page[], name: unknown): Page[] {
  const page = pages.find((each) => each.name === name)
  return page ? [...trail(pages, page.under), page] : []
}

/** A router over the rows and the log-in: who is not signed in, or no longer, is led there and, afterwards, to where he wanted. */
export function routerOf(base: string, rows: Page[]): Router {
  const pages = [logIn, ...rows]
  const pageOf = (name: unknown): Page | undefined => pages.find((each) => each.name === name)
  const router = createRouter({
    history: createWebHistory(base),
    routes: [
      ...pages.map((page) => ({ name: page.name, path: page.path, component: page.load, props: true })),
      { path: '/:rest(.*)*', redirect: '/' },
    ],
    scrollBehavior: (_to, _from, kept) => kept ?? { top: 0 },
  })
  router.beforeEach((to) => {
    const page = pageOf(to.name)
    if (!page || may(page)) return true
    return session.signedIn ? { path: '/' } : { name: 'login', query: { to: to.fullPath } }
  })
  router.afterEach((to) => {
    const page = pageOf(to.name)
    document.title = page ? `${say(page.title)} · ${say('app.name')}` : say('app.name')
  })
  watch(() => session.signedIn, (signedIn) => {
    const route = router.currentRoute.value
    if (!signedIn && !pageOf(route.name)?.stays) void router.replace({ name: 'login', query: { to: route.fullPath } })
  })
  return router
}
