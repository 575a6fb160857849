// The server's clock as this device can tell it, whatever its own says.  SPDX-License-Identifier: Apache-2.0

const place = 'baoting.clock'

/** Runs on performance.now(), which no change of the device's clock moves; a reply with a smaller error sets it anew. How far the device's
 *  clock is off is kept, so that a page opened without a network counts rightly too. */
class ServerClock {
  private readonly kept = Number(localStorage.getItem(place) ?? NaN)
  private offset = Date.now() - performance.now() + (this.kept || 0)
  private error = Infinity
  private since = 0

  /** The server said `at` (ms since 1970) in a reply asked for at `sent` and here at `came`; `grain`: how coarse `at` is. */
  heard(at: number, sent: number, came: number, grain: number): void {
    const error = (came - sent) / 2 + grain
    const aged = this.error + (came - this.since) / 1000 // a quartz drifts: an old reading is worth less
    if (!Number.isFinite(at) || error > aged) return
    this.offset = at - (sent + came) / 2
    this.error = error
    this.since = came
    localStorage.setItem(place, String(Math.round(this.now() - Date.now())))
  }

  /** Milliseconds since 1970 by the server's clock. */
  now(): number {
    return performance.now() + this.offset
  }

  /** Whether the server's clock was ever heard here; before that nothing may be judged by it. */
  get known(): boolean {
    return this.error !== Infinity || !Number.isNaN(this.kept)
  }
}

export const clock = new ServerClock()
