// The steps that are asked of who is signed in: how many, for the menu; read again after each step, and now and then.
// SPDX-License-Identifier: Apache-2.0
import { ask, session } from '@baoting/shared/session'
import { reactive, watch } from 'vue'
import { whenApplied } from './tray'

const EVERY = 60000
export const tasks = reactive({ total: 0 })

async function count(): Promise<void> {
  const account = session.me?.account
  const reply = account ? await ask<{ total: number }>('/v1/cases:tasks?limit=1') : null
  if (account === session.me?.account) tasks.total = reply?.kind === 'answer' ? reply.value.total : reply ? tasks.total : 0
}

watch(() => session.me?.account, () => void count(), { immediate: true })
whenApplied('/v1/cases', () => void count())
setInterval(() => { if (!document.hidden) void count() }, EVERY)
