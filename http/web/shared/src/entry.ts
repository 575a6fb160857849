// A log-in step by step: the password, a code where there is a second factor, and what must be done before anything else.
// SPDX-License-Identifier: Apache-2.0
import { send, type Asked, type Reply, type Schemas } from './api/client'
import { adopt, deviceOf } from './session'

type Tokens = Schemas['session_tokens']
/** How a request is sent, and as whom. */
export type Sender = <T>(path: string, asked?: Asked) => Promise<Reply<T>>

/** Where a log-in stands, in memory only: whoever reloads begins with the password again. */
export interface Entry {
  step: 'code' | NonNullable<Tokens['duty']> | 'in'
  login: string
  password: string
  /** What the first half was answered with, where a code is asked for. */
  ticket: string
  /** What is good for the duty alone, where there is one. */
  tokens: Tokens | null
}

async function next(entry: Entry, reply: Reply<Tokens>): Promise<Reply<Entry>> {
  if (reply.kind !== 'answer') return reply
  const { duty } = reply.value
  if (duty) return { ...reply, value: { ...entry, step: duty, tokens: reply.value } }
  const me = await adopt(entry.login, reply.value)
  return me.kind === 'answer' ? { ...me, value: { ...entry, step: 'in' } } : me
}

/** The first half, by name and password. */
export async function enter(login: string, password: string): Promise<Reply<Entry>> {
  const entry: Entry = { step: 'in', login, password, ticket: '', tokens: null }
  const reply = await send<Tokens>('/v1/sessions', { method: 'POST', body: { login, password, device: deviceOf(login) } })
  if (reply.kind === 'problem' && 'ticket' in reply.problem) return { kind: 'answer', status: reply.status, value: { ...entry, step: 'code', ticket: String(reply.problem.ticket) } }
  return next(entry, reply)
}

/** The second half, by a code of the authenticator or a recovery code. */
export const enterCode = async (entry: Entry, code: string): Promise<Reply<Entry>> =>
  next(entry, await send<Tokens>('/v1/sessions:second', { method: 'POST', body: { ticket: entry.ticket, code } }))

/** The first password becomes the account's own. */
export const enterPassword = async (entry: Entry, password: string): Promise<Reply<Entry>> =>
  next({ ...entry, password }, await duty(entry)<Tokens>('/v1/me/password', { method: 'POST', body: { old_password: entry.password, new_password: password, device: entry.tokens?.device ?? deviceOf(entry.login) } }))

/** Sends what the duty asks for, with the tokens that are good for it alone. */
export const duty = (entry: Entry): Sender => (path, asked) => send(path, { ...asked, token: entry.tokens?.access_token })

/** The duty is done: the log-in goes on. */
export const enterFurther = async (entry: Entry): Promise<Reply<Entry>> =>
  next(entry, await send<Tokens>('/v1/sessions:refresh', { method: 'POST', body: { refresh_token: entry.tokens?.refresh_token } }))
