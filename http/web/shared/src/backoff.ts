// How long to wait before the next try: longer each time, never all devices at once.  SPDX-License-Identifier: Apache-2.0

export class Backoff {
  private pause: number

  /** Waits begin at `soonest` milliseconds and double up to `latest`, a quarter more or less. */
  constructor(private readonly soonest: number, private readonly latest: number) {
    this.pause = soonest
  }

  /** Milliseconds until the next try. */
  next(): number {
    const pause = this.pause
    this.pause = Math.min(pause * 2, this.latest)
    return pause * (0.75 + Math.random() / 2)
  }

  /** It went well, or there is reason to hope. */
  reset(): void {
    this.pause = this.soonest
  }
}
