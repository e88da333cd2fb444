// SPDX-License-Identifier: MIT
// The bounded memory of the trace: a ring of typed-array columns, and the bytes in chunks. No object per message, so a
// hundred thousand of them cost the garbage collector nothing.
import type { Fault } from './cut.ts';

export interface Limits {
  messages: number;
  bytes: number;
}
export const LIMITS: Limits = { messages: 100_000, bytes: 64 * 1024 * 1024 };

export const VERDICT = { ok: 0, error: 1, data: 2, event: 3, pending: 4, lost: 5 } as const;
export type VerdictCode = (typeof VERDICT)[keyof typeof VERDICT];

const CHUNK = 256 * 1024;

/** What stands in the columns for each message. Positions count from 0 for ever; `position % capacity` is the slot. */
function makeColumns(n: number) {
  return {
    id: new Float64Array(n),
    datagram: new Float64Array(n),
    time: new Float64Array(n),
    type: new Uint16Array(n),
    flags: new Uint16Array(n),
    seq: new Uint32Array(n),
    port: new Uint32Array(n),
    /** nlmsg_len. */
    length: new Uint32Array(n),
    /** 1: to the kernel. */
    out: new Uint8Array(n),
    /** Index into SOCKETS. */
    socket: new Uint8Array(n),
    fault: new Uint8Array(n),
    verdict: new Uint8Array(n),
    /** Positive errno of an error verdict. */
    errno: new Int32Array(n),
    /** For a request the answer's messages so far, for an answer its place among them. */
    parts: new Uint32Array(n),
    /** 1: the answer is complete. */
    done: new Uint8Array(n),
    /** For an answer or an event the id of its request, 0 when there is none. */
    request: new Float64Array(n),
    /** For a request the ids of its first and its last kept answer, 0 while there is none. */
    firstAnswer: new Float64Array(n),
    lastAnswer: new Float64Array(n),
    /** ms; NaN when it is not an answer. */
    latency: new Float64Array(n),
    /** Parts of the same answer after this one that were not kept. */
    skipped: new Uint32Array(n),
    /** Port id of another process whose datagram this is a copy of (the mirror); 0: our own traffic. */
    other: new Uint32Array(n),
    /** Messages in that datagram. */
    inside: new Uint32Array(n),
    // where the bytes are
    chunk: new Float64Array(n),
    offset: new Uint32Array(n),
    stored: new Uint32Array(n),
  };
}
export type Columns = ReturnType<typeof makeColumns>;

export class Store {
  readonly limits: Limits;
  readonly columns: Columns;
  /** Called with a position before it falls out. */
  onEvict: (position: number) => void = () => {};
  /** The oldest kept position, and the one after the newest. */
  tail = 0;
  head = 0;
  bytes = 0;
  #chunks: Uint8Array[] = [];
  /** The number of `#chunks[0]`, and the room used in the last one. */
  #firstChunk = 0;
  #used = 0;
  #spare: Uint8Array | null = null;

  constructor(limits: Limits = LIMITS) {
    this.limits = limits;
    this.columns = makeColumns(limits.messages);
  }

  get count(): number {
    return this.head - this.tail;
  }

  slot(position: number): number {
    return position % this.limits.messages;
  }

  has(position: number): boolean {
    return position >= this.tail && position < this.head;
  }

  /** Makes room, copies the bytes and answers the new position; the caller fills the other columns of its slot. */
  push(source: Uint8Array, start: number, end: number, id: number, fault: Fault): number {
    const size = end - start;
    while (this.count > 0 && (this.count >= this.limits.messages || this.bytes + size > this.limits.bytes)) {
      this.#evict();
    }
    let chunk = this.#chunks[this.#chunks.length - 1];
    if (!chunk || this.#used + size > chunk.length) {
      chunk = size <= CHUNK ? (this.#spare ?? new Uint8Array(CHUNK)) : new Uint8Array(size);
      if (chunk === this.#spare) this.#spare = null;
      this.#chunks.push(chunk);
      this.#used = 0;
    }
    chunk.set(source.subarray(start, end), this.#used);
    const position = this.head++;
    const slot = this.slot(position);
    const c = this.columns;
    c.id[slot] = id;
    c.fault[slot] = fault;
    c.errno[slot] = 0;
    c.parts[slot] = 0;
    c.done[slot] = 0;
    c.request[slot] = 0;
    c.firstAnswer[slot] = 0;
    c.lastAnswer[slot] = 0;
    c.latency[slot] = NaN;
    c.skipped[slot] = 0;
    c.other[slot] = 0;
    c.inside[slot] = 0;
    c.chunk[slot] = this.#firstChunk + this.#chunks.length - 1;
    c.offset[slot] = this.#used;
    c.stored[slot] = size;
    this.#used += size;
    this.bytes += size;
    return position;
  }

  /** The bytes of a kept message: a view, valid until the next push. */
  view(position: number): Uint8Array {
    const slot = this.slot(position);
    const c = this.columns;
    const chunk = this.#chunks[c.chunk[slot]! - this.#firstChunk];
    if (!chunk) return new Uint8Array(0);
    return chunk.subarray(c.offset[slot]!, c.offset[slot]! + c.stored[slot]!);
  }

  /** Position of the message with this id; -1 when it is not kept. Ids rise with positions, with gaps. */
  find(id: number): number {
    const position = this.firstAtLeast(id);
    return position < this.head && this.columns.id[this.slot(position)] === id ? position : -1;
  }

  /** The first kept position whose id is at least this one; `head` when there is none. */
  firstAtLeast(id: number): number {
    let low = this.tail;
    let high = this.head;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.columns.id[this.slot(middle)]! < id) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  clear(): void {
    this.tail = this.head;
    this.bytes = 0;
    this.#firstChunk += this.#chunks.length;
    this.#chunks = [];
    this.#used = 0;
  }

  #evict(): void {
    const position = this.tail;
    this.onEvict(position);
    const slot = this.slot(position);
    this.bytes -= this.columns.stored[slot]!;
    this.tail++;
    const oldest = this.count > 0 ? this.columns.chunk[this.slot(this.tail)]! : null;
    // an empty ring still goes on filling its last chunk
    const keepFrom = oldest ?? this.#firstChunk + this.#chunks.length - 1;
    while (this.#firstChunk < keepFrom) {
      const free = this.#chunks.shift()!;
      this.#firstChunk++;
      if (free.length === CHUNK) this.#spare = free;
    }
  }
}
