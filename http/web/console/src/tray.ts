// The commands that this tab has sent: each accepted, then applied or not, while the pages go on; a reload loses none.
// SPDX-License-Identifier: Apache-2.0
import { newKey, type Problem, type Schemas } from '@baoting/shared/api/client'
import { Backoff } from '@baoting/shared/backoff'
import { command, type Outcome } from '@baoting/shared/command'
import { ask, session } from '@baoting/shared/session'
import { say } from '@baoting/shared/words/say'
import { reactive, watch } from 'vue'

export type Travel = 'sending' | 'accepted' | 'applied' | 'rejected' | 'refused' | 'unknown'
type Method = 'POST' | 'PUT' | 'DELETE'

/** One command on its way; `title` says what was asked in words. */
export interface Sent {
  key: string
  title: string
  travel: Travel
  problem: Problem | null
  method: Method
  path: string
  /** What is sent, until there is a receipt; a file, and what is personal, is not kept over a reload. */
  body: unknown
  personal: boolean
  /** Tells the same command sent again from another; '' of a file, which is never taken for the same, and of what is personal after a reload. */
  print: string
  /** Its id, once the front has taken it. */
  command: string
  /** Where the draft of its form stands in this tab; '' of what has none. */
  draft: string
}

const MOST = 20
export const tray = reactive<Sent[]>([])
const going = new Map<string, Promise<Outcome<unknown>>>()
let owner = ''

const place = (): string => `baoting.tray.${owner}`
/** Whether there is nothing more to come of it. */
export const decided = (sent: Sent): boolean => sent.travel === 'applied' || sent.travel === 'rejected' || sent.travel === 'refused'

function keep(): void {
  if (!owner) return
  sessionStorage.setItem(place(), JSON.stringify(tray.map((sent) => (sent.personal || sent.body instanceof Blob ? { ...sent, body: undefined, print: '' } : sent))))
}

/* What was on its way when the page was left: with a receipt it is asked for, without one it can be sent again. */
function takeUp(): void {
  const account = session.me?.account ?? ''
  if (account === owner) return
  tray.splice(0)
  owner = account
  for (const sent of JSON.parse((owner && sessionStorage.getItem(place())) || '[]') as Sent[]) {
    if (sent.travel === 'sending') sent.travel = 'unknown'
    tray.push(sent)
  }
  for (const sent of tray) if (sent.travel === 'accepted') void go(sent)
}
watch(() => session.me?.account, takeUp, { immediate: true, flush: 'sync' })

const followers: { path: string; act: () => void }[] = []

/** Does something whenever a command whose path begins so has taken effect. */
export const whenApplied = (path: string, act: () => void): void => { followers.push({ path, act }) }

function note(sent: Sent, outcome: Outcome<unknown>): void {
  sent.travel = outcome.kind
  sent.problem = 'problem' in outcome ? outcome.problem : null
  if ('command' in outcome) sent.command = outcome.command
  if (outcome.kind !== 'unknown') sent.body = undefined
  if (outcome.kind === 'applied' && sent.draft) sessionStorage.removeItem(sent.draft)
  keep()
  if (outcome.kind === 'applied') for (const each of followers) if (sent.path.startsWith(each.path)) each.act()
}

/* A command that the front has taken and no worker has decided yet: asked for until it is, or until somebody else signs in. */
async function verdict(id: string): Promise<Outcome<unknown>> {
  const backoff = new Backoff(1000, 15000), asking = owner
  while (asking === owner) {
    await new Promise((on) => setTimeout(on, backoff.next()))
    const reply = await ask<Schemas['outcome_shown']>(`/v1/commands/${id}`)
    if (reply.kind !== 'answer') continue
    if (reply.value.status === 'applied') return { kind: 'applied', command: id, result: reply.value.result }
    if (reply.value.status === 'rejected') return { kind: 'rejected', problem: reply.value.problem as unknown as Problem }
  }
  return { kind: 'unknown' }
}

async function journey(sent: Sent): Promise<Outcome<unknown>> {
  if (!sent.command) {
    sent.travel = 'sending'
    const outcome = await command<unknown>(sent.method, sent.path, sent.body, sent.key, 5)
    note(sent, outcome)
    if (outcome.kind !== 'accepted') return outcome
  }
  const outcome = await verdict(sent.command)
  note(sent, outcome)
  return outcome
}

function go(sent: Sent): Promise<Outcome<unknown>> {
  const made = going.get(sent.key) ?? journey(sent).finally(() => going.delete(sent.key))
  going.set(sent.key, made)
  return made
}

/* 53 bits of a text: enough to tell the few commands of one tab apart. */
function printOf(text: string): string {
  let [one, other] = [0xdeadbeef, 0x41c6ce57]
  for (let at = 0; at < text.length; at++) {
    one = Math.imul(one ^ text.charCodeAt(at), 2654435761)
    other = Math.imul(other ^ text.charCodeAt(at), 1597334677)
  }
  return `${(one >>> 0).toString(36)}.${(other >>> 0).toString(36)}`
}

/** What is wrong with what became of a command, in words; '' when it was applied. */
export const wrong = (outcome: Outcome<unknown>): string =>
  (outcome.kind === 'applied' ? '' : 'problem' in outcome ? outcome.problem.errors[0]?.detail_zh ?? outcome.problem.detail_zh : say('form.unknown'))

/** Sends a command and shows its way in the tray; resolves with its verdict, or with what the front said when there will be none.
 *  What is on its way already, or has no receipt, goes on under its first key: it is done once, however often it is asked for. */
export function run<T>(title: string, method: Method, path: string, body: unknown = {}, { draft = '', personal = false } = {}): Promise<Outcome<T>> {
  const text = body instanceof Blob ? '' : JSON.stringify(body), print = text && printOf(text)
  let sent = tray.find((each) => !decided(each) && print !== '' && each.print === print && each.method === method && each.path === path)
  if (!sent) {
    sent = reactive<Sent>({ key: newKey(), title, travel: 'sending', problem: null, method, path, body: text ? JSON.parse(text) as unknown : body, personal, print, command: '', draft })
    tray.unshift(sent)
    const oldest = tray.map((each) => each.travel).lastIndexOf('applied') // what went wrong stays until it is taken out
    if (tray.length > MOST && oldest >= 0) tray.splice(oldest, 1)
    keep()
  }
  return go(sent) as Promise<Outcome<T>>
}

/** Whether a command without a receipt can be sent again from the tray; one whose body a reload lost cannot. */
export const repeatable = (sent: Sent): boolean => sent.travel === 'unknown' && (sent.body !== undefined || sent.command !== '')

/** Sends it again, under the same key. */
export const again = (sent: Sent): Promise<unknown> => go(sent)

/** Takes a command out of the tray; it goes on if it has been accepted. */
export function dismiss(sent: Sent): void {
  tray.splice(tray.indexOf(sent), 1)
  keep()
}
