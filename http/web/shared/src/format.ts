// How numbers and times are written; times are Asia/Shanghai's, always.  SPDX-License-Identifier: Apache-2.0
import { clock } from './clock'
import { say } from './words/say'

const zone = 'Asia/Shanghai'
const day = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' })
const hour = new Intl.DateTimeFormat('zh-CN', { timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
const DAY = 86400000

/** 今天 14:05, 昨天 09:00, 11月24日 14:05, with the year when it is another one. */
export function moment(iso: string): string {
  const at = Date.parse(iso), now = clock.now(), date = day.format(at), time = hour.format(at)
  if (date === day.format(now)) return say('time.today', { time })
  if (date === day.format(now - DAY)) return say('time.yesterday', { time })
  if (date === day.format(now + DAY)) return say('time.tomorrow', { time })
  const [year, month, dated] = date.split('-').map(Number)
  const short = `${month}月${dated}日 ${time}`
  return date.slice(0, 4) === day.format(now).slice(0, 4) ? short : `${year}年${short}`
}

/** The day it is now, 2026-11-29. */
export const today = (): string => day.format(clock.now())

/** A day of no zone: 今天, 11月24日, with the year when it is another one. */
export function dated(date: string): string {
  const now = today(), [year, month, at] = date.split('-').map(Number)
  if (date === now) return say('time.this_day')
  return `${date.slice(0, 4) === now.slice(0, 4) ? '' : `${year}年`}${month}月${at}日`
}

const AHEAD = 8 * 3600000 // of UTC; the zone has no summer time

/** An instant as the zone's wall clock shows it, 2026-11-24T14:05, and back; '' is none. */
export const wall = (iso: string): string => (iso ? new Date(Date.parse(iso) + AHEAD).toISOString().slice(0, 16) : '')
export const instant = (shown: string): string => (shown ? new Date(Date.parse(`${shown}:00Z`) - AHEAD).toISOString() : '')

/** A span as 1:05:09 or 05:09. */
export function span(ms: number): string {
  const all = Math.max(0, Math.ceil(ms / 1000)), two = (n: number): string => String(n).padStart(2, '0')
  const hours = Math.floor(all / 3600)
  return `${hours ? `${hours}:` : ''}${two(Math.floor(all / 60) % 60)}:${two(all % 60)}`
}

/** How long something took, with its unit: milliseconds below a second. */
export const took = (ms: number): { n: string; unit: string } =>
  ms < 1000 ? { n: amount(Math.round(ms)), unit: say('time.milliseconds') } : { n: amount(Math.round(ms / 10) / 100), unit: say('time.seconds') }

/** Marks and points: hundredths are shown only where there are any. */
export const amount = (value: number): string => value.toLocaleString('zh-CN', { maximumFractionDigits: 2 })
