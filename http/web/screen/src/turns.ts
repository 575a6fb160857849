// Work that comes round again while a page is open.  SPDX-License-Identifier: Apache-2.0
import { onBeforeUnmount } from 'vue'

/** Does the work now and `every` milliseconds after it was done, until the page is left. now() does not wait for its turn. */
export function turns(work: () => Promise<void>, every: number): { now: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined, over = false, busy = false, again = false
  const turn = async (): Promise<void> => {
    clearTimeout(timer)
    busy = true
    do {
      again = false
      await work()
    } while (again && !over)
    busy = false
    if (!over) timer = setTimeout(() => void turn(), every)
  }
  const now = (): void => {
    if (busy) again = true
    else void turn()
  }
  addEventListener('online', now)
  onBeforeUnmount(() => {
    over = true
    clearTimeout(timer)
    removeEventListener('online', now)
  })
  void turn()
  return { now }
}
