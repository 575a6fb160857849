// What the shell holds between its pages, in memory alone.  SPDX-License-Identifier: Apache-2.0
import { site } from './site'

export interface Shell {
  /** The refresh token of the session to hand over, good once; '' when there is none. */
  session: string
}

const shell = (): Shell => getApp() as Shell

/** Opens the client: after the question about messages, where there are any and it was never asked. */
export function enter(session: string): void {
  shell().session = session
  const ask = session && site.templates.length > 0 && !wx.getStorageSync('consent')
  wx.redirectTo({ url: ask ? '/pages/subscribe/subscribe' : '/pages/web/web' })
}

/** The session to hand over, which is then no longer here. */
export function handOver(): string {
  const { session } = shell()
  shell().session = ''
  return session
}
