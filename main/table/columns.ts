// SPDX-License-Identifier: MIT
// The columns of the table: one typed array per property, one slot per route. There is no object per route: a million
// of them would cost more than ten times the memory, and every sort would chase pointers.

const FIRST_CAPACITY = 1024;
/** Slots are numbered in this many values; a row id is generation * SLOTS + slot. */
export const SLOTS = 2 ** 24;

const NAMES_8 = ['family', 'dstLength', 'tos', 'protocol', 'scope', 'type', 'mark', 'seen'] as const;
const NAMES_32 = [
  'dst0',
  'dst1',
  'dst2',
  'dst3',
  'table',
  'priority',
  'flags',
  'hops',
  'extras',
  'change',
  'generation',
  'next',
] as const;
/** Only IPv6 needs them: empty until the first IPv6 route comes. */
const WIDE = new Set<string>(['dst1', 'dst2', 'dst3']);

/** Slot 0 is never used, so that 0 can mean "none" in chains and in the hash. */
export class Columns {
  capacity = FIRST_CAPACITY;
  /** AF_INET, AF_INET6; 0: the slot is free. */
  family = new Uint8Array(FIRST_CAPACITY);
  dstLength = new Uint8Array(FIRST_CAPACITY);
  tos = new Uint8Array(FIRST_CAPACITY);
  protocol = new Uint8Array(FIRST_CAPACITY);
  scope = new Uint8Array(FIRST_CAPACITY);
  type = new Uint8Array(FIRST_CAPACITY);
  /** 1: changed since the orders were last brought up to date. */
  mark = new Uint8Array(FIRST_CAPACITY);
  /** Number of the last dump that contained the row, modulo 256. */
  seen = new Uint8Array(FIRST_CAPACITY);
  /** Destination in words, most significant first; IPv4 uses dst0 alone. */
  dst0 = new Uint32Array(FIRST_CAPACITY);
  dst1 = new Uint32Array(0);
  dst2 = new Uint32Array(0);
  dst3 = new Uint32Array(0);
  /** Position in RouteStore.tables, not the table's number. */
  table = new Uint32Array(FIRST_CAPACITY);
  priority = new Uint32Array(FIRST_CAPACITY);
  /** rtm_flags. */
  flags = new Uint32Array(FIRST_CAPACITY);
  /** Number of the interned next-hop set. */
  hops = new Uint32Array(FIRST_CAPACITY);
  /** Number of the interned set of further attributes. */
  extras = new Uint32Array(FIRST_CAPACITY);
  /** Number of the last change that touched the row. */
  change = new Uint32Array(FIRST_CAPACITY);
  /** How often the slot was used before: makes row ids unique. */
  generation = new Uint32Array(FIRST_CAPACITY);
  /** The next route with the same key, in the kernel's order; in free slots the next free one. 0: none. */
  next = new Uint32Array(FIRST_CAPACITY);

  /** Routes in the table. */
  count = 0;
  /** One more than the highest slot that was ever used. */
  high = 1;
  private free = 0;

  /** True when no slot below `high` is free: the next ones are given out in order. */
  get isDense(): boolean {
    return this.free === 0;
  }

  get bytes(): number {
    let sum = 0;
    for (const name of NAMES_8) sum += this[name].byteLength;
    for (const name of NAMES_32) sum += this[name].byteLength;
    return sum;
  }

  /** A free slot. Null when there are as many routes as slots can be numbered. */
  take(): number | null {
    let slot = this.free;
    if (slot !== 0) this.free = this.next[slot]!;
    else {
      if (this.high >= SLOTS) return null;
      if (this.high >= this.capacity) this.grow();
      slot = this.high++;
    }
    this.count++;
    return slot;
  }

  release(slot: number): void {
    this.family[slot] = 0;
    this.generation[slot]!++;
    this.next[slot] = this.free;
    this.free = slot;
    this.count--;
  }

  /** Makes room for the three further words of IPv6 destinations. */
  widen(): void {
    if (this.dst1.length === this.capacity) return;
    this.dst1 = new Uint32Array(this.capacity);
    this.dst2 = new Uint32Array(this.capacity);
    this.dst3 = new Uint32Array(this.capacity);
  }

  /** The row's id: never used again for another route while this table lives. */
  id(slot: number): number {
    return this.generation[slot]! * SLOTS + slot;
  }

  /** The slot of a row; 0 when it is gone. */
  slotOf(id: number): number {
    const slot = id % SLOTS;
    const there = slot > 0 && slot < this.high && this.family[slot] !== 0;
    return there && this.generation[slot] === Math.floor(id / SLOTS) ? slot : 0;
  }

  private grow(): void {
    // in large steps up to a million, then by half: the last step of a big table costs the most memory, and memory that
    // was never written to costs none
    const capacity = this.capacity < 2 ** 20 ? this.capacity * 4 : Math.ceil(this.capacity * 1.5);
    this.capacity = Math.min(capacity, SLOTS);
    for (const name of NAMES_8) {
      const grown = new Uint8Array(this.capacity);
      grown.set(this[name]);
      this[name] = grown;
    }
    for (const name of NAMES_32) {
      if (WIDE.has(name) && this[name].length === 0) continue;
      const grown = new Uint32Array(this.capacity);
      grown.set(this[name]);
      this[name] = grown;
    }
  }
}
