// Filters of the list of people under a name, kept for the account in this browser. What was typed to find somebody by is not among
// them: a name stays in no browser.  SPDX-License-Identifier: Apache-2.0
import { session } from '@baoting/shared/session'
import { ref, type Ref } from 'vue'

export interface Saved { name: string; query: Record<string, string> }

export interface SavedFilters {
  all: Ref<Saved[]>
  /** Keeps a query under a name, in place of what was kept under it. */
  put: (name: string, query: Record<string, string>) => void
  rename: (name: string, to: string) => void
  drop: (name: string) => void
}

export function savedFilters(): SavedFilters {
  const place = `baoting.${session.me?.account ?? ''}.filters.people`
  const all = ref(JSON.parse(localStorage.getItem(place) ?? '[]') as Saved[])
  const keep = (next: Saved[]): void => localStorage.setItem(place, JSON.stringify(all.value = next))
  const others = (...names: string[]): Saved[] => all.value.filter((each) => !names.includes(each.name))
  return {
    all,
    put: (name, { text: _, page: __, ...query }) => keep([...others(name), { name, query }]),
    rename: (name, to) => keep(all.value.filter((each) => each.name === name || each.name !== to).map((each) => (each.name === name ? { ...each, name: to } : each))),
    drop: (name) => keep(others(name)),
  }
}
