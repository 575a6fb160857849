// The day that a page of the tree is asked for, and as known when: both stand in the address.  SPDX-License-Identifier: Apache-2.0
import { clock } from '@baoting/shared/clock'
import { today } from '@baoting/shared/format'
import { type Region } from '@baoting/shared/region'
import { computed, onBeforeUnmount, reactive, shallowReactive, watch, type ComputedRef } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { organisations, readTree, treeOf, type Tree } from '../../organisations'

export interface Days {
  /** The day, '' for today; and the moment as known at, ISO 8601, '' for now. */
  day: string
  known: string
  /** Both as the routes take them, '' for today as known now. */
  query: string
  choose: (changed: { day?: string; known?: string }) => void
}

export function days(): Days {
  const route = useRoute(), router = useRouter()
  const value = (name: string): string => (typeof route.query[name] === 'string' ? route.query[name] : '')
  const day = computed(() => value('day')), known = computed(() => value('known'))
  const choose = (changed: { day?: string; known?: string }): void => {
    if (changed.day === today()) changed.day = ''
    void router.replace({ query: Object.fromEntries(Object.entries({ ...route.query, ...changed }).filter(([, text]) => text)) })
  }
  const query = computed(() => new URLSearchParams(Object.entries({ day: day.value, known: known.value }).filter(([, text]) => text)).toString())
  return reactive({ day, known, query, choose })
}

export type TreeRegion = Region<Tree> & { load: () => Promise<void> }

/** The tree of the day asked for: of today it is the one that all pages share; another one is read, and again after each change. */
export function treeRegion(of: Days): ComputedRef<TreeRegion> {
  const past = shallowReactive<TreeRegion>({ state: 'loading', value: null, at: '', problem: null, load: async () => {
    const query = of.query, reply = await treeOf(query)
    if (!query || query !== of.query) return
    if (reply.kind === 'answer') Object.assign(past, { state: 'ready', value: reply.value, at: new Date(clock.now()).toISOString(), problem: null })
    else Object.assign(past, { state: past.value ? 'stale' : 'failed', problem: reply.kind === 'problem' ? reply.problem : null })
  } })
  const again = (): void => { if (of.query) void past.load() }
  watch(() => of.query, () => { Object.assign(past, { state: 'loading', value: null }); again() }, { immediate: true })
  watch(() => organisations.at, again)
  addEventListener('online', again)
  onBeforeUnmount(() => removeEventListener('online', again))
  const shared: TreeRegion['load'] = () => readTree(true)
  return computed(() => (of.query ? past : { state: organisations.state, value: { tops: organisations.top ? [organisations.top] : [], by: organisations.by }, at: organisations.at, problem: organisations.problem, load: shared }))
}
