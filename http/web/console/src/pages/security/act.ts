// What is done to one's own account at once, without a command: asked, answered, or why not.  SPDX-License-Identifier: Apache-2.0
import { ask } from '@baoting/shared/session'
import { say } from '@baoting/shared/words/say'
import { ref, type Ref } from 'vue'

export interface Act { busy: Ref<boolean>; fault: Ref<string>; post: <T>(path: string, body?: object) => Promise<{ value: T } | null> }

/** An act of a part of a page: its answer, null when there was none; what went wrong stands in `fault`. */
export function act(): Act {
  const busy = ref(false), fault = ref('')
  return { busy, fault, post: async <T>(path: string, body: object = {}) => {
    busy.value = true
    const reply = await ask<T>(path, { method: 'POST', body })
    busy.value = false
    fault.value = reply.kind === 'answer' ? '' : reply.kind === 'problem' ? reply.problem.detail_zh : say('net.silence')
    return reply.kind === 'answer' ? { value: reply.value } : null
  } }
}
