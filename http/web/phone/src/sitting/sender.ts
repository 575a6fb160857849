// Sends what waits on this device, in order and each with its key, until the front's receipt is here.  SPDX-License-Identifier: Apache-2.0
import { send, type Reply, type Schemas } from '@baoting/shared/api/client'
import { Backoff } from '@baoting/shared/backoff'
import { clock } from '@baoting/shared/clock'
import { ask } from '@baoting/shared/session'
import { keepAttempt, settleWrite, writesOf, type Attempt, type HandIn, type Write } from './store'

const WAIT = 8, PATIENCE = 8000
type Receipt = { command: string; status: string; result?: Schemas['submission_taken'] }

/** Answers and the hand-in of one attempt on their way. `changed` is called after each step that a page may want to show. */
export class Sender {
  /** Whether the last try got no answer. */
  silent = false
  private timer: ReturnType<typeof setTimeout> | undefined
  private readonly backoff = new Backoff(500, 15000)
  private running = false
  private again = false
  private ended = false
  private readonly wake = (): void => { this.backoff.reset(); this.go() }

  constructor(private readonly attempt: Attempt, private readonly changed: () => void) {
    addEventListener('online', this.wake)
  }

  /** There is something to send, or there may be a network again. */
  go(): void {
    clearTimeout(this.timer)
    if (this.running) this.again = true
    else if (!this.ended) void this.run()
  }

  /** Stops; what waits stays on the device for the next one. */
  end(): void {
    this.ended = true
    clearTimeout(this.timer)
    removeEventListener('online', this.wake)
  }

  private async run(): Promise<void> {
    this.running = true
    do {
      this.again = false
      this.silent = !(await this.round())
    } while (this.again && !this.ended && !this.silent)
    this.running = false
    this.changed()
    if (this.ended) return
    if (this.silent) this.timer = setTimeout(() => this.go(), this.backoff.next())
    else this.backoff.reset()
  }

  /* All that waits, once through. False: the front is out of reach, the rest stays. */
  private async round(): Promise<boolean> {
    if (this.attempt.handIn) return this.handIn(this.attempt.handIn)
    const waiting = (await writesOf(this.attempt.attempt)).filter((write) => write.state === 'local').sort((a, b) => a.seq - b.seq)
    for (const write of waiting) {
      if (this.ended || this.attempt.handIn) { this.again = true; return true }
      if (!(await this.write(write))) return false
    }
    return true
  }

  /* The attempt's own token outlives the session's; the session's is tried when there is none. */
  private async put(method: 'PUT' | 'POST', path: string, body: unknown, key: string, wait?: number): Promise<Reply<Receipt>> {
    const asked = { method, body, key, ...(wait ? { wait } : { patience: PATIENCE }) }
    const reply = this.attempt.token ? await send<Receipt>(path, { ...asked, token: this.attempt.token }) : await ask<Receipt>(path, asked)
    return reply.kind === 'problem' && reply.status === 401 && this.attempt.token ? ask<Receipt>(path, asked) : reply
  }

  private async write(write: Write): Promise<boolean> {
    const path = `/v1/exams/${this.attempt.exam}/attempts/${write.attempt}/answers/${write.question}`
    const reply = await this.put('PUT', path, { writer: write.writer, seq: write.seq, answer: write.answer }, write.key)
    if (reply.kind === 'silence' || (reply.kind === 'problem' && passing(reply.status))) return false
    await settleWrite(write, reply.kind === 'answer' ? 'saved' : 'refused')
    this.changed()
    return true
  }

  private async handIn(handIn: HandIn): Promise<boolean> {
    if (handIn.state === 'local') {
      const reply = await this.put('POST', `/v1/exams/${this.attempt.exam}/submissions`, handIn.body, handIn.key, WAIT)
      if (reply.kind === 'silence' || (reply.kind === 'problem' && passing(reply.status))) return false
      if (reply.kind === 'problem') return this.judged(handIn, 'rejected', undefined, reply.problem.detail_zh)
      handIn.command = reply.value.command
      if (reply.value.status === 'applied') return this.judged(handIn, 'applied', reply.value.result)
      await this.judged(handIn, 'accepted')
    }
    if (handIn.state === 'accepted') {
      const reply = await ask<Schemas['outcome_shown']>(`/v1/commands/${handIn.command}`)
      if (reply.kind !== 'answer' || reply.value.status === 'accepted') return false
      const problem = reply.value.problem as { detail_zh?: string } | undefined
      return this.judged(handIn, reply.value.status, reply.value.result as Schemas['submission_taken'] | undefined, problem?.detail_zh)
    }
    return true
  }

  private async judged(handIn: HandIn, state: HandIn['state'], result?: HandIn['result'], reason?: string): Promise<boolean> {
    handIn.state = state
    handIn.times[state] = new Date(clock.now()).toISOString()
    if (state === 'applied') handIn.times.accepted ??= handIn.times.applied!
    if (result) handIn.result = result
    if (reason) handIn.reason = reason
    await keepAttempt(this.attempt)
    this.changed()
    return true
  }
}

/* What a later try may change: too busy, away, not yet known. 401 waits for a log-in. */
const passing = (status: number): boolean => status >= 500 || status === 401 || status === 408 || status === 429
