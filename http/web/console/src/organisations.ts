// The tree of organisations, read once a session and after each change of it, and where in it the signed-in account has roles.  SPDX-License-Identifier: Apache-2.0
import type { Problem, Reply, Schemas } from '@baoting/shared/api/client'
import { clock } from '@baoting/shared/clock'
import { ask, session } from '@baoting/shared/session'
import { computed, shallowReactive } from 'vue'
import { whenApplied } from './tray'

type Row = Schemas['organisation_row']

/** An organisation with what lies directly below it; `all` counts the members of its whole subtree, `below` the organisations under it. */
export interface Node { id: string; name: string; short: string; kind: string; ordinal: number; parent: string | null; members: number; all: number; below: number; children: Node[] }

/** A tree of one day: where it begins, and each organisation by its id. */
export interface Tree { tops: Node[]; by: Record<string, Node> }

const PAGE = 200
export const organisations = shallowReactive({
  state: 'loading' as 'loading' | 'ready' | 'stale' | 'failed', top: null as Node | null, by: {} as Record<string, Node>,
  /** When it was read, ISO 8601. */
  at: '', problem: null as Problem | null,
})

function plant(rows: Row[]): Tree {
  const by: Record<string, Node> = {}
  for (const row of rows)
    by[row.organisation] = { id: row.organisation, name: row.name, short: row.short_name, kind: row.kind, ordinal: row.ordinal, parent: row.parent ?? null,
      members: row.members, all: row.members, below: 0, children: [] }
  const tops: Node[] = []
  for (const row of rows) (row.parent && by[row.parent] ? by[row.parent]!.children : tops).push(by[row.organisation]!)
  const sum = (node: Node): void => {
    for (const child of node.children) {
      sum(child)
      node.all += child.all
      node.below += child.below + 1
    }
  }
  tops.forEach(sum)
  return { tops, by }
}

/** The tree of a day, as the record knows it or knew it then: the first page, then the rest at once. `query`: parameters of the route, '' for today. */
export async function treeOf(query = ''): Promise<Reply<Tree>> {
  const part = (offset: number) => ask<{ rows: Row[]; total: number }>(`/v1/organisations?limit=${PAGE}&offset=${offset}${query && `&${query}`}`)
  const first = await part(0)
  if (first.kind !== 'answer') return first
  const { rows, total } = first.value
  const offsets = Array.from({ length: Math.max(0, Math.ceil(total / PAGE) - 1) }, (_, at) => (at + 1) * PAGE)
  for (const reply of await Promise.all(offsets.map(part))) {
    if (reply.kind !== 'answer') return reply
    rows.push(...reply.value.rows)
  }
  return { ...first, value: plant(rows) }
}

let reading: Promise<void> | null = null

async function renew(): Promise<void> {
  const reply = await treeOf()
  if (reply.kind === 'answer') Object.assign(organisations, { state: 'ready', top: reply.value.tops.at(-1) ?? null, by: reply.value.by, at: new Date(clock.now()).toISOString(), problem: null })
  else Object.assign(organisations, { state: organisations.at ? 'stale' : 'failed', problem: reply.kind === 'problem' ? reply.problem : null })
}

/** Reads the tree of today; asked again it reads no second time, unless it could not be read or is to be read `anew`. */
export function readTree(anew = false): Promise<void> {
  if (anew || !reading || organisations.state === 'failed') reading = (reading ?? Promise.resolve()).then(renew) // of two readings the later one stands
  return reading
}
addEventListener('online', () => { if (reading) void readTree(true) })

/* A change of the tree that took effect here, or in another tab, is in all pages and pickers at once. */
const others = new BroadcastChannel('baoting.organisations')
others.onmessage = () => void readTree(true)
whenApplied('/v1/organisations', () => {
  others.postMessage('changed')
  void readTree(true)
})

const NOWHERE = '00000000-0000-0000-0000-000000000000' // a grant made before there was a county: over all of it

/** The tops of the subtrees over which the account has one of the roles; the pages show when the tree has been read. */
export const topsOf = (...roles: string[]): string[] =>
  [...new Set((session.me?.grants ?? []).filter((grant) => roles.includes(grant.role))
    .map((grant) => (grant.organisation === NOWHERE ? organisations.top?.id ?? '' : grant.organisation)))].filter((id) => id)

/** Where lists begin: the first subtree over which the account may read examinations. */
export const home = computed(() => topsOf('county_administrator', 'committee_administrator', 'branch_officer', 'auditor')[0] ?? '')

/** An organisation's names from the top of the tree down to itself. */
export function pathTo(id: string): Node[] {
  const node = organisations.by[id]
  return node ? [...(node.parent ? pathTo(node.parent) : []), node] : []
}

/** Whether an organisation is another or lies below it. */
export const within = (id: string, top: string): boolean => pathTo(id).some((node) => node.id === top)

/** How many members sit an examination of an organisation: of its audience with all below that, nobody counted twice; of the whole where there is none. */
export function seats(organisation: string, audience: string[]): number {
  const tops = audience.length ? audience : [organisation]
  return tops.filter((id, at) => tops.every((other, place) => place === at || !within(id, other) || (id === other && at < place)))
    .reduce((all, id) => all + (organisations.by[id]?.all ?? 0), 0)
}
