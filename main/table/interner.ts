// SPDX-License-Identifier: MIT
// Keeps each distinct sequence of 32-bit words once. Real tables have millions of routes but few distinct next-hop sets
// and few distinct sets of further attributes, so a row needs only the number of its set.

const EMPTY = 0xffffffff;

/** Words of a set, by number. Numbers count from 0 and stay until `rebuild`. */
export class Interner {
  private pool = new Uint32Array(256);
  private used = 0;
  private starts = new Uint32Array(65);
  private hashes = new Uint32Array(64);
  private slots = new Uint32Array(256).fill(EMPTY);
  /** How many distinct sequences there are. */
  size = 0;

  get bytes(): number {
    return this.pool.byteLength + this.starts.byteLength + this.hashes.byteLength + this.slots.byteLength;
  }

  /** The number of the first `length` words of `words`, a new one if they were not seen before. */
  intern(words: Uint32Array, length: number): number {
    let hash = length | 0;
    for (let i = 0; i < length; i++) {
      hash = Math.imul(hash ^ words[i]!, 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    hash >>>= 0;
    const mask = this.slots.length - 1;
    for (let i = hash & mask; ; i = (i + 1) & mask) {
      const id = this.slots[i]!;
      if (id === EMPTY) return this.add(words, length, hash, i);
      if (this.hashes[id] === hash && this.equals(id, words, length)) return id;
    }
  }

  /** The words of a set: a view that is valid until the next `intern`. */
  get(id: number): Uint32Array {
    return this.pool.subarray(this.starts[id], this.starts[id + 1]);
  }

  /** Forgets the sets that are not marked in `live` (by number) and answers the new number of each that stays. */
  rebuild(live: Uint8Array): Uint32Array {
    const map = new Uint32Array(this.size);
    const { pool, starts, size } = this;
    this.pool = new Uint32Array(Math.max(256, this.used));
    this.starts = new Uint32Array(65);
    this.hashes = new Uint32Array(64);
    this.slots = new Uint32Array(256).fill(EMPTY);
    this.used = 0;
    this.size = 0;
    for (let id = 0; id < size; id++) {
      if (!live[id]) continue;
      const words = pool.subarray(starts[id], starts[id + 1]);
      map[id] = this.intern(words, words.length);
    }
    return map;
  }

  private equals(id: number, words: Uint32Array, length: number): boolean {
    const start = this.starts[id]!;
    if (this.starts[id + 1]! - start !== length) return false;
    for (let i = 0; i < length; i++) if (this.pool[start + i] !== words[i]) return false;
    return true;
  }

  private add(words: Uint32Array, length: number, hash: number, place: number): number {
    const id = this.size++;
    if (this.used + length > this.pool.length) {
      const pool = new Uint32Array(Math.max(this.pool.length * 2, this.used + length));
      pool.set(this.pool);
      this.pool = pool;
    }
    if (id >= this.hashes.length) {
      const hashes = new Uint32Array(this.hashes.length * 2);
      hashes.set(this.hashes);
      this.hashes = hashes;
      const starts = new Uint32Array(hashes.length + 1);
      starts.set(this.starts);
      this.starts = starts;
    }
    this.pool.set(length === words.length ? words : words.subarray(0, length), this.used);
    this.used += length;
    this.starts[id + 1] = this.used;
    this.hashes[id] = hash;
    this.slots[place] = id;
    if (this.size * 2 > this.slots.length) this.rehash();
    return id;
  }

  private rehash(): void {
    const slots = new Uint32Array(this.slots.length * 2).fill(EMPTY);
    const mask = slots.length - 1;
    for (let id = 0; id < this.size; id++) {
      let i = this.hashes[id]! & mask;
      while (slots[i] !== EMPTY) i = (i + 1) & mask;
      slots[i] = id;
    }
    this.slots = slots;
  }
}
