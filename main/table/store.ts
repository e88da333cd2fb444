// SPDX-License-Identifier: MIT
// The routes: columns, interned sets, and a hash from a route's key to the chain of routes that have it.
//
// The key is what the kernel's own tables are sorted by: family, table, destination, prefix length, TOS, metric. Several
// routes may share one (added with NLM_F_APPEND, or IPv6 routes to different devices); they form a chain in the kernel's
// order, because "replace" means the first of them.
import type { RouteRecord } from '../codec/route-record.ts';
import { AF_INET, AF_INET6 } from '../codec/tables/families.ts';
import { Changes } from './changes.ts';
import { Columns } from './columns.ts';
import { extraWords, readExtras, sameSource } from './extras.ts';
import type { Extras } from './extras.ts';
import { WordBuffer, hopWords, readHopSet } from './hops.ts';
import type { HopSet } from './hops.ts';
import { Interner } from './interner.ts';
import { covers, mix, sameContents, sameKey } from './keys.ts';

/** Values kept of interned sets; there are rarely more. */
const CACHED = 20_000;
/** Places of the cache of simple next hops. */
const SIMPLE = 1024;

export class RouteStore {
  readonly columns = new Columns();
  readonly changes = new Changes();
  readonly hopSets = new Interner();
  readonly extraSets = new Interner();
  /** Numbers of the tables that ever had a route; columns hold positions in this list. */
  readonly tables: number[] = [];
  /** Routes by position of their table. */
  readonly inTable: number[] = [];
  readonly inFamily = { 4: 0, 6: 0 };
  /** When routes expire: slot to CLOCK_MONOTONIC in ms. Few routes do. */
  readonly deadlines = new Map<number, number>();
  /** True: there may be IPv6 routes that no dump shows, because they lie between siblings of a multipath route. */
  hidden = false;
  /** Interned sets of the staged record. */
  hops = 0;
  extras = 0;

  private readonly tableIndex = new Map<number, number>();
  private readonly buffer = new WordBuffer();
  private readonly hopCache = new Map<number, HopSet>();
  private readonly extraCache = new Map<number, Extras>();
  /** Open addressing; holds the first slot of a chain, 0: empty. */
  private heads = new Uint32Array(4096);
  private keys = 0;
  private stagedTable = 0;
  private lastTable = -1;
  /** Where in the hash the staged record's key is; -1: not looked up yet. */
  private stagedPlace = -1;
  private plain = -1;
  /** While a first dump comes in: rows from here on are not in the hash yet; 0: all are. */
  private unlinkedFrom = 0;
  private readonly simpleGateway = new Uint32Array(SIMPLE);
  private readonly simpleDevice = new Uint32Array(SIMPLE);
  /** Number of the set + 1. */
  private readonly simpleHops = new Uint32Array(SIMPLE);

  get bytes(): number {
    return (
      this.columns.bytes +
      this.heads.byteLength +
      this.hopSets.bytes +
      this.extraSets.bytes +
      this.changes.bytes
    );
  }

  /** Prepares a record: interns its sets, so that it can be compared with rows by number. */
  stage(record: RouteRecord, bytes: Uint8Array, at: number): void {
    this.hops = this.stageHops(record, bytes);
    this.extras = this.stageExtras(record, bytes, at);
    if (record.table !== this.lastTable) {
      this.stagedTable = this.tableOf(record.table);
      this.lastTable = record.table;
    }
    this.stagedPlace = -1;
  }

  /** Nearly all routes have one gateway of IPv4 and a device, and few of those differ: a small cache spares hashing. */
  private stageHops(record: RouteRecord, bytes: Uint8Array): number {
    const isSimple =
      record.gatewayFamily === AF_INET &&
      record.family === AF_INET &&
      record.nhId === 0 &&
      record.multipathStart < 0 &&
      record.encapStart < 0 &&
      record.encapType === 0;
    if (!isSimple) return this.hopSets.intern(this.buffer.words, hopWords(record, bytes, this.buffer));
    const gateway = record.gateway[0]!;
    const at = (gateway ^ (record.oif << 4)) & (SIMPLE - 1);
    const { simpleGateway, simpleDevice, simpleHops } = this;
    if (simpleHops[at] !== 0 && simpleGateway[at] === gateway && simpleDevice[at] === record.oif)
      return simpleHops[at]! - 1;
    const id = this.hopSets.intern(this.buffer.words, hopWords(record, bytes, this.buffer));
    simpleGateway[at] = gateway;
    simpleDevice[at] = record.oif;
    simpleHops[at] = id + 1;
    return id;
  }

  /** Most routes of IPv4 have no further attributes at all. */
  private stageExtras(record: RouteRecord, bytes: Uint8Array, at: number): number {
    const isPlain =
      record.family === AF_INET &&
      !record.hasPrefsrc &&
      !record.hasOthers &&
      record.metricsStart < 0 &&
      record.srcLength === 0 &&
      record.src[0] === 0 &&
      record.prefPlus1 === 0;
    if (isPlain && this.plain >= 0) return this.plain;
    const id = this.extraSets.intern(this.buffer.words, extraWords(record, bytes, at, this.buffer));
    if (isPlain) this.plain = id;
    return id;
  }

  /** After the key of a staged record was changed: its sets stay. */
  restage(record: RouteRecord): void {
    this.stagedTable = this.tableOf(record.table);
    this.lastTable = record.table;
    this.stagedPlace = -1;
  }

  /** Position of a table in `tables`. */
  tableOf(table: number): number {
    let index = this.tableIndex.get(table);
    if (index === undefined) {
      index = this.tables.length;
      this.tables.push(table);
      this.inTable.push(0);
      this.tableIndex.set(table, index);
    }
    return index;
  }

  hopSet(id: number): HopSet {
    let set = this.hopCache.get(id);
    if (!set) {
      set = readHopSet(this.hopSets.get(id));
      if (this.hopCache.size >= CACHED) this.hopCache.clear();
      this.hopCache.set(id, set);
    }
    return set;
  }

  extraSet(id: number): Extras {
    let set = this.extraCache.get(id);
    if (!set) {
      set = readExtras(this.extraSets.get(id));
      if (this.extraCache.size >= CACHED) this.extraCache.clear();
      this.extraCache.set(id, set);
    }
    return set;
  }

  /** Interns a set of hops that was put together here. */
  internHops(write: (buffer: WordBuffer) => number): number {
    const length = write(this.buffer);
    return this.hopSets.intern(this.buffer.words, length);
  }

  /** First slot of the chain with the staged record's key, 0 when there is none. */
  head(record: RouteRecord): number {
    return this.heads[this.place(record)]!;
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

  /** True when row and staged record say the same, expiry aside. The key is not compared. */
  same(slot: number, record: RouteRecord): boolean {
    const c = this.columns;
    return (
      c.hops[slot] === this.hops &&
      c.extras[slot] === this.extras &&
      c.flags[slot] === record.flags &&
      c.protocol[slot] === record.protocol &&
      c.type[slot] === record.type &&
      c.scope[slot] === record.scope
    );
  }

  /** True when row and staged record have the same source prefix (IPv6). */
  sameSource(slot: number): boolean {
    const extras = this.columns.extras[slot]!;
    return extras === this.extras || sameSource(this.extraSets.get(extras), this.extraSets.get(this.extras));
  }

  /**
   * A new row for the staged record, at the head or at the tail of its chain. Answers its slot; 0 when there are too
   * many routes.
   */
  insert(record: RouteRecord, atHead: boolean, now: number): number {
    const c = this.columns;
    const slot = c.take();
    if (slot === null) return 0;
    c.family[slot] = record.family;
    c.dstLength[slot] = record.dstLength;
    c.tos[slot] = record.tos;
    c.priority[slot] = record.priority;
    c.table[slot] = this.stagedTable;
    c.dst0[slot] = record.dst[0]!;
    if (record.family === AF_INET6) {
      c.widen();
      c.dst1[slot] = record.dst[1]!;
      c.dst2[slot] = record.dst[2]!;
      c.dst3[slot] = record.dst[3]!;
    } else if (c.dst1.length > 0) c.dst1[slot] = c.dst2[slot] = c.dst3[slot] = 0;
    this.fill(slot, record, this.hops, now);
    this.inTable[this.stagedTable]!++;
    this.inFamily[record.family === AF_INET ? 4 : 6]++;
    if (this.unlinkedFrom === 0) this.link(slot, record, atHead);
    else c.next[slot] = 0;
    c.change[slot] = this.changes.added(slot, c.mark);
    return slot;
  }

  /**
   * From now on rows are only put at the end: whoever reads a million routes of a family that has none yet need not
   * look each up. The first question about a key, or `endBulk`, puts them all into the hash at once.
   */
  beginBulk(family: 4 | 6): void {
    const { columns: c } = this;
    if (this.unlinkedFrom === 0 && this.inFamily[family] === 0 && c.isDense) this.unlinkedFrom = c.high;
  }

  get isBulk(): boolean {
    return this.unlinkedFrom !== 0;
  }

  endBulk(): void {
    if (this.unlinkedFrom === 0) return;
    const { columns: c } = this;
    const from = this.unlinkedFrom;
    this.unlinkedFrom = 0;
    let size = this.heads.length;
    while ((this.keys + c.high - from) * 5 > size * 3) size *= 2;
    if (size !== this.heads.length) this.rehash(size);
    for (let slot = from; slot < c.high; slot++) this.linkSlot(slot);
    this.stagedPlace = -1;
  }

  /** Gives a row the staged record's contents, with these hops. The key stays. Answers false when nothing differed. */
  update(slot: number, record: RouteRecord, hops: number, now: number): boolean {
    const c = this.columns;
    if (hops === this.hops && this.same(slot, record)) {
      this.expiry(slot, record, now);
      return false;
    }
    this.fill(slot, record, hops, now);
    c.change[slot] = this.changes.changed(slot, c.mark);
    return true;
  }

  /** Gives a row other hops and flags; the rest stays. */
  setHops(slot: number, hops: number, flags: number): void {
    const c = this.columns;
    if (c.hops[slot] === hops && c.flags[slot] === flags) return;
    c.hops[slot] = hops;
    c.flags[slot] = flags;
    c.change[slot] = this.changes.changed(slot, c.mark);
  }

  remove(slot: number): void {
    const c = this.columns;
    this.unlink(slot);
    this.inTable[c.table[slot]!]!--;
    this.inFamily[c.family[slot] === AF_INET ? 4 : 6]--;
    this.deadlines.delete(slot);
    this.changes.deleted(slot, c.id(slot), c.mark);
    c.release(slot);
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

  /**
   * Longest-prefix match in one table: the slot of the first route with the longest prefix and the lowest metric that
   * covers the address, 0 when none does. TOS is not looked at.
   */
  lookup(family: 4 | 6, address: Uint32Array, table: number): number {
    const c = this.columns;
    const index = this.tableIndex.get(table);
    if (index === undefined) return 0;
    const af = family === 4 ? AF_INET : AF_INET6;
    let best = 0;
    for (let slot = 1; slot < c.high; slot++) {
      if (c.family[slot] !== af || c.table[slot] !== index) continue;
      const length = c.dstLength[slot]!;
      if (best !== 0 && length < c.dstLength[best]!) continue;
      if (!covers(c, slot, address)) continue;
      const better = best === 0 || length > c.dstLength[best]! || c.priority[slot]! < c.priority[best]!;
      if (better) best = slot;
    }
    return best === 0 ? 0 : this.heads[this.placeOf(best)]!;
  }

  /**
   * Drops interned sets that no row uses any more, when they have become many. The numbers of the staged record are
   * void afterwards. Answers true when numbers have changed.
   */
  collect(): boolean {
    const { columns: c } = this;
    const limit = Math.max(4096, c.count * 2);
    if (this.hopSets.size + this.extraSets.size < limit) return false;
    const hops = new Uint8Array(this.hopSets.size);
    const extras = new Uint8Array(this.extraSets.size);
    for (let slot = 1; slot < c.high; slot++)
      if (c.family[slot] !== 0) hops[c.hops[slot]!] = extras[c.extras[slot]!] = 1;
    const hopMap = this.hopSets.rebuild(hops);
    const extraMap = this.extraSets.rebuild(extras);
    for (let slot = 1; slot < c.high; slot++)
      if (c.family[slot] !== 0) {
        c.hops[slot] = hopMap[c.hops[slot]!]!;
        c.extras[slot] = extraMap[c.extras[slot]!]!;
      }
    this.hopCache.clear();
    this.extraCache.clear();
    this.simpleHops.fill(0);
    this.plain = -1;
    return true;
  }

  private fill(slot: number, record: RouteRecord, hops: number, now: number): void {
    const c = this.columns;
    c.protocol[slot] = record.protocol;
    c.scope[slot] = record.scope;
    c.type[slot] = record.type;
    c.flags[slot] = record.flags;
    c.hops[slot] = hops;
    c.extras[slot] = this.extras;
    this.expiry(slot, record, now);
  }

  /** rta_expires is in clock ticks of USER_HZ, which is 100 on every architecture that runs Node. */
  private expiry(slot: number, record: RouteRecord, now: number): void {
    if (record.expires === 0 && this.deadlines.size === 0) return;
    const before = this.deadlines.get(slot);
    if (record.expires === 0) {
      if (before === undefined) return;
      this.deadlines.delete(slot);
    } else {
      const deadline = now + record.expires * 10;
      // the same moment, reckoned again
      if (before !== undefined && Math.abs(deadline - before) < 2000) return;
      this.deadlines.set(slot, deadline);
    }
    this.changes.touch(slot, this.columns.mark);
  }

  private link(slot: number, record: RouteRecord, atHead: boolean): void {
    const { next } = this.columns;
    next[slot] = 0;
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

  private unlink(slot: number): void {
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

  /** Puts a row that is in no chain at the tail of its own, unless the same dump told of it before. */
  private linkSlot(slot: number): void {
    const { heads, columns: c } = this;
    const mask = heads.length - 1;
    let i = this.slotHash(slot) & mask;
    while (heads[i] !== 0 && !sameKey(c, heads[i]!, slot)) i = (i + 1) & mask;
    if (heads[i] === 0) {
      heads[i] = slot;
      this.keys++;
      return;
    }
    for (let row = heads[i]!; ; row = c.next[row]!) {
      if (sameContents(c, row, slot)) {
        this.inTable[c.table[slot]!]!--;
        this.inFamily[c.family[slot] === AF_INET ? 4 : 6]--;
        this.deadlines.delete(slot);
        c.release(slot);
        return;
      }
      if (c.next[row] === 0) {
        c.next[row] = slot;
        return;
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
