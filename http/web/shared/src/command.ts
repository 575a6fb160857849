// A command in flight: accepted, then applied or rejected; nothing pretends to be done.  SPDX-License-Identifier: Apache-2.0
import { newKey, type Problem } from './api/client'
import { ask } from './session'

/** applied and rejected are the worker's verdict; refused: the front took nothing; unknown: no receipt, safe to repeat. */
export type Outcome<T> =
  | { kind: 'applied'; command: string; result: T }
  | { kind: 'accepted'; command: string }
  | { kind: 'rejected' | 'refused'; problem: Problem }
  | { kind: 'unknown' }

interface Receipt<T> { command: string; status: 'accepted' | 'applied'; result?: T }

/** Sends a command once by its key and says what is known of it after `wait` seconds. */
export async function command<T>(method: 'POST' | 'PUT' | 'DELETE', path: string, body: unknown = {}, key = newKey(), wait = 10):
    Promise<Outcome<T>> {
  const reply = await ask<Receipt<T>>(path, { method, body, key, wait })
  if (reply.kind === 'silence') return { kind: 'unknown' }
  if (reply.kind === 'problem') {
    if (reply.status === 503 || reply.status === 408) return { kind: 'unknown' }
    return { kind: 'command' in reply.problem ? 'rejected' : 'refused', problem: reply.problem }
  }
  if (reply.value.status === 'applied') return { kind: 'applied', command: reply.value.command, result: reply.value.result as T }
  return { kind: 'accepted', command: reply.value.command }
}
