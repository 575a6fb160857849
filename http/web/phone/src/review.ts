// A marked question in words: what was answered, what is right, how it was judged.  SPDX-License-Identifier: Apache-2.0
import type { Schemas } from '@baoting/shared/api/client'
import { say, type Word } from '@baoting/shared/words/say'

export type Reviewed = Omit<Schemas['sheet_question'], 'place'>
type Key = Reviewed['key']
type Verdict = 'voided' | 'right' | 'partly' | 'wrong' | 'unanswered'

const textOf = (options: Reviewed['options'], option: number): string => options.find((each) => each.option === option)?.text ?? ''
const millionths = (value: number): string => String(Number((value / 1000000).toFixed(6)))

export function verdict(question: Reviewed): Verdict {
  if (question.key.voided) return 'voided'
  if (question.mark >= question.full_mark) return 'right'
  if (question.mark > 0) return 'partly'
  return question.answer ? 'wrong' : 'unanswered'
}

/** What was answered, a line each; empty when nothing was. */
export function answered(question: Reviewed): string[] {
  const { answer, options, rights } = question
  if (!answer) return []
  if (answer.chosen) return question.options.filter((each) => answer.chosen!.includes(each.option)).map((each) => each.text)
  if (answer.truth !== undefined) return [say(answer.truth ? 'sit.right' : 'sit.wrong')]
  if (answer.blanks) return answer.blanks.map((text, n) => say('review.blank', { n: n + 1, text: text || say('review.nothing') }))
  if (answer.number !== undefined) return [answer.number]
  if (answer.order) return [answer.order.map((option) => textOf(options, option)).join(' → ')]
  return (answer.pairs ?? []).map((pair) => say('review.pair', { left: textOf(options, pair.left), right: textOf(rights, pair.right) }))
}

function lines(question: Reviewed, key: Pick<Key, 'right' | 'truth' | 'order'>): string[] {
  const { options, rights } = question
  if (key.right) return options.filter((each) => key.right!.includes(each.option)).map((each) => each.text)
  if (key.truth !== undefined) return [say(key.truth ? 'sit.right' : 'sit.wrong')]
  if (!key.order) return []
  if (question.kind === 'order') return [key.order.map((option) => textOf(options, option)).join(' → ')]
  return options.map((left) => say('review.pair', { left: left.text, right: textOf(rights, key.order![left.option - 1] ?? 0) }))
}

/** What is right, a line each; every further complete key is a list of its own. */
export function right(question: Reviewed): string[][] {
  const { key } = question
  if (key.blanks) return [key.blanks.map((blank, n) => say('review.blank', { n: n + 1, text: blank.accepted.map((each) => each.text).join(' / ') }))]
  if (key.numbers) {
    return [key.numbers.map(({ value, low, high }) => (low === high ? millionths(value)
      : say('review.range', { value: millionths(value), low: millionths(low), high: millionths(high) })))]
  }
  return [key, ...(key.others ?? [])].map((each) => lines(question, each)).filter((each) => each.length)
}

/** The options that any complete key names as right. */
export const rightOptions = (question: Reviewed): number[] =>
  [...(question.key.right ?? []), ...(question.key.others ?? []).flatMap((other) => other.right ?? [])]

export const signs: Record<Verdict, string> = { voided: '◇', right: '✓', partly: '◐', wrong: '✗', unanswered: '✗' }
export const wordOf = (question: Reviewed): string => say(`review.${verdict(question)}` as Word)
