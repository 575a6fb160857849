// A list that pages: what it asks for stands in the address, so that Back, a reload and a sent link show the same.
// SPDX-License-Identifier: Apache-2.0
import type { Rows } from '@baoting/shared/paged'
import { region, type Region } from '@baoting/shared/region'
import { computed, onBeforeUnmount, ref, watch, type ComputedRef, type Ref } from 'vue'
import { useRoute, useRouter } from 'vue-router'

export interface Listing<Row> {
  region: Region<Rows<Row>> & { load: () => Promise<void> }
  /** The value of a filter, '' when it is not set. */
  filter: (name: string) => string
  /** Sets filters and goes to the first page; '' takes one away. */
  choose: (filters: Record<string, string>) => void
  /** What the rows are sorted by, '' where the route sorts one way only; and by what from now on, from the first page. */
  order: ComputedRef<string>
  sort: (order: string) => void
  /** The filters that are set. */
  chosen: ComputedRef<string[]>
  page: ComputedRef<number>
  pages: ComputedRef<number>
  turn: (page: number) => void
  /** The row that was opened last in this list, by its key. */
  opened: Ref<string>
  open: (key: string) => void
  limit: number
  /** All rows that the filters leave, as a workbook. */
  workbook: () => string
}

/** A list of what `path` answers with these filters as its parameters; asked anew every `every` seconds where that is given.
 *  `order`: how the route sorts when its parameter of that name is left out, '' where it has none. */
export function list<Row>(path: () => string, filters: string[], { limit = 50, every = 0, order = '' } = {}): Listing<Row> {
  const route = useRoute(), router = useRouter(), here = route.name
  const value = (name: string): string => (typeof route.query[name] === 'string' ? route.query[name] : '')
  const page = computed(() => Math.max(1, Number(value('page')) || 1))
  const asked = (base: string, more: Record<string, string>): string => {
    const query = new URLSearchParams(more)
    for (const name of order ? [...filters, 'order'] : filters) if (value(name)) query.set(name, value(name))
    const text = query.toString()
    return text ? `${base}${base.includes('?') ? '&' : '?'}${text}` : base
  }
  const target = computed(() => asked(path(), { limit: String(limit), offset: String((page.value - 1) * limit) }))
  const shown = region<Rows<Row>>(() => target.value)
  watch(target, () => { if (route.name === here) void shown.load() })
  if (every) {
    const timer = setInterval(() => { if (!document.hidden) void shown.load() }, every * 1000)
    onBeforeUnmount(() => clearInterval(timer))
  }
  const go = (query: Record<string, string>): void => {
    const next = { ...route.query, ...query }
    void router.replace({ query: Object.fromEntries(Object.entries(next).filter(([, text]) => text !== '')) })
  }
  const place = `baoting.opened.${String(here)}`
  const opened = ref(sessionStorage.getItem(place) ?? '')
  return {
    region: shown,
    filter: value,
    choose: (chosen) => go({ ...chosen, page: '' }),
    order: computed(() => (order && value('order')) || order),
    sort: (by) => go({ order: by === order ? '' : by, page: '' }),
    chosen: computed(() => filters.filter((name) => value(name))),
    page,
    pages: computed(() => Math.max(1, Math.ceil((shown.value?.total ?? 0) / limit))),
    turn: (to) => go({ page: to > 1 ? String(to) : '' }),
    opened,
    open: (key) => sessionStorage.setItem(place, opened.value = key),
    limit,
    workbook: () => asked(path().replace(/(\?|$)/, '/workbook$1'), {}),
  }
}
