// The tree of organisations, read once a visit; where the signed-in account's grants begin in it.  SPDX-License-Identifier: Apache-2.0
import type { Schemas } from '@baoting/shared/api/client'
import { ask, session } from '@baoting/shared/session'
import { shallowRef } from 'vue'

export interface Organisation { id: string; name: string; short: string; parent: Organisation | null; below: Organisation[]; members: number }
export interface Organisations { by: Map<string, Organisation>; tops: Organisation[] }

const PAGE = 200, NOWHERE = '00000000-0000-0000-0000-000000000000' // the first administrator's grant is over the whole, before there is a county
/** The tree as far as it is known; null before it was read. */
export const organisations = shallowRef<Organisations | null>(null)
let asked: Promise<Organisations | null> | undefined, owner = ''

async function read(): Promise<Organisations | null> {
  const rows: Schemas['organisation_row'][] = []
  for (let total = 1; rows.length < total;) {
    const reply = await ask<{ rows: Schemas['organisation_row'][]; total: number }>(`/v1/organisations?limit=${PAGE}&offset=${rows.length}`)
    if (reply.kind !== 'answer') return null
    total = reply.value.rows.length ? reply.value.total : 0
    rows.push(...reply.value.rows)
  }
  const by = new Map(rows.map((row): [string, Organisation] => [row.organisation, { id: row.organisation, name: row.name, short: row.short_name, parent: null, below: [], members: row.members }]))
  for (const row of rows) {
    const here = by.get(row.organisation)!, above = row.parent ? by.get(row.parent) : undefined
    here.parent = above ?? null
    above?.below.push(here)
  }
  const tops = [...by.values()].filter((each) => !each.parent)
  const sum = (each: Organisation): number => each.members = each.below.reduce((all, next) => all + sum(next), each.members)
  tops.forEach(sum)
  return { by, tops }
}

/** The tree; asked for once, and again after it could not be had or somebody else signed in. */
export async function tree(): Promise<Organisations | null> {
  const me = session.me?.account ?? ''
  if (owner !== me) asked = undefined
  owner = me
  asked ??= read()
  const got = await asked
  if (!got) asked = undefined
  organisations.value = got
  return got
}

/** The top of what the account may see of others; the county's for those whose grant is over all. */
export async function top(): Promise<string | null> {
  const granted = session.me?.grants.find((grant) => grant.role !== 'member')?.organisation
  return granted && granted !== NOWHERE ? granted : (await tree())?.tops[0]?.id ?? null
}

/** The organisations from the top down to one, by their short names. */
export function pathOf(id: string): Organisation[] {
  const path: Organisation[] = []
  for (let at = organisations.value?.by.get(id) ?? null; at; at = at.parent) path.unshift(at)
  return path
}
