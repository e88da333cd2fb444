// SPDX-License-Identifier: MIT
// Puts datagrams of both directions into the order of their times. They come over two ports, so an answer can be here
// before its request: everything waits a moment, and an answer whose request is not known yet waits longer.
import type { TapBatch } from '../netlink/tap.ts';

/** How long a datagram waits for earlier ones from the other thread, ms. */
export const HOLD_MS = 3;
/** How long an answer waits for its request, ms. After that it goes through without. */
export const ANSWER_HOLD_MS = 100;

interface Arrived {
  batch: TapBatch;
  /** Index of the next datagram. */
  next: number;
  /** When the batch came, monotonic ms. */
  at: number;
}
/** Datagrams of one direction and socket: their times rise. */
interface Lane {
  queue: Arrived[];
  head: number;
}

export interface Sink {
  /** False for an answer whose request has not been seen. */
  ready(batch: TapBatch, index: number): boolean;
  take(batch: TapBatch, index: number): void;
}

export class Order {
  #lanes = new Map<string, Lane>();

  push(batch: TapBatch, now: number): void {
    if (batch.times.length === 0) return;
    const name = `${batch.direction} ${batch.socket}`;
    let lane = this.#lanes.get(name);
    if (!lane) this.#lanes.set(name, (lane = { queue: [], head: 0 }));
    lane.queue.push({ batch, next: 0, at: now });
  }

  /** Hands on what has waited long enough (or everything), and answers in how many ms there is more; null: nothing waits. */
  drain(now: number, sink: Sink, everything = false): number | null {
    for (;;) {
      const lane = this.#earliest();
      if (!lane) return null;
      const head = lane.queue[lane.head]!;
      const waited = now - head.at;
      if (!everything && waited < HOLD_MS) return HOLD_MS - waited;
      if (!everything && waited < ANSWER_HOLD_MS && !sink.ready(head.batch, head.next)) return HOLD_MS;
      sink.take(head.batch, head.next);
      if (++head.next < head.batch.times.length) continue;
      lane.head++;
      if (lane.head === lane.queue.length || lane.head > 256) {
        lane.queue.splice(0, lane.head);
        lane.head = 0;
      }
    }
  }

  clear(): void {
    this.#lanes.clear();
  }

  #earliest(): Lane | null {
    let best: Lane | null = null;
    let bestTime = Infinity;
    for (const lane of this.#lanes.values()) {
      const head = lane.queue[lane.head];
      if (!head) continue;
      const time = head.batch.times[head.next]!;
      // not `<`: NaN from a broken clock must not hide a lane for ever
      if (best === null || time < bestTime) {
        best = lane;
        bestTime = time;
      }
    }
    return best;
  }
}
