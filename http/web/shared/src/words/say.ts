// The text of a word with its values put in. A client brings its own words along: none loads another's.  SPDX-License-Identifier: Apache-2.0
import type { desk } from './zh/console'
import type { phone } from './zh/phone'
import type { screen } from './zh/screen'
import { shared } from './zh/shared'
import type { wechat } from './zh/wechat'

export type Word = keyof typeof shared | keyof typeof phone | keyof typeof screen | keyof typeof desk | keyof typeof wechat

const known: Partial<Record<Word, string>> = { ...shared }

/** Makes a client's words known, before its first page. */
export const learn = (words: Partial<Record<Word, string>>): void => { Object.assign(known, words) }

export const say = (word: Word, values: Record<string, string | number> = {}): string =>
  (known[word] ?? word).replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''))
