// Who is signed in here: tokens kept over a restart, renewed once for all tabs, given up when the front says so.
// SPDX-License-Identifier: Apache-2.0
import { openDB } from 'idb'
import { reactive } from 'vue'
import { send, type Asked, type Reply, type Schemas } from './api/client'

type Tokens = Schemas['session_tokens']
export type Me = Schemas['my_account']
interface Kept { access: string; refresh: string; me: Me | null; serial: number }

const place = 'baoting.session'

/** What pages may see of the session. */
export const session = reactive({ signedIn: false, me: null as Me | null })

let kept: Kept | null = read()
show()
addEventListener('storage', (event) => { if (event.key === place) { kept = read(); show() } })

function read(): Kept | null {
  try { return JSON.parse(localStorage.getItem(place) ?? 'null') as Kept | null } catch { return null }
}

function show(): void {
  session.signedIn = kept !== null
  session.me = kept?.me ?? null
}

/* Local storage reaches the disk seconds later: a browser that dies before would forget a log-in, or offer a refresh token that is
   spent. So the tokens stand in a database as well, written through. A browser that keeps
   no database keeps the log-in as long as its local storage. */
const disk = openDB<{ kept: { key: string; value: Kept | null } }>(place, 1, { upgrade: (made) => { made.createObjectStore('kept') } }).catch(() => null)

async function keep(next: Omit<Kept, 'serial'> | null): Promise<void> {
  kept = next && { ...next, serial: (kept?.serial ?? 0) + 1 }
  if (kept) localStorage.setItem(place, JSON.stringify(kept))
  else localStorage.removeItem(place)
  show()
  const change = (await disk)?.transaction('kept', 'readwrite', { durability: 'strict' })
  await change?.store.put(JSON.parse(JSON.stringify(kept)) as Kept | null, place)
  await change?.done
}

/** Before the pages start: what reached the disk and not the local storage is taken up. */
export async function restore(): Promise<void> {
  const stored = await (await disk)?.get('kept', place)
  if (!stored || (kept && kept.serial >= stored.serial)) return
  kept = stored
  localStorage.setItem(place, JSON.stringify(kept))
  show()
}

/* By what the front knows this device again: whoever guesses at the log-in name elsewhere does not slow its owner here. It lets nobody in
   without the password, so it stays over a log-out. */
const device = 'baoting.device'
export function deviceOf(login: string): string | undefined {
  try {
    const known = JSON.parse(localStorage.getItem(device) ?? 'null') as { login: string; secret: string } | null
    return known?.login === login ? known.secret : undefined
  } catch { return undefined }
}

const take = (login: string, tokens: Tokens, me: Me | null): Promise<void> => {
  if (tokens.device) localStorage.setItem(device, JSON.stringify({ login, secret: tokens.device }))
  return keep({ access: tokens.access_token, refresh: tokens.refresh_token, me })
}

/** Takes these tokens for the session from now on, and asks who that is. */
export async function adopt(login: string, tokens: Tokens): Promise<Reply<Me>> {
  await take(login, tokens, null)
  return refresh()
}

/** Whether a device of the account is this one: its id is the first half of its secret. */
export const isThisDevice = (id: string): boolean => deviceOf(session.me?.login ?? '')?.startsWith(id.replaceAll('-', '')) ?? false

/** Changes the password: all sessions end, and this one goes on as a new one. */
export async function changePassword(old_password: string, new_password: string): Promise<Reply<unknown>> {
  const login = session.me?.login ?? ''
  const reply = await ask<Tokens>('/v1/me/password', { method: 'POST', body: { old_password, new_password, device: deviceOf(login) } })
  if (reply.kind === 'answer' && reply.value.duty) await keep(null) // for the log-in to ask
  else if (reply.kind === 'answer') await take(login, reply.value, kept?.me ?? null)
  return reply
}

/** Asks anew who this is and what he may. */
export async function refresh(): Promise<Reply<Me>> {
  const me = await ask<Me>('/v1/me')
  if (me.kind === 'answer' && kept) await keep({ ...kept, me: me.value })
  return me
}

/* Any refresh token of a session, spent or not, ends it at the front. */
const end = (refresh: string): Promise<Reply<unknown>> =>
  send('/v1/sessions:close', { method: 'POST', body: { refresh_token: refresh }, patience: 5000 })

/** Takes over a session that another program opened for this one: its refresh token, good once, is spent at once. Who was signed in here
 *  before is not any more. Where it cannot be had, nothing changes. */
export async function takeOver(handed: string): Promise<void> {
  const before = kept
  const reply = await send<Tokens>('/v1/sessions:refresh', { method: 'POST', body: { refresh_token: handed } })
  if (reply.kind !== 'answer') return
  await keep({ access: reply.value.access_token, refresh: reply.value.refresh_token, me: null })
  const me = await refresh()
  if (!before) return
  if (me.kind !== 'answer' || before.me?.account !== me.value.account) forget(before.me?.account)
  void end(before.refresh)
}

/* What pages kept for the account on this device. */
function forget(account: string | undefined): void {
  if (account) for (const name of Object.keys(localStorage)) if (name.startsWith('baoting.') && name.endsWith(`.${account}`)) localStorage.removeItem(name)
  for (const name of Object.keys(sessionStorage)) if (name.startsWith('baoting.')) sessionStorage.removeItem(name)
}

/** Forgets the tokens and what pages kept for the account on this device, at once and without a network too; the front, where it
 *  can be reached, ends the session. What waits of an attempt stays, and goes by the attempt's own token. */
export async function signOut(): Promise<void> {
  const refresh = kept?.refresh, account = kept?.me?.account
  await keep(null)
  forget(account)
  if (refresh) await end(refresh)
}

/** Whether one of the account's grants gives this role. */
export const has = (...roles: string[]): boolean => session.me?.grants.some((grant) => roles.includes(grant.role)) ?? false

/* A refresh token is good once: whoever holds the lock spends it, the others read what he got. */
async function renew(stale: string): Promise<boolean> {
  const spend = async (): Promise<boolean> => {
    kept = read()
    if (!kept) return false
    if (kept.access !== stale) return true
    const reply = await send<Tokens>('/v1/sessions:refresh', { method: 'POST', body: { refresh_token: kept.refresh } })
    if (reply.kind === 'answer' && (!read() || reply.value.duty)) { // signed out meanwhile: nothing comes back to life; a duty is the log-in's to ask for
      await keep(null)
      await end(reply.value.refresh_token)
      return false
    }
    if (reply.kind === 'answer') await keep({ ...kept, access: reply.value.access_token, refresh: reply.value.refresh_token })
    else if (reply.kind === 'problem' && reply.status === 401) await keep(null)
    return reply.kind === 'answer'
  }
  return 'locks' in navigator ? navigator.locks.request(place, spend) : spend()
}

/** Sends a request as who is signed in; an access token that is over is renewed and the request sent once more. */
export async function ask<T>(path: string, asked: Asked = {}): Promise<Reply<T>> {
  const access = kept?.access
  const reply = await send<T>(path, { ...asked, token: access })
  if (reply.kind !== 'problem' || reply.status !== 401 || !access) return reply
  return (await renew(access)) ? send<T>(path, { ...asked, token: kept?.access }) : reply
}

/** The access token for a request that is not ask()'s; empty when nobody is signed in. */
export const token = (): string => kept?.access ?? ''
