// How a page is declared, and the router made of such rows.  SPDX-License-Identifier: Apache-2.0
import { watch, type Component } from 'vue'
import { createRouter, createWebHistory, type RouteLocation, type Router } from 'vue-router'
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
  /** How much waits there, shown beside its place in the menu. */
  waits?: () => number
  /** The part of the menu that it stands in, for a client whose menu has parts. */
  group?: Word
  /** The page that it belongs under: its path above it leads there, and its entry stays marked in the menu. */
  under?: string
  load: () => Promise<Component>
  /** It goes on when the session ends, instead of leading to the log-in. */
  stays?: boolean
}

/* For whoever is signed in and may not open the page he wants, which stands in the query as `to`. */
const refused: Page = { name: 'refused', path: '/refused', title: 'refused.title', roles: [], load: () => import('./parts/Refused.vue') }
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

/** A router over the rows and the log-in: who is not signed in, or no longer, is led there and, afterwards, to where he wanted. Who may not
 *  open a page is told so, and what is missing. */
export function routerOf(base: string, rows: Page[]): Router {
  const pages = [logIn, refused, ...rows]
  const pageOf = (name: unknown): Page | undefined => pages.find((each) => each.name === name)
  const wanted = (to: RouteLocation): Page | undefined => pageOf(router.resolve(String(to.query['to'] ?? '/')).name)
  const router = createRouter({
    history: createWebHistory(base),
    routes: [
      ...pages.map((page) => ({ name: page.name, path: page.path, component: page.load,
        props: page === refused ? (to: RouteLocation) => ({ roles: wanted(to)?.roles }) : true })),
      { path: '/:rest(.*)*', redirect: '/' },
    ],
    scrollBehavior: (_to, _from, kept) => kept ?? { top: 0 },
  })
  router.beforeEach((to) => {
    const page = pageOf(to.name)
    if (page === refused && session.signedIn && wanted(to) !== refused && may(wanted(to) ?? refused)) return String(to.query['to'] ?? '/')
    if (!page || may(page)) return true
    return { name: session.signedIn ? refused.name : logIn.name, query: { to: to.fullPath } }
  })
  router.afterEach((to) => {
    const page = pageOf(to.name)
    document.title = page ? `${say(page.title)} · ${say('app.name')}` : say('app.name')
  })
  watch(() => session.signedIn, (signedIn) => {
    const route = router.currentRoute.value
    const page = pageOf(route.name), to = page === refused ? String(route.query['to'] ?? '/') : route.fullPath
    if (!signedIn && !page?.stays) void router.replace({ name: logIn.name, query: { to } })
  })
  return router
}
