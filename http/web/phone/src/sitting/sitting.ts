// One attempt as a page sits it: answers kept and sent, the countdown by the server's clock, one place that may write.
// SPDX-License-Identifier: Apache-2.0
import { computed, reactive, shallowReactive } from 'vue'
import { newKey, send, type Schemas } from '@baoting/shared/api/client'
import { clock } from '@baoting/shared/clock'
import { command, type Outcome } from '@baoting/shared/command'
import { ask, session } from '@baoting/shared/session'
import { Sender } from './sender'
import { attempts, keepAttempt, keepWrite, unfinished, writesOf, type Answer, type Attempt, type Write } from './store'

type Sheet = Schemas['attempt_sheet']
type Standing = Schemas['attempt_standing']

/* How often a device that sits an attempt asks whether another took it over. */
const LOOK = 30000

/** Starts an attempt or goes on with the one begun, which takes it over from any other device; keeps it on this one. */
export async function begin(exam: string, title: string): Promise<Outcome<Sheet>> {
  const outcome = await command<Sheet>('POST', `/v1/exams/${exam}/attempts`)
  if (outcome.kind !== 'applied') return outcome
  const sheet = outcome.result
  const here = (await attempts(session.me!.account)).find((each) => each.attempt === sheet.attempt)
  const attempt: Attempt = {
    attempt: sheet.attempt, exam, account: session.me!.account, title, writer: sheet.writer, seq: 0, deadline: sheet.deadline,
    token: sheet.token ?? '', questions: sheet.questions, marked: here?.marked ?? [], at: here?.at ?? 0,
    ...(here?.handIn ? { handIn: here.handIn } : {}),
  }
  const local = new Map((await writesOf(sheet.attempt)).filter((write) => write.state === 'local').map((write) => [write.question, write]))
  for (const saved of sheet.saved) {
    const mine = local.get(saved.question)
    if (mine && mine.writer >= saved.writer) continue
    local.delete(saved.question)
    await keepWrite(attempt, { attempt: attempt.attempt, question: saved.question, writer: saved.writer, seq: saved.seq,
      key: '', answer: saved.answer, state: 'saved' })
  }
  for (const mine of local.values()) { // what this device had not sent goes on as this start's
    attempt.seq += 1
    await keepWrite(attempt, { ...mine, writer: attempt.writer, seq: attempt.seq, key: newKey() })
  }
  await keepAttempt(attempt)
  return outcome
}

/** What a page sees of an attempt that is being sat. */
export class Sitting {
  readonly writes: Map<number, Write> = shallowReactive(new Map())
  readonly shown = reactive({ left: 0, silent: false, elsewhere: false, ended: false, version: 0 })
  /** As it stands now: another object after each change, so that a page sees it. */
  readonly handIn = computed(() => (void this.shown.version, this.attempt.handIn && { ...this.attempt.handIn }))
  private readonly sender: Sender
  private readonly ticking: ReturnType<typeof setInterval>
  private readonly looking: ReturnType<typeof setInterval>
  private letGo: (() => void) | undefined
  private closed = false
  private overtaken = false
  private readonly look = (): void => { if (document.visibilityState === 'visible') void this.compare() }

  private constructor(readonly attempt: Attempt) {
    this.sender = new Sender(attempt, () => void this.refresh())
    this.shown.ended = attempt.ended ?? false
    this.tick()
    this.ticking = setInterval(() => this.tick(), 250)
    this.looking = setInterval(this.look, LOOK)
    addEventListener('online', this.look)
    document.addEventListener('visibilitychange', this.look)
  }

  /** The attempt of this examination that this device holds, or null. */
  static async open(exam: string): Promise<Sitting | null> {
    const found = (await attempts(session.me?.account ?? '')).filter((each) => each.exam === exam)
    const attempt = found.find(unfinished) ?? found.at(-1)
    if (!attempt) return null
    const sitting = new Sitting(attempt)
    await sitting.refresh()
    sitting.hold()
    sitting.sender.go()
    void sitting.compare()
    return sitting
  }

  /** Keeps an answer on the device and sends it; it is on disk when this returns. */
  async answer(question: number, answer: Answer): Promise<void> {
    if (this.shown.elsewhere || this.shown.ended || this.attempt.handIn) return
    this.attempt.seq += 1
    const write: Write = { attempt: this.attempt.attempt, question, writer: this.attempt.writer, seq: this.attempt.seq, key: newKey(),
      answer, state: 'unsaved' }
    this.writes.set(question, write)
    await keepWrite(this.attempt, { ...write, state: 'local' })
    if (this.writes.get(question) === write) this.writes.set(question, { ...write, state: 'local' })
    this.sender.go()
  }

  /** Marks a question for later, or no longer. */
  mark(question: number): void {
    const marked = this.attempt.marked
    this.attempt.marked = marked.includes(question) ? marked.filter((each) => each !== question) : [...marked, question]
    this.shown.version += 1
    void keepAttempt(this.attempt)
  }

  at(place: number): void {
    this.attempt.at = place
    void keepAttempt(this.attempt)
  }

  /** Hands in: every answer that this device wrote goes with it, in one body under one key. */
  async submit(): Promise<void> {
    if (this.attempt.handIn) return
    const { attempt, writer } = this.attempt
    const own = [...this.writes.values()].filter((write) => write.writer === writer)
    this.attempt.handIn = {
      key: newKey(), state: 'local', times: { local: new Date(clock.now()).toISOString() },
      body: { attempt, writer, answers: own.map(({ question, seq, answer }) => ({ question, seq, answer })) },
    }
    await keepAttempt(this.attempt)
    this.shown.version += 1
    this.sender.go()
  }

  /** Goes on here: a new start takes the attempt over from any other device. The Sitting to go on with, or why there is none. */
  async take(): Promise<Sitting | Outcome<Sheet>> {
    const outcome = await begin(this.attempt.exam, this.attempt.title)
    if (outcome.kind === 'unknown' && !this.overtaken) { // only another tab of this browser has it, as far as is known
      this.shown.elsewhere = false
      this.hold()
      return this
    }
    if (outcome.kind !== 'applied') return outcome
    this.close()
    return (await Sitting.open(this.attempt.exam)) ?? outcome
  }

  close(): void {
    this.closed = true
    clearInterval(this.ticking)
    clearInterval(this.looking)
    removeEventListener('online', this.look)
    document.removeEventListener('visibilitychange', this.look)
    this.letGo?.()
    this.sender.end()
  }

  private async refresh(): Promise<void> {
    for (const write of await writesOf(this.attempt.attempt)) {
      const shown = this.writes.get(write.question)
      if (!shown || shown.writer !== write.writer || shown.seq <= write.seq) this.writes.set(write.question, write)
    }
    const back = this.shown.silent && !this.sender.silent
    this.shown.silent = this.sender.silent
    this.shown.version += 1
    if (back) void this.compare()
  }

  /* What the record says of this attempt: a greater number of starts is another device's, and the deadline may have moved. */
  private async compare(): Promise<void> {
    if (this.attempt.handIn || this.shown.ended || this.closed) return
    const path = `/v1/exams/${this.attempt.exam}/attempts/${this.attempt.attempt}`
    const own = this.attempt.token ? await send<Standing>(path, { token: this.attempt.token }) : null
    const reply = own && !(own.kind === 'problem' && own.status === 401) ? own : await ask<Standing>(path)
    if (reply.kind !== 'answer' || this.closed || this.attempt.handIn) return
    if (reply.value.writers > this.attempt.writer) this.shown.elsewhere = this.overtaken = true
    if (reply.value.ended) this.shown.ended = this.attempt.ended = true
    if (!reply.value.ended && reply.value.deadline === this.attempt.deadline) return
    this.attempt.deadline = reply.value.deadline
    await keepAttempt(this.attempt)
  }

  private tick(): void {
    this.shown.left = Date.parse(this.attempt.deadline) - clock.now()
    if (clock.known && this.shown.left <= 0 && !this.attempt.handIn && !this.shown.elsewhere && !this.shown.ended) void this.submit()
  }

  /* The last tab to ask holds the lock; the one that loses it only reads. */
  private hold(): void {
    if (!('locks' in navigator)) return
    const held = new Promise<void>((letGo) => { this.letGo = letGo })
    navigator.locks.request(`baoting.sitting.${this.attempt.attempt}`, { steal: true }, () => held)
      .catch(() => { this.shown.elsewhere = true })
  }
}

/** Sends what attempts of this account still wait on this device, without a page that sits them. */
export async function sendWaiting(): Promise<number> {
  const waiting = session.me ? (await attempts(session.me.account)).filter((each) => each.handIn?.state === 'local') : []
  for (const attempt of waiting) {
    const sender = new Sender(attempt, () => { if (attempt.handIn?.state !== 'local') sender.end() })
    sender.go()
  }
  return waiting.length
}
