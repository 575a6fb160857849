// What this device holds of attempts: answers and hand-ins, on disk before they are sent.  SPDX-License-Identifier: Apache-2.0
import { openDB, type DBSchema, type IDBPDatabase } from 'idb'
import type { Schemas } from '@baoting/shared/api/client'

export type Answer = Schemas['answer']
export type ShownQuestion = Schemas['shown_question']

/** unsaved: not yet on disk; local: on this device only; saved: the front has said that Kafka holds it; refused: it never will. */
export type WriteState = 'unsaved' | 'local' | 'saved' | 'refused'

export interface Write {
  attempt: string
  question: number
  writer: number
  seq: number
  /** Made once with the write; the same key is one command however often it is sent. */
  key: string
  answer: Answer
  state: WriteState
}

/** local: not yet at the front; accepted: Kafka holds it; applied, rejected: the worker's verdict. */
export interface HandIn {
  key: string
  body: { attempt: string; writer: number; answers: { question: number; seq: number; answer: Answer }[] }
  state: 'local' | 'accepted' | 'applied' | 'rejected'
  command?: string
  result?: Schemas['submission_taken']
  reason?: string
  times: Partial<Record<'local' | 'accepted' | 'applied' | 'rejected', string>>
}

export interface Attempt {
  attempt: string
  exam: string
  account: string
  title: string
  writer: number
  seq: number
  deadline: string
  token: string
  questions: ShownQuestion[]
  marked: number[]
  at: number
  handIn?: HandIn
  /** It ended elsewhere: handed in on another device, or closed by its deadline. */
  ended?: boolean
}

interface Shape extends DBSchema {
  attempts: { key: string; value: Attempt; indexes: { exam: string } }
  writes: { key: [string, number]; value: Write; indexes: { attempt: string } }
}

let opened: Promise<IDBPDatabase<Shape>> | undefined

const database = (): Promise<IDBPDatabase<Shape>> => (opened ??= openDB<Shape>('baoting.sitting', 1, {
  upgrade(made) {
    made.createObjectStore('attempts', { keyPath: 'attempt' }).createIndex('exam', 'exam')
    made.createObjectStore('writes', { keyPath: ['attempt', 'question'] }).createIndex('attempt', 'attempt')
  },
}))

/* Vue's proxies cannot be cloned into the store. */
const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T

/** Whether it is still sat, or its hand-in has not left this device. */
export const unfinished = (attempt: Attempt): boolean => (attempt.handIn ? attempt.handIn.state === 'local' : !attempt.ended)

/** Every attempt of the account on this device, the ones not handed in among them. */
export const attempts = async (account: string): Promise<Attempt[]> =>
  (await (await database()).getAll('attempts')).filter((attempt) => attempt.account === account)

export const keepAttempt = async (attempt: Attempt): Promise<void> => { await (await database()).put('attempts', plain(attempt)) }

export const writesOf = async (attempt: string): Promise<Write[]> => (await database()).getAllFromIndex('writes', 'attempt', attempt)

/** On disk when this returns: the attempt's counter and the write go in one transaction. */
export async function keepWrite(attempt: Attempt, write: Write): Promise<void> {
  const change = (await database()).transaction(['attempts', 'writes'], 'readwrite', { durability: 'strict' })
  await Promise.all([change.objectStore('attempts').put(plain(attempt)), change.objectStore('writes').put(plain(write)), change.done])
}

/** Notes what became of a write, unless a later one of the same question has taken its place. */
export async function settleWrite(write: Write, state: WriteState): Promise<void> {
  const change = (await database()).transaction('writes', 'readwrite')
  const now = await change.store.get([write.attempt, write.question])
  if (now && now.key === write.key) await change.store.put({ ...now, state })
  await change.done
}

/** Forgets an attempt and its writes, once the verdict on its hand-in was seen. */
export async function forget(attempt: string): Promise<void> {
  const change = (await database()).transaction(['attempts', 'writes'], 'readwrite')
  const writes = change.objectStore('writes')
  for (const key of await writes.index('attempt').getAllKeys(attempt)) await writes.delete(key)
  await change.objectStore('attempts').delete(attempt)
  await change.done
}
