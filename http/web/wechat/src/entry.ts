// The way in: by who WeChat says it is, or by a password once, which binds him. No token is kept here: what is opened is handed to the
// web-view.  SPDX-License-Identifier: Apache-2.0
import type { Problem, Reply, Schemas } from '@baoting/shared/api/client'
import { newCode, send } from './front'

type Tokens = Schemas['session_tokens']
/** in: the session to hand over. duty: the first password must be changed first, in the client. */
export type Step =
  | { step: 'in'; session: string; unbound: string }
  | { step: 'duty' }
  | { step: 'password'; bind: string }
  | { step: 'code'; bind: string; ticket: string }
  | { step: 'fault'; text: string; silent: boolean }

const device = (): object => { const known = wx.getStorageSync('device'); return typeof known === 'string' && known ? { device: known } : {} }
const ticket = (problem: Problem): string => ('ticket' in problem ? String(problem.ticket) : '')
const is = (problem: Problem, kind: string): boolean => problem.type.endsWith(kind)

/** What the front's answer leads to; `bind`: the ticket that is to be bound once the log-in is whole. */
async function next(reply: Reply<Tokens>, bind: string): Promise<Step> {
  if (reply.kind === 'silence') return { step: 'fault', text: '', silent: true }
  if (reply.kind === 'problem') {
    if (is(reply.problem, 'unbound')) return { step: 'password', bind: ticket(reply.problem) }
    if (is(reply.problem, 'second_factor')) return { step: 'code', bind, ticket: ticket(reply.problem) }
    return { step: 'fault', text: reply.problem.detail_zh, silent: false }
  }
  const tokens = reply.value
  if (tokens.device) wx.setStorageSync('device', tokens.device)
  if (tokens.duty) {
    await send('/v1/sessions:close', { refresh_token: tokens.refresh_token })
    return { step: 'duty' }
  }
  const bound = bind ? await send('/v1/identities', { ticket: bind }, tokens.access_token) : null
  return { step: 'in', session: tokens.refresh_token, unbound: bound?.kind === 'problem' ? bound.problem.detail_zh : '' }
}

export async function byWeChat(): Promise<Step> {
  const code = await newCode()
  return next(code ? await send('/v1/sessions:wechat', { code, app: 'mini', ...device() }) : { kind: 'silence' }, '')
}

export const byPassword = async (login: string, password: string, bind: string): Promise<Step> =>
  next(await send('/v1/sessions', { login, password, ...device() }), bind)

export const byCode = async (ticket: string, code: string, bind: string): Promise<Step> =>
  next(await send('/v1/sessions:second', { ticket, code }), bind)
