// Requests to the front, by the shell: an answer, a problem, or silence.  SPDX-License-Identifier: Apache-2.0
import type { Problem, Reply } from '@baoting/shared/api/client'
import { site } from './site'

export const send = <T>(path: string, body: object, token = ''): Promise<Reply<T>> => new Promise((resolve) => wx.request({
  url: `${site.front}${path}`, method: 'POST', data: body, timeout: 15000,
  header: { 'Content-Type': 'application/json', Accept: 'application/json, application/problem+json', ...(token ? { Authorization: `Bearer ${token}` } : {}) },
  success: ({ statusCode, data }) => resolve(statusCode < 300 ? { kind: 'answer', status: statusCode, value: data as T }
    : typeof data === 'object' && data !== null ? { kind: 'problem', status: statusCode, problem: data as Problem } : { kind: 'silence' }),
  fail: () => resolve({ kind: 'silence' }),
}))

/** A code that says who opened the shell, good once; '' where WeChat gives none now. */
export const newCode = (): Promise<string> => new Promise((resolve) => wx.login({ success: ({ code }) => resolve(code), fail: () => resolve('') }))
