// A list as a page's state: filters, order and place stand in the address, what was opened stays marked.  SPDX-License-Identifier: Apache-2.0
import type { Problem } from '@baoting/shared/api/client'
import { clock } from '@baoting/shared/clock'
import { ask } from '@baoting/shared/session'
import type { Word } from '@baoting/shared/words/say'
import { computed, onBeforeUnmount, reactive, shallowReactive, watch, type ComputedRef } from 'vue'
import { useRoute, useRouter, type LocationQueryRaw, type RouteLocationRaw } from 'vue-router'
import { applied } from './tray'

export interface Column<R> {
  id: string
  title: Word
  text?: (row: R) => string
  /** Digits in a column: right-aligned. */
  number?: boolean
  /** Not shown until it is chosen. */
  hidden?: boolean
}
export interface Choice { value: string; title: string }
export interface Filter {
  /** The route's parameter. */
  id: string
  title: Word
  kind: 'choice' | 'search'
  choices?: Choice[]
}
export interface ListOptions<R> {
  /** Names the list on this device: its columns, what was opened in it. */
  name: string
  /** The route's path with what the page fixes; null while that is not known. */
  path: () => string | null
  key: (row: R) => string
  columns: Column<R>[]
  filters?: Filter[]
  /** Values of the route's `order` parameter, the first one its own. */
  orders?: Choice[]
  /** Where a row opens. */
  to?: (row: R) => RouteLocationRaw
}
export interface Listing<R> {
  options: ListOptions<R>
  shown: { state: 'loading' | 'ready' | 'stale' | 'failed'; rows: R[]; total: number; at: string; problem: Problem | null }
  filters: ComputedRef<Record<string, string>>
  filtered: ComputedRef<boolean>
  page: ComputedRef<number>
  limit: ComputedRef<number>
  order: ComputedRef<string>
  columns: ComputedRef<Column<R>[]>
  chosen: Set<string>
  marked: () => string
  set: (changes: Record<string, string | undefined>) => void
  show: (column: string, shown: boolean) => void
  mark: (row: R) => void
  load: () => Promise<void>
}

export const LIMITS = [50, 100, 200]

export function list<R>(options: ListOptions<R>): Listing<R> {
  const route = useRoute(), router = useRouter(), home = route.path
  const shown = shallowReactive({ state: 'loading', rows: [], total: 0, at: '', problem: null }) as Listing<R>['shown']
  const one = (id: string): string => typeof route.query[id] === 'string' ? route.query[id] as string : ''
  const filters = computed(() => Object.fromEntries((options.filters ?? []).map((filter) => [filter.id, one(filter.id)])))
  const filtered = computed(() => Object.values(filters.value).some(Boolean))
  const page = computed(() => Math.max(1, Math.floor(Number(one('page'))) || 1))
  const limit = computed(() => LIMITS.find((each) => each === Number(one('limit'))) ?? LIMITS[0]!)
  const order = computed(() => one('order'))
  const columnsAt = `baoting.columns.${options.name}`, openedAt = `baoting.opened.${options.name}`
  const choice = reactive(JSON.parse(localStorage.getItem(columnsAt) ?? '{}') as Record<string, boolean>)
  const columns = computed(() => options.columns.filter((column) => choice[column.id] ?? !column.hidden))
  const chosen = reactive(new Set<string>())

  const asked = computed(() => {
    const path = options.path()
    if (path === null) return null
    const [bare, fixed] = path.split('?')
    const query = new URLSearchParams(fixed)
    for (const filter of options.filters ?? []) {
      const value = one(filter.id)
      if (value) query.set(filter.id, value)
    }
    if (order.value) query.set('order', order.value)
    query.set('limit', String(limit.value))
    query.set('offset', String((page.value - 1) * limit.value))
    return `${bare}?${query}`
  })
  let turn = 0
  async function load(): Promise<void> {
    const path = asked.value, mine = ++turn
    if (path === null) return
    const reply = await ask<{ rows: R[]; total: number }>(path)
    if (mine !== turn) return
    if (reply.kind === 'answer') Object.assign(shown, { state: 'ready', rows: reply.value.rows, total: reply.value.total, at: new Date(clock.now()).toISOString(), problem: null })
    else Object.assign(shown, { state: shown.at ? 'stale' : 'failed', problem: reply.kind === 'problem' ? reply.problem : null })
  }
  watch(asked, (_now, before) => {
    if (route.path !== home) return
    if (before) { Object.assign(shown, { state: 'loading', at: '' }); chosen.clear() }
    void load()
  }, { immediate: true })
  watch(applied, () => void load())
  const again = (): void => void load()
  addEventListener('online', again)
  onBeforeUnmount(() => removeEventListener('online', again))

  function set(changes: Record<string, string | undefined>): void {
    const query: LocationQueryRaw = { ...route.query, page: undefined, ...changes }
    for (const [id, value] of Object.entries(query)) if (!value) delete query[id]
    void router.replace({ path: route.path, query })
  }
  function show(column: string, visible: boolean): void {
    choice[column] = visible
    localStorage.setItem(columnsAt, JSON.stringify(choice))
  }
  return {
    options, shown, filters, filtered, page, limit, order, columns, chosen, set, show, load,
    marked: () => sessionStorage.getItem(openedAt) ?? '',
    mark: (row) => sessionStorage.setItem(openedAt, options.key(row)),
  }
}
