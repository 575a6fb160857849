// A file of the front, saved as a download.  SPDX-License-Identifier: Apache-2.0
import type { Problem } from '@baoting/shared/api/client'
import { download } from '@baoting/shared/download'
import { fetched } from '@baoting/shared/fetched'
import { say } from '@baoting/shared/words/say'

/** Saves what `path` answers under `name`; what is wrong in words, '' when it was saved. `refused` may make something else of a problem. */
export async function save(path: string, name: string, refused = (problem: Problem): string => problem.detail_zh): Promise<string> {
  try {
    const reply = await fetched(path)
    if (!reply.ok) return refused((await reply.json()) as Problem)
    download(await reply.blob(), name)
    return ''
  } catch {
    return say('net.silence')
  }
}
