// SPDX-License-Identifier: MIT
// Which rows our own requests made: the kernel's notifications carry port id and sequence number of the request that
// caused them. The newest are remembered, and whoever waits for one is told when it comes.

const KEPT = 4096;

export interface Settled {
  rowIds: number[];
  seen: boolean;
}

export class Origins {
  private readonly rows = new Map<string, number[]>();
  private readonly waiting = new Map<string, Set<() => void>>();

  /** A notification that this request caused was worked in. */
  seen(portId: number, seq: number, rowIds: readonly number[]): void {
    if (portId === 0) return;
    const key = `${portId}:${seq}`;
    const known = this.rows.get(key);
    if (known) for (const id of rowIds) if (!known.includes(id)) known.push(id);
    if (!known) {
      this.rows.set(key, [...rowIds]);
      if (this.rows.size > KEPT)
        for (const oldest of this.rows.keys()) {
          this.rows.delete(oldest);
          break;
        }
    }
    const waiting = this.waiting.get(key);
    if (!waiting) return;
    this.waiting.delete(key);
    for (const wake of waiting) wake();
  }

  /** Resolves when the notification has come, or after `timeoutMs`. */
  settled(portId: number, seq: number, timeoutMs: number): Promise<Settled> {
    const key = `${portId}:${seq}`;
    const answer = (): Settled => ({ rowIds: [...(this.rows.get(key) ?? [])], seen: this.rows.has(key) });
    if (this.rows.has(key)) return Promise.resolve(answer());
    return new Promise((resolve) => {
      const set = this.waiting.get(key) ?? new Set();
      const wake = (): void => {
        clearTimeout(timer);
        resolve(answer());
      };
      const timer = setTimeout(() => {
        set.delete(wake);
        if (set.size === 0) this.waiting.delete(key);
        resolve(answer());
      }, timeoutMs);
      set.add(wake);
      this.waiting.set(key, set);
    });
  }

  clear(): void {
    this.rows.clear();
    for (const set of this.waiting.values()) for (const wake of set) wake();
    this.waiting.clear();
  }
}
