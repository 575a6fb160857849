// The text of a word with its values put in.  SPDX-License-Identifier: Apache-2.0
import { zh, type Word } from './zh'

export type { Word }

export const say = (word: Word, values: Record<string, string | number> = {}): string =>
  zh[word].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''))
