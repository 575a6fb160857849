// Server-sent events read by fetch, with the token in its header; a lost connection is taken up again.  SPDX-License-Identifier: Apache-2.0
import { Backoff } from './backoff'
import { ask, token } from './session'

/** Follows a stream until end() is called. `frame` gets each frame's value; `state` whether it is being heard. */
export function follow<T>(path: string, frame: (value: T) => void, state: (live: boolean) => void): { end: () => void } {
  const cut = new AbortController()
  const backoff = new Backoff(1000, 15000)
  const run = async (): Promise<void> => {
    while (!cut.signal.aborted) {
      try {
        const reply = await fetch(path, { headers: { Accept: 'text/event-stream', Authorization: `Bearer ${token()}` }, signal: cut.signal,
          cache: 'no-store', credentials: 'omit' })
        if (reply.status === 401) await ask('/v1/me') // renews the token where it can be
        if (!reply.ok || !reply.body) throw new Error(String(reply.status))
        await read(reply.body.getReader(), (value) => { backoff.reset(); state(true); frame(value as T) })
      } catch { /* taken up again below */ }
      if (cut.signal.aborted) return
      state(false)
      await new Promise((go) => setTimeout(go, backoff.next()))
    }
  }
  void run()
  return { end: () => cut.abort() }
}

async function read(reader: ReadableStreamDefaultReader<Uint8Array>, heard: (value: unknown) => void): Promise<void> {
  const decoder = new TextDecoder()
  let text = ''
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    text += decoder.decode(value, { stream: true })
    const events = text.split('\n\n')
    text = events.pop() ?? ''
    for (const event of events) {
      const data = event.split('\n').filter((line) => line.startsWith('data:')).map((line) => line.slice(5).trimStart()).join('\n')
      if (data) heard(JSON.parse(data))
    }
  }
}
