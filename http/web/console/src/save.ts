// A file of the front, saved as a download.  SPDX-License-Identifier: Apache-2.0
import type { Problem } from '@baoting/shared/api/client'
import { download } from '@baoting/shared/download'
import { fetched } from '@baoting/shared/fetched'
import { say } from '@baoting/shared/words/say'

/** Saves what `path` answers under `name`; what is wrong in words, '' when it was saved. */
export async function save(path: string, name: string): Promise<string> {
  try {
    const reply = await fetched(path)
    if (!reply.ok) return ((await reply.json()) as Problem).detail_zh
    download(await reply.blob(), name)
    return ''
  } catch {
    return say('net.silence')
  }
}
