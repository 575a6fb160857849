// The tree of organisations, read once a session, and where in it the signed-in account has roles.  SPDX-License-Identifier: Apache-2.0
import type { Schemas } from '@baoting/shared/api/client'
import { ask, session } from '@baoting/shared/session'
import { computed, reactive } from 'vue'

type Row = Schemas['organisation_row']

/** An organisation with what lies directly below it; `all` counts the members of its whole subtree. */
export interface Node { id: string; name: string; short: string; kind: string; parent: string | null; members: number; all: number; children: Node[] }

const PAGE = 200
export const organisations = reactive({ state: 'loading' as 'loading' | 'ready' | 'failed', top: null as Node | null, by: {} as Record<string, Node> })

function plant(rows: Row[]): void {
  const by: Record<string, Node> = {}
  for (const row of rows)
    by[row.organisation] = { id: row.organisation, name: row.name, short: row.short_name, kind: row.kind, parent: row.parent ?? null,
      members: row.members, all: row.members, children: [] }
  let top: Node | null = null
  for (const row of rows) {
    const node = by[row.organisation]!
    if (row.parent && by[row.parent]) by[row.parent]!.children.push(node)
    else top = node
  }
  const sum = (node: Node): number => (node.all = node.members + node.children.reduce((all, child) => all + sum(child), 0))
  if (top) sum(top)
  Object.assign(organisations, { state: 'ready', top, by })
}

let asked: Promise<void> | null = null

/** Reads the tree, page by page; asked again it reads no second time. */
export const readTree = (): Promise<void> => (asked ??= (async () => {
  const rows: Row[] = []
  for (;;) {
    const reply = await ask<{ rows: Row[]; total: number }>(`/v1/organisations?limit=${PAGE}&offset=${rows.length}`)
    if (reply.kind !== 'answer') { organisations.state = 'failed'; asked = null; return }
    rows.push(...reply.value.rows)
    if (rows.length >= reply.value.total || reply.value.rows.length === 0) break
  }
  plant(rows)
})())

const NOWHERE = '00000000-0000-0000-0000-000000000000' // a grant made before there was a county: over all of it

/** The tops of the subtrees over which the account has one of the roles; the pages show when the tree has been read. */
export const topsOf = (...roles: string[]): string[] =>
  [...new Set((session.me?.grants ?? []).filter((grant) => roles.includes(grant.role))
    .map((grant) => (grant.organisation === NOWHERE ? organisations.top?.id ?? '' : grant.organisation)))].filter((id) => id)

/** Where lists begin: the first subtree over which the account may read examinations. */
export const home = computed(() => topsOf('county_administrator', 'committee_administrator', 'branch_officer')[0] ?? '')

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
