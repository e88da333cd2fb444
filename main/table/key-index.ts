// SPDX-License-Identifier: MIT
// A hash from a route's key to the chain of rows that have it, in the kernel's order. Open addressing with linear probing
// over one array: the key itself stands in the columns.
import type { RouteRecord } from '../codec/route-record.ts';
import { AF_INET, AF_INET6 } from '../codec/tables/families.ts';
import type { Columns } from './columns.ts';
import { mix, sameContents, sameKey } from './keys.ts';

/** New rows that are put into the hash together while a first dump comes in. */
const AT_ONCE = 1 << 14;

export class KeyIndex {
  private readonly columns: Columns;
  /** Holds the first slot of a chain, 0: empty. */
  private heads = new Uint32Array(4096);
  private keys = 0;
  private stagedTable = 0;
  /** Where the staged record's key is; -1: not looked up yet. */
  private stagedPlace = -1;
  /** While a first dump comes in: rows from here on are not in the hash yet; 0: all are. */
  private unlinkedFrom = 0;
  /** Rows of the dump that comes in that say again what another says. */
  private readonly repeated: number[] = [];
  private readonly drop: (slot: number) => void;

  /** `drop`: see `endBulk`. */
  constructor(columns: Columns, drop: (slot: number) => void) {
    this.columns = columns;
    this.drop = drop;
  }

  get bytes(): number {
    return this.heads.byteLength;
  }

  /** Another record is asked about from here on; its table by its position in RouteStore.tables. */
  stage(table: number): void {
    this.stagedTable = table;
    this.stagedPlace = -1;
  }

  /** First slot of the chain with the staged record's key, 0 when there is none. */
  head(record: RouteRecord): number {
    return this.heads[this.place(record)]!;
  }

  /** First slot of the chain that a row is in. */
  headOf(slot: number): number {
    return this.heads[this.placeOf(slot)]!;
  }

  /** A number for the record's key; different keys may share it. */
  keyHash(record: RouteRecord): number {
    const { dst } = record;
    return mix(
      record.family,
      this.stagedTable,
      record.dstLength,
      record.tos,
      record.priority,
      dst[0]!,
      dst[1]!,
      dst[2]!,
      dst[3]!,
    );
  }

  slotHash(slot: number): number {
    const c = this.columns;
    const wide = c.family[slot] === AF_INET6;
    return mix(
      c.family[slot]!,
      c.table[slot]!,
      c.dstLength[slot]!,
      c.tos[slot]!,
      c.priority[slot]!,
      c.dst0[slot]!,
      wide ? c.dst1[slot]! : 0,
      wide ? c.dst2[slot]! : 0,
      wide ? c.dst3[slot]! : 0,
    );
  }

  /**
   * From now on new rows are taken to be new: whoever reads a million routes need not look each up. They are put into
   * the hash many at a time, which reads the columns in order; the first question about a key puts in what is missing.
   */
  beginBulk(): void {
    const { columns: c } = this;
    if (this.unlinkedFrom === 0 && c.isDense) this.unlinkedFrom = c.high;
  }

  get isBulk(): boolean {
    return this.unlinkedFrom !== 0;
  }

  /** Rows that say again what another says are given to `drop`. */
  endBulk(): void {
    if (this.unlinkedFrom === 0) return;
    this.linkNew();
    this.unlinkedFrom = 0;
    this.stagedPlace = -1;
    for (const slot of this.repeated.splice(0)) this.drop(slot);
  }

  private linkNew(): void {
    const { columns: c } = this;
    const from = this.unlinkedFrom;
    let size = this.heads.length;
    // in few steps, each of which puts everything in again: 8 MiB are enough for a million routes
    while ((this.keys + c.high - from) * 5 > size * 3) size = size < 1 << 21 ? 1 << 21 : size * 2;
    if (size !== this.heads.length) this.rehash(size);
    this.unlinkedFrom = c.high;
    for (let slot = from; slot < c.high; slot++) if (!this.linkSlot(slot)) this.repeated.push(slot);
  }

  /** Puts a row at the end of its chain: its place in the kernel's order, when a dump names the chain's rows in turn. */
  toTail(slot: number): void {
    const { next } = this.columns;
    if (next[slot] === 0) return;
    const place = this.placeOf(slot);
    let tail = this.heads[place]!;
    if (tail === slot) this.heads[place] = next[slot]!;
    else {
      let before = tail;
      while (next[before] !== slot) before = next[before]!;
      next[before] = next[slot]!;
    }
    tail = this.heads[place]!;
    while (next[tail] !== 0) tail = next[tail]!;
    next[tail] = slot;
    next[slot] = 0;
  }

  /** Puts a new row, of which the staged record tells, at the head or at the tail of its chain. */
  link(slot: number, record: RouteRecord, atHead: boolean): void {
    const { next } = this.columns;
    next[slot] = 0;
    if (this.unlinkedFrom !== 0) {
      if (slot - this.unlinkedFrom >= AT_ONCE) this.linkNew();
      return;
    }
    const place = this.place(record);
    const head = this.heads[place]!;
    if (head === 0) {
      this.heads[place] = slot;
      if (++this.keys * 5 > this.heads.length * 3) this.rehash(this.heads.length * 2);
    } else if (atHead) {
      next[slot] = head;
      this.heads[place] = slot;
    } else {
      let tail = head;
      while (next[tail] !== 0) tail = next[tail]!;
      next[tail] = slot;
    }
  }

  /** Takes a row out of its chain. */
  unlink(slot: number): void {
    const { next } = this.columns;
    const place = this.placeOf(slot);
    const head = this.heads[place]!;
    if (head !== slot) {
      let before = head;
      while (next[before] !== slot) before = next[before]!;
      next[before] = next[slot]!;
    } else if (next[slot] !== 0) this.heads[place] = next[slot]!;
    else {
      this.keys--;
      this.vacate(place);
    }
  }

  /** Empties a place of the hash and closes the gap behind it (Knuth 6.4, algorithm R). */
  private vacate(place: number): void {
    this.stagedPlace = -1;
    const { heads } = this;
    const mask = heads.length - 1;
    let gap = place;
    for (let i = (gap + 1) & mask; heads[i] !== 0; i = (i + 1) & mask) {
      const home = this.slotHash(heads[i]!) & mask;
      if (((i - home) & mask) >= ((i - gap) & mask)) {
        heads[gap] = heads[i]!;
        gap = i;
      }
    }
    heads[gap] = 0;
  }

  /** Puts a row that is in no chain at the tail of its own. False: one of them says the same already. */
  private linkSlot(slot: number): boolean {
    const { heads, columns: c } = this;
    const mask = heads.length - 1;
    let i = this.slotHash(slot) & mask;
    while (heads[i] !== 0 && !sameKey(c, heads[i]!, slot)) i = (i + 1) & mask;
    if (heads[i] === 0) {
      heads[i] = slot;
      this.keys++;
      return true;
    }
    for (let row = heads[i]!; ; row = c.next[row]!) {
      if (sameContents(c, row, slot)) return false;
      if (c.next[row] === 0) {
        c.next[row] = slot;
        return true;
      }
    }
  }

  private rehash(size: number): void {
    const old = this.heads;
    this.stagedPlace = -1;
    const heads = new Uint32Array(size);
    const mask = size - 1;
    for (const slot of old) {
      if (slot === 0) continue;
      let i = this.slotHash(slot) & mask;
      while (heads[i] !== 0) i = (i + 1) & mask;
      heads[i] = slot;
    }
    this.heads = heads;
  }

  /** Where in the hash the staged record's key is, or where it would be put. */
  private place(record: RouteRecord): number {
    this.endBulk();
    if (this.stagedPlace < 0) this.stagedPlace = this.search(record);
    return this.stagedPlace;
  }

  private search(record: RouteRecord): number {
    const { heads, columns: c } = this;
    const { dst } = record;
    const mask = heads.length - 1;
    for (let i = this.keyHash(record) & mask; ; i = (i + 1) & mask) {
      const slot = heads[i]!;
      if (slot === 0) return i;
      if (
        c.dst0[slot] === dst[0] &&
        c.dstLength[slot] === record.dstLength &&
        c.family[slot] === record.family &&
        c.table[slot] === this.stagedTable &&
        c.priority[slot] === record.priority &&
        c.tos[slot] === record.tos &&
        (record.family === AF_INET ||
          (c.dst1[slot] === dst[1] && c.dst2[slot] === dst[2] && c.dst3[slot] === dst[3]))
      )
        return i;
    }
  }

  /** Where in the hash the chain of this row is. */
  private placeOf(slot: number): number {
    this.endBulk();
    const { heads, columns: c } = this;
    const mask = heads.length - 1;
    for (let i = this.slotHash(slot) & mask; ; i = (i + 1) & mask) if (sameKey(c, heads[i]!, slot)) return i;
  }
}
