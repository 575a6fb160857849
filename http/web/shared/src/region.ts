// A region of a page that shows what one query answered: loading, ready, stale, failed, each by itself.  SPDX-License-Identifier: Apache-2.0
import { onBeforeUnmount, reactive } from 'vue'
import type { Problem } from './api/client'
import { clock } from './clock'
import { ask } from './session'

export interface Region<T> {
  state: 'loading' | 'ready' | 'stale' | 'failed'
  value: T | null
  /** When the value came, ISO 8601. */
  at: string
  problem: Problem | null
}

/** Asks at once and again whenever load() is called, which is due when the path changes, or the network comes back; what it had stays while it cannot be renewed.
 *  With a `place` the value is kept on the device, so that the page opens without a network. */
export function region<T>(path: () => string, place?: string): Region<T> & { load: () => Promise<void> } {
  const kept = place ? localStorage.getItem(place) : null
  const shown = reactive({ state: 'loading', value: null, at: '', problem: null }) as Region<T>
  if (kept) Object.assign(shown, JSON.parse(kept) as { value: T; at: string })
  const load = async (): Promise<void> => {
    const asked = path(), reply = await ask<T>(asked)
    if (asked !== path()) return // something else is shown meanwhile
    if (reply.kind === 'answer') {
      Object.assign(shown, { state: 'ready', value: reply.value, at: new Date(clock.now()).toISOString(), problem: null })
      if (place) localStorage.setItem(place, JSON.stringify({ value: shown.value, at: shown.at }))
    } else {
      shown.problem = reply.kind === 'problem' ? reply.problem : null
      shown.state = shown.value ? 'stale' : 'failed'
    }
  }
  const again = (): void => void load()
  addEventListener('online', again)
  onBeforeUnmount(() => removeEventListener('online', again))
  void load()
  return Object.assign(shown, { load })
}
