// A form as a page's state: checks on leaving a field and by the server, whose pointer lands on its field; nothing typed is lost.
// SPDX-License-Identifier: Apache-2.0
import type { Problem } from '@baoting/shared/api/client'
import type { Outcome } from '@baoting/shared/command'
import { nextTick, reactive, toRaw, watch } from 'vue'

export interface Form<T extends object> {
  /** What was typed so far. */
  value: T
  /** Faults by JSON Pointer: "/title", "/sections/0/draw". */
  faults: Record<string, string>
  /** The fault of no field. */
  whole: string
  busy: boolean
  /** Whether a draft of an earlier visit stands in the fields. */
  resumed: boolean
  check: (pointer: string) => void
  submit: <R>(send: (value: T) => Promise<Outcome<R>>) => Promise<Outcome<R> | null>
  /** Puts values into the fields, unless a draft stands there. */
  fill: (value: T) => void
  /** Throws the draft away and takes these values. */
  reset: (value: T) => void
}
/** By pointer, what is wrong with the value, if anything. */
export type Checks<T> = Record<string, (value: T) => string | undefined>

/** The fault of a pointer that has no field of its own stands at the nearest one above it. */
const nearest = (pointer: string): Element | null => {
  for (let at = pointer; at; at = at.slice(0, at.lastIndexOf('/'))) {
    const field = document.querySelector(`[data-pointer="${CSS.escape(at)}"]`)
    if (field) return field
  }
  return null
}

/** `place` names the draft in this tab. */
export function form<T extends object>(place: string, initial: T, checks: Checks<T>): Form<T> {
  const at = `baoting.draft.${place}`, draft = sessionStorage.getItem(at)
  const made = reactive({ value: draft ? JSON.parse(draft) as T : initial, faults: {} as Record<string, string>, whole: '', busy: false, resumed: !!draft })
  let watching = true
  watch(() => made.value, (value) => { if (watching) sessionStorage.setItem(at, JSON.stringify(value)) }, { deep: true })
  const look = (pointer: string): void => {
    const fault = checks[pointer]?.(made.value as T)
    if (fault) made.faults[pointer] = fault
    else delete made.faults[pointer]
  }
  const toFirst = async (): Promise<void> => {
    await nextTick()
    document.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  }
  function land(problem: Problem): void {
    const error = problem.errors[0], field = error ? nearest(error.pointer) : null
    if (error && field) made.faults[(field as HTMLElement).dataset['pointer']!] = error.detail_zh
    else made.whole = error?.detail_zh ?? problem.detail_zh
  }
  const forget = (): void => {
    watching = false
    sessionStorage.removeItem(at)
  }
  async function put(value: T): Promise<void> {
    watching = false
    Object.assign(made, { value, faults: {} })
    await nextTick()
    sessionStorage.removeItem(at)
    watching = true
  }
  return Object.assign(made, {
    check: look,
    submit: async <R>(send: (value: T) => Promise<Outcome<R>>): Promise<Outcome<R> | null> => {
      made.faults = {}
      made.whole = ''
      Object.keys(checks).forEach(look)
      if (Object.keys(made.faults).length) { await toFirst(); return null }
      made.busy = true
      const outcome = await send(toRaw(made.value) as T)
      made.busy = false
      if (outcome.kind === 'rejected' || outcome.kind === 'refused') { land(outcome.problem); await toFirst() }
      else if (outcome.kind !== 'unknown') forget()
      return outcome
    },
    fill: (value: T) => { if (!made.resumed) void put(value) },
    reset: (value: T) => { made.resumed = false; made.whole = ''; void put(value) },
  }) as unknown as Form<T>
}
