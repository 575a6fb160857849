// Commands in flight: pressed, 已提交, then 已生效 or 未通过; kept over a reload until they are decided.  SPDX-License-Identifier: Apache-2.0
import { newKey, type Problem, type Schemas } from '@baoting/shared/api/client'
import { Backoff } from '@baoting/shared/backoff'
import { command, type Outcome } from '@baoting/shared/command'
import { ask } from '@baoting/shared/session'
import { reactive, ref } from 'vue'

export interface Act {
  /** What is done, in words: 发布考试《…》. */
  title: string
  method: 'POST' | 'PUT' | 'DELETE'
  path: string
  body?: unknown
  /** Where what was done can be seen; where to go on when it was not taken. */
  to?: string
}
export interface Entry extends Act {
  key: string
  state: 'sending' | 'accepted' | 'applied' | 'rejected' | 'refused' | 'unknown'
  command?: string
  problem?: Problem
}

const place = 'baoting.tray', WAIT = 5
const stored = (): Entry[] => { try { return JSON.parse(sessionStorage.getItem(place) ?? '[]') as Entry[] } catch { return [] } }
export const tray = reactive({ entries: stored() })
/** Grows whenever a command took effect: lists look again. */
export const applied = ref(0)

const keep = (): void => sessionStorage.setItem(place, JSON.stringify(tray.entries.filter((entry) => entry.state === 'accepted')))
function settle(entry: Entry, state: Entry['state'], problem?: Problem): void {
  Object.assign(entry, { state, ...(problem ? { problem } : {}) })
  if (state === 'applied') applied.value++
  keep()
}

/* Asks for the verdict of an accepted command until it is there. */
async function follow(entry: Entry): Promise<void> {
  const backoff = new Backoff(1000, 15000)
  while (entry.state === 'accepted' && tray.entries.includes(entry)) {
    await new Promise((go) => setTimeout(go, backoff.next()))
    const reply = await ask<Schemas['outcome_shown']>(`/v1/commands/${entry.command}`)
    if (reply.kind !== 'answer' || reply.value.status === 'accepted') continue
    settle(entry, reply.value.status, reply.value.problem)
  }
}
for (const entry of tray.entries) void follow(entry)

/** Sends an act once, shows it in the tray and says what is known after a few seconds; the tray follows what is not decided by then. */
export async function run<T>(act: Act): Promise<Outcome<T>> {
  tray.entries.unshift({ ...act, key: newKey(), state: 'sending' })
  return send<T>(tray.entries[0]!)
}

async function send<T>(entry: Entry): Promise<Outcome<T>> {
  entry.state = 'sending'
  const outcome = await command<T>(entry.method, entry.path, entry.body ?? {}, entry.key, WAIT)
  if ('command' in outcome) entry.command = outcome.command
  settle(entry, outcome.kind, 'problem' in outcome ? outcome.problem : undefined)
  if (outcome.kind === 'accepted') void follow(entry)
  return outcome
}

/** Sends what had no receipt once more, under its key: it is one command however often it is sent. */
export const again = (entry: Entry): Promise<unknown> => send(entry)

/** Takes an entry out of the tray. */
export function dismiss(entry: Entry): void {
  tray.entries.splice(tray.entries.indexOf(entry), 1)
  keep()
}
