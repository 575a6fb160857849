// A file of the front: asked for with the token, which a plain link or picture cannot carry.  SPDX-License-Identifier: Apache-2.0
import { ask, token } from './session'

const once = (path: string): Promise<Response> =>
  fetch(path, { headers: { Authorization: `Bearer ${token()}` }, cache: 'no-store', credentials: 'omit' })

/** What `path` answers, whatever it is; a token that is over is renewed first. Throws where there is no network. */
export async function fetched(path: string): Promise<Response> {
  const reply = await once(path)
  return reply.status === 401 && (await ask('/v1/me')).kind === 'answer' ? once(path) : reply
}
