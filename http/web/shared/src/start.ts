// How every client starts: its looks, the session as it was kept, its pages.  SPDX-License-Identifier: Apache-2.0
import './styles/tokens.css'
import './styles/parts.css'
import { createApp, type Component } from 'vue'
import { routerOf, type Page } from './page'
import { restore } from './session'
import { learn, type Word } from './words/say'

/** Starts the client that is served under `base`, with its words; `first` is done before its first page, as who was signed in. */
export async function start(base: string, app: Component, pages: Page[], words: Partial<Record<Word, string>>, first?: () => Promise<void>): Promise<void> {
  learn(words)
  await restore()
  await first?.()
  createApp(app).use(routerOf(base, pages)).mount('#app')
}
