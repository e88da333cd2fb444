// SPDX-License-Identifier: MIT
// Messages in the last second, in tenths.

const TENTH = 100;
const SLOTS = 10;

export class Rate {
  #counts = new Float64Array(SLOTS);
  /** The tenth that the newest count belongs to. */
  #last = 0;

  add(count: number, now: number): void {
    this.#advance(now);
    this.#counts[this.#last % SLOTS] = this.#counts[this.#last % SLOTS]! + count;
  }

  perSecond(now: number): number {
    this.#advance(now);
    let sum = 0;
    for (const count of this.#counts) sum += count;
    return sum;
  }

  #advance(now: number): void {
    const tenth = Math.max(this.#last, Math.floor(now / TENTH));
    const stale = Math.min(SLOTS, tenth - this.#last);
    for (let i = 1; i <= stale; i++) this.#counts[(this.#last + i) % SLOTS] = 0;
    this.#last = tenth;
  }
}
