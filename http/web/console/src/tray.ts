// The commands that this tab has sent: each accepted, then applied or not, while the pages go on.  SPDX-License-Identifier: Apache-2.0
import { newKey, type Problem, type Schemas } from '@baoting/shared/api/client'
import { Backoff } from '@baoting/shared/backoff'
import { command, type Outcome } from '@baoting/shared/command'
import { ask } from '@baoting/shared/session'
import { reactive } from 'vue'

export type Travel = 'sending' | 'accepted' | 'applied' | 'rejected' | 'refused' | 'unknown'

/** One command on its way; `title` says what was asked in words. */
export interface Sent { key: string; title: string; travel: Travel; problem: Problem | null; again: () => Promise<unknown> }

const MOST = 20
export const tray = reactive<Sent[]>([])

function note(sent: Sent, outcome: Outcome<unknown>): void {
  sent.travel = outcome.kind
  sent.problem = 'problem' in outcome ? outcome.problem : null
}

/* A command that the front has taken and no worker has decided yet: asked for until it is. */
async function decided<T>(id: string): Promise<Outcome<T>> {
  const backoff = new Backoff(1000, 15000)
  for (;;) {
    await new Promise((go) => setTimeout(go, backoff.next()))
    const reply = await ask<Schemas['outcome_shown']>(`/v1/commands/${id}`)
    if (reply.kind !== 'answer') continue
    if (reply.value.status === 'applied') return { kind: 'applied', command: id, result: reply.value.result as T }
    if (reply.value.status === 'rejected') return { kind: 'rejected', problem: reply.value.problem as unknown as Problem }
  }
}

/** Sends a command and shows its way in the tray; resolves with its verdict, or with what the front said when there will be none.
 *  A command whose receipt did not come can be sent again from the tray under the same key: it is done once. */
export async function run<T>(title: string, method: 'POST' | 'PUT' | 'DELETE', path: string, body: unknown = {}): Promise<Outcome<T>> {
  const key = newKey()
  const go = async (): Promise<Outcome<T>> => {
    sent.travel = 'sending'
    let outcome = await command<T>(method, path, body, key, 5)
    note(sent, outcome)
    if (outcome.kind === 'accepted') note(sent, outcome = await decided<T>(outcome.command))
    return outcome
  }
  const sent: Sent = reactive({ key, title, travel: 'sending', problem: null, again: go })
  tray.unshift(sent)
  if (tray.length > MOST) tray.pop()
  return go()
}

/** Takes a command out of the tray; it goes on if it has been accepted. */
export const dismiss = (sent: Sent): void => { tray.splice(tray.indexOf(sent), 1) }
