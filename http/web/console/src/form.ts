// A form: what was typed is kept until the worker has taken it, and a fault the server tells lands on its field.
// SPDX-License-Identifier: Apache-2.0
import type { Problem } from '@baoting/shared/api/client'
import { say } from '@baoting/shared/words/say'
import { reactive, watch, type UnwrapNestedRefs } from 'vue'
import { decided, run, tray } from './tray'

export interface Form<T extends object> {
  value: UnwrapNestedRefs<T>
  /** What is wrong, by JSON pointer without its '#': '/title', '/sections/0/draw'. */
  faults: Record<string, string>
  /** What is wrong with the whole, or what came of sending it. */
  whole: string
  busy: boolean
  /** Whether the draft of an earlier visit was taken up. */
  restored: boolean
  /** Where the draft stands in this tab. */
  place: string
  /** Its fields that are personal or secret: neither the draft nor the tray keeps them. */
  personal: string[]
}

/** A form whose draft stands in this tab under `place` until it is sent or forgotten, but for its `personal` fields. */
export function form<T extends object>(place: string, initial: T, personal: string[] = []): Form<T> & { forget: (value: T) => void } {
  const key = `baoting.draft.${place}`, draft = sessionStorage.getItem(key)
  const made: Form<T> = reactive({
    value: (draft ? { ...initial, ...JSON.parse(draft) as T } : initial), faults: {}, whole: '', busy: false, restored: draft !== null, place: key, personal,
  }) as Form<T>
  const sent = tray.find((each) => each.draft === key && !decided(each)) // before the page was left
  if (sent) watch(() => sent.travel, (travel) => {
    made.whole = travel === 'applied' ? say('form.done') : decided(sent) ? sent.problem!.detail_zh : say('form.going')
  }, { immediate: true })
  watch(() => made.value, (value) => sessionStorage.setItem(key, JSON.stringify(value, (name, each: unknown) => (personal.includes(name) ? undefined : each))), { deep: true })
  const forget = (value: T): void => {
    Object.assign(made, { value, faults: {}, whole: '', restored: false })
    queueMicrotask(() => setTimeout(() => sessionStorage.removeItem(key)))
  }
  return Object.assign(made, { forget })
}

const CONFLICT = 409 // what a worker finds of the state of things may lie with no field that is shown, so it is said above the button, too
/** Puts a problem's faults to their fields. */
export function tell(form: Form<object>, problem: Problem): void {
  form.faults = {}
  for (const fault of problem.errors) form.faults[fault.pointer.replace(/^#/, '')] = fault.detail_zh
  form.whole = problem.errors.length && problem.status !== CONFLICT ? say('form.faults', { n: problem.errors.length }) : problem.detail_zh
}

/** Sends a form's command; true when it was applied, and then `result` has been called. What was typed stays where it was not. */
export async function submit<R>(form: Form<object>, title: string, method: 'POST' | 'PUT', path: string, body: unknown,
    done: (result: R, id: string) => void): Promise<boolean> {
  form.busy = true
  form.whole = ''
  form.faults = {}
  const outcome = await run<R>(title, method, path, body, { draft: form.place, personal: form.personal.length > 0 })
  form.busy = false
  if (outcome.kind === 'applied') done(outcome.result, outcome.command)
  else if ('problem' in outcome) tell(form, outcome.problem)
  else form.whole = say('form.unknown')
  return outcome.kind === 'applied'
}
