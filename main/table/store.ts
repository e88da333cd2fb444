// SPDX-License-Identifier: MIT
// The routes: columns, interned sets, and a hash from a route's key to the chain of routes that have it.
//
// The key is what the kernel's own tables are sorted by: family, table, destination, prefix length, TOS, metric. Several
// routes may share one (added with NLM_F_APPEND, or IPv6 routes to different devices); they form a chain in the kernel's
// order, because "replace" means the first of them.
import type { RouteRecord } from '../codec/route-record.ts';
import { AF_INET, AF_INET6 } from '../codec/tables/families.ts';
import { USER_HZ } from '../codec/tables/phrases.ts';
import { Changes } from './changes.ts';
import { Columns } from './columns.ts';
import { extraWords, readExtras, sameSource } from './extras.ts';
import type { Extras } from './extras.ts';
import { WordBuffer, hopWords, readHopSet } from './hops.ts';
import type { HopSet } from './hops.ts';
import { Interner } from './interner.ts';
import { KeyIndex } from './key-index.ts';
import { covers } from './keys.ts';

/** Values kept of interned sets; there are rarely more. */
const CACHED = 20_000;
const TICK_MS = 1000 / USER_HZ;
/** Places of the cache of simple next hops. */
const SIMPLE = 1024;

export class RouteStore {
  readonly columns = new Columns();
  /** Finds rows by key. */
  readonly index = new KeyIndex(this.columns, (slot) => this.forget(slot));
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
  private stagedTable = 0;
  private lastTable = -1;
  private plain = -1;
  private readonly simpleGateway = new Uint32Array(SIMPLE);
  private readonly simpleDevice = new Uint32Array(SIMPLE);
  /** Number of the set + 1. */
  private readonly simpleHops = new Uint32Array(SIMPLE);

  get bytes(): number {
    return (
      this.columns.bytes + this.index.bytes + this.hopSets.bytes + this.extraSets.bytes + this.changes.bytes
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
    this.index.stage(this.stagedTable);
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
    this.index.stage(this.stagedTable);
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
    return this.index.head(record);
  }

  /** Begins to read a family: see KeyIndex. */
  beginBulk(family: 4 | 6): void {
    if (this.inFamily[family] === 0) this.index.beginBulk();
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
    this.index.link(slot, record, atHead);
    c.change[slot] = this.changes.added(slot, c.mark);
    return slot;
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
    this.index.unlink(slot);
    this.changes.deleted(slot, c.id(slot), c.mark);
    this.forget(slot);
  }

  private forget(slot: number): void {
    const c = this.columns;
    this.inTable[c.table[slot]!]!--;
    this.inFamily[c.family[slot] === AF_INET ? 4 : 6]--;
    this.deadlines.delete(slot);
    c.release(slot);
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
    return best === 0 ? 0 : this.index.headOf(best);
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

  /** rta_expires is in clock ticks. */
  private expiry(slot: number, record: RouteRecord, now: number): void {
    if (record.expires === 0 && this.deadlines.size === 0) return;
    const before = this.deadlines.get(slot);
    if (record.expires === 0) {
      if (before === undefined) return;
      this.deadlines.delete(slot);
    } else {
      const deadline = now + record.expires * TICK_MS;
      // the same moment, reckoned again
      if (before !== undefined && Math.abs(deadline - before) < 2000) return;
      this.deadlines.set(slot, deadline);
    }
    this.changes.touch(slot, this.columns.mark);
  }
}
