// A file of the front, saved as a download: asked for with the token, which a plain link cannot carry.  SPDX-License-Identifier: Apache-2.0
import type { Problem } from '@baoting/shared/api/client'
import { download } from '@baoting/shared/download'
import { ask, token } from '@baoting/shared/session'
import { say } from '@baoting/shared/words/say'

const fetched = (path: string): Promise<Response> =>
  fetch(path, { headers: { Authorization: `Bearer ${token()}` }, cache: 'no-store', credentials: 'omit' })

/** Saves what `path` answers under `name`; what is wrong in words, '' when it was saved. */
export async function save(path: string, name: string): Promise<string> {
  try {
    let reply = await fetched(path)
    if (reply.status === 401 && (await ask('/v1/me')).kind === 'answer') reply = await fetched(path)
    if (!reply.ok) return ((await reply.json()) as Problem).detail_zh
    download(await reply.blob(), name)
    return ''
  } catch {
    return say('net.silence')
  }
}
