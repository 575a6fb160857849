// Requests to the front: the session's token, problems as values, one key a command.  SPDX-License-Identifier: Apache-2.0
import { clock } from '../clock'
import type { components } from './schema'

export type Schemas = components['schemas']
export type Problem = Schemas['problem']

/** What a request came to: an answer, a problem that the front told, or no answer at all. */
export type Reply<T> =
  | { kind: 'answer'; status: number; value: T }
  | { kind: 'problem'; status: number; problem: Problem }
  | { kind: 'silence' }

export interface Asked {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Sent as JSON; a Blob as it is, under its own type. */
  body?: unknown
  /** The idempotency key: the same key is one command however often it is sent. */
  key?: string
  /** Seconds to wait for the outcome. */
  wait?: number
  /** A bearer token; none is sent without it. */
  token?: string | undefined
  /** Milliseconds until no answer is taken for silence. */
  patience?: number
}

/** Sends one request and reads the server's clock off its reply. Never throws for what a network or a front may do. */
export async function send<T>(path: string, asked: Asked = {}): Promise<Reply<T>> {
  const headers: Record<string, string> = { Accept: 'application/json, application/problem+json' }
  const raw = asked.body instanceof Blob ? asked.body : undefined
  if (asked.body !== undefined) headers['Content-Type'] = raw?.type ?? 'application/json'
  if (asked.key) headers['Idempotency-Key'] = asked.key
  if (asked.wait) headers['Prefer'] = `wait=${asked.wait}`
  if (asked.token) headers['Authorization'] = `Bearer ${asked.token}`
  const cut = new AbortController()
  const timer = setTimeout(() => cut.abort(), asked.patience ?? 15000 + (asked.wait ?? 0) * 1000)
  const sent = performance.now()
  try {
    const reply = await fetch(path, {
      method: asked.method ?? 'GET', headers, signal: cut.signal, cache: 'no-store', credentials: 'omit',
      ...(asked.body === undefined ? {} : { body: raw ?? JSON.stringify(asked.body) }),
    })
    const date = reply.headers.get('Date')
    if (date) clock.heard(Date.parse(date) + 500, sent, performance.now(), 500)
    const text = await reply.text()
    const value: unknown = text ? JSON.parse(text) : undefined
    return reply.ok
      ? { kind: 'answer', status: reply.status, value: value as T }
      : { kind: 'problem', status: reply.status, problem: value as Problem }
  } catch {
    return { kind: 'silence' }
  } finally {
    clearTimeout(timer)
  }
}

/** A key for a command, made once and kept with it until its receipt is here. */
export const newKey = (): string => {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
