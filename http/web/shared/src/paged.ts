// A region that shows a list page by page: the first page at once, further ones when asked for.  SPDX-License-Identifier: Apache-2.0
import { region, type Region } from './region'
import { ask } from './session'

/** `more`: there are more than the total; `next`: behind which row the next page begins, where the list has such. */
export interface Rows<T> { rows: T[]; total: number; more?: boolean; next?: string }
export type Paged<T> = Region<Rows<T>> & { load: () => Promise<void>; more: () => Promise<void>; reading: boolean }

const PAGE = 50, MOST = 200

/** Asks for `path()`, which may have a query already; what is renewed is as much as is shown, up to the most that one request gives. */
export function paged<T>(path: () => string, place?: string): Paged<T> {
  const part = (limit: number, begin = ''): string => `${path()}${path().includes('?') ? '&' : '?'}limit=${limit}${begin}`
  let shown = 0
  const list = region<Rows<T>>(() => part(Math.min(MOST, Math.max(PAGE, shown))), place)
  const made = Object.assign(list, { reading: false, more: async (): Promise<void> => undefined }) as Paged<T>
  made.more = async (): Promise<void> => {
    if (made.reading || !list.value) return
    const asked = path(), from = list.value.rows.length
    made.reading = true
    const reply = await ask<Rows<T>>(part(PAGE, list.value?.next ? `&after=${list.value.next}` : `&offset=${from}`))
    made.reading = false
    if (asked !== path() || !list.value || list.value.rows.length !== from) return // another list is shown meanwhile
    if (reply.kind === 'answer') list.value = { ...reply.value, rows: [...list.value.rows, ...reply.value.rows] }
    else list.problem = reply.kind === 'problem' ? reply.problem : null
    shown = list.value.rows.length
  }
  return made
}
