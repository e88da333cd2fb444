// SPDX-License-Identifier: MIT
// Which rows flash: those touched by a change of the last second, once for each change. A row that changed long ago
// and is scrolled into sight does not.

const RECENT_MS = 1000;
/** How long a flash lasts; window.md asks for less than a second. */
export const FLASH_MS = 900;
const REMEMBERED = 4096;

export class RecentChanges {
  #before = 0;
  #events: { at: number; after: number }[] = [];
  #flashed = new Map<number, { change: number; until: number }>();

  /** A change was told: `change` is the table's count from now on. */
  tell(change: number, now: number): void {
    if (change > this.#before) this.#events.push({ at: now, after: this.#before });
    this.#before = change;
  }

  /** The count at which the page starts to look: what came before does not flash. */
  start(change: number): void {
    this.#before = change;
    this.#events = [];
    this.#flashed.clear();
  }

  /** Milliseconds until the row's flash ends; 0 when it does not flash. */
  left(rowId: number, change: number, now: number): number {
    const known = this.#flashed.get(rowId);
    if (known?.change === change) return Math.max(0, known.until - now);
    while (this.#events[0] && now - this.#events[0].at > RECENT_MS) this.#events.shift();
    const since = this.#events[0]?.after;
    if (since === undefined || change <= since) return 0;
    if (this.#flashed.size >= REMEMBERED) this.#flashed.clear();
    this.#flashed.set(rowId, { change, until: now + FLASH_MS });
    return FLASH_MS;
  }
}
